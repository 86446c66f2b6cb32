package labrpc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
)

// A message is an encoded value.
type message struct {
	codec *codec // of the value
	bytes []byte
	// inner are the codecs of the values in interfaces, in the order in which
	// they appear in bytes. Sender and receiver are one process, so types need
	// no names to be found by, and two may have the same.
	inner []*codec
}

const (
	// maxDepth bounds the nesting of a message; what is deeper is taken for a
	// value that contains itself.
	maxDepth = 10_000
	// maxEmpty bounds a list of elements without content, such as struct{}.
	maxEmpty = 1 << 20
)

var errShort = errors.New("message is cut short")

// tooDeepError says that a value of type t is nested more than maxDepth deep.
type tooDeepError struct{ t reflect.Type }

func (e tooDeepError) Error() string {
	return fmt.Sprintf("a %v is nested more than %d deep; does it contain itself?", e.t, maxDepth)
}

// encode returns the message for the value that v is or points to. The same
// value always has the same bytes.
func encode(v any) (message, error) {
	rv := indirect(reflect.ValueOf(v))
	if !rv.IsValid() {
		return message{}, errors.New("nil cannot be sent")
	}
	c, err := codecFor(rv.Type())
	if err != nil {
		return message{}, err
	}
	e := encoder{buf: make([]byte, 0, 128)}
	if err := c.encode(&e, rv); err != nil {
		return message{}, err
	}
	return message{c, e.buf, e.inner}, nil
}

// decode sets rv, a variable of the type of the value that m was encoded from, to
// that value. On an error the variable is partly set.
func decode(m message, rv reflect.Value) error {
	d := decoder{buf: m.bytes, inner: m.inner}
	if err := m.codec.decode(&d, rv); err != nil {
		return err
	}
	if len(d.buf) > 0 {
		return fmt.Errorf("message has %d bytes more than a %v", len(d.buf), rv.Type())
	}
	return nil
}

func indirect(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v
}

type encoder struct {
	buf   []byte
	inner []*codec
	depth int
}

// descend enters the parts of a value of type t; ascend leaves them.
func (e *encoder) descend(t reflect.Type) error {
	if e.depth++; e.depth > maxDepth {
		return tooDeepError{t}
	}
	return nil
}

func (e *encoder) ascend() { e.depth-- }

func (e *encoder) bool(x bool) {
	if x {
		e.buf = append(e.buf, 1)
	} else {
		e.buf = append(e.buf, 0)
	}
}

func (e *encoder) uvarint(x uint64) { e.buf = binary.AppendUvarint(e.buf, x) }

func (e *encoder) float(x float64) { e.buf = binary.BigEndian.AppendUint64(e.buf, math.Float64bits(x)) }

func (e *encoder) string(s string) {
	e.uvarint(uint64(len(s)))
	e.buf = append(e.buf, s...)
}

func (e *encoder) bytes(b []byte) {
	e.uvarint(uint64(len(b)))
	e.buf = append(e.buf, b...)
}

type decoder struct {
	buf   []byte
	inner []*codec
	depth int
}

// descend enters the parts of a value of type t; ascend leaves them.
func (d *decoder) descend(t reflect.Type) error {
	if d.depth++; d.depth > maxDepth {
		return tooDeepError{t}
	}
	return nil
}

func (d *decoder) ascend() { d.depth-- }

func (d *decoder) nextInner() (*codec, error) {
	if len(d.inner) == 0 {
		return nil, errShort
	}
	c := d.inner[0]
	d.inner = d.inner[1:]
	return c, nil
}

func (d *decoder) bool() (bool, error) {
	if len(d.buf) == 0 {
		return false, errShort
	}
	b := d.buf[0]
	d.buf = d.buf[1:]
	if b > 1 {
		return false, fmt.Errorf("byte %#x for a boolean", b)
	}
	return b == 1, nil
}

func (d *decoder) varint() (int64, error) {
	x, n := binary.Varint(d.buf)
	if n <= 0 {
		return 0, errShort
	}
	d.buf = d.buf[n:]
	return x, nil
}

func (d *decoder) uvarint() (uint64, error) {
	x, n := binary.Uvarint(d.buf)
	if n <= 0 {
		return 0, errShort
	}
	d.buf = d.buf[n:]
	return x, nil
}

func (d *decoder) float() (float64, error) {
	if len(d.buf) < 8 {
		return 0, errShort
	}
	x := math.Float64frombits(binary.BigEndian.Uint64(d.buf))
	d.buf = d.buf[8:]
	return x, nil
}

func (d *decoder) bytes() ([]byte, error) {
	n, err := d.uvarint()
	if err != nil || n > uint64(len(d.buf)) {
		return nil, errShort
	}
	b := d.buf[:n]
	d.buf = d.buf[n:]
	return b, nil
}

// length reads the length of a list of elements of type elem. Elements take at
// least a byte each, but for those without content, so that a damaged length
// cannot ask for more memory than the message has bytes.
func (d *decoder) length(elem reflect.Type) (n int, isNil bool, err error) {
	x, err := d.uvarint()
	if err != nil || x == 0 {
		return 0, x == 0, err
	}
	x--
	most := uint64(len(d.buf))
	if elem.Size() == 0 {
		most = maxEmpty
	}
	if x > most {
		return 0, false, errShort
	}
	return int(x), false, nil
}
