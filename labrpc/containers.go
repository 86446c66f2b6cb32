package labrpc

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
)

// The length of a slice, array or map is encoded as zero for nil and one more
// than the length otherwise.

// listCodec encodes a slice or an array: its length and its elements.
type listCodec struct {
	t    reflect.Type
	elem *codec
}

func (b codecBuilder) list(t reflect.Type) (encodeFunc, decodeFunc, error) {
	elem, err := b.build(t.Elem())
	c := listCodec{t, elem}
	return c.encode, c.decode, err
}

func (c listCodec) encode(e *encoder, v reflect.Value) error {
	if c.t.Kind() == reflect.Slice && v.IsNil() {
		e.uvarint(0)
		return nil
	}
	if err := e.descend(c.t); err != nil {
		return err
	}
	e.uvarint(uint64(v.Len()) + 1)
	for i := range v.Len() {
		if err := c.elem.encode(e, v.Index(i)); err != nil {
			return err
		}
	}
	e.ascend()
	return nil
}

func (c listCodec) decode(d *decoder, v reflect.Value) error {
	n, isNil, err := d.length(c.t.Elem())
	if err != nil {
		return err
	}
	switch {
	case c.t.Kind() == reflect.Array && (isNil || n != c.t.Len()):
		return fmt.Errorf("%d elements for a %v", n, c.t)
	case isNil:
		v.SetZero()
		return nil
	case c.t.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(c.t, n, n))
	}
	if err := d.descend(c.t); err != nil {
		return err
	}
	for i := range n {
		if err := c.elem.decode(d, v.Index(i)); err != nil {
			return err
		}
	}
	d.ascend()
	return nil
}

func encodeByteSlice(e *encoder, v reflect.Value) error {
	if v.IsNil() {
		e.uvarint(0)
		return nil
	}
	e.uvarint(uint64(v.Len()) + 1)
	e.buf = append(e.buf, v.Bytes()...)
	return nil
}

func decodeByteSlice(d *decoder, v reflect.Value) error {
	n, isNil, err := d.length(v.Type().Elem())
	if err != nil {
		return err
	}
	if isNil {
		v.SetZero()
		return nil
	}
	v.SetBytes(append(make([]byte, 0, n), d.buf[:n]...))
	d.buf = d.buf[n:]
	return nil
}

// mapCodec encodes a map as a list of pairs. They are sorted by their bytes, so
// that equal maps have equal bytes.
type mapCodec struct {
	t         reflect.Type
	key, elem *codec
}

func (b codecBuilder) mapping(t reflect.Type) (encodeFunc, decodeFunc, error) {
	key, err := b.build(t.Key())
	if err != nil {
		return nil, nil, err
	}
	elem, err := b.build(t.Elem())
	c := mapCodec{t, key, elem}
	return c.encode, c.decode, err
}

func (c mapCodec) encode(e *encoder, v reflect.Value) error {
	if v.IsNil() {
		e.uvarint(0)
		return nil
	}
	if err := e.descend(c.t); err != nil {
		return err
	}
	pairs := make([]encoder, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		pair := encoder{depth: e.depth}
		if err := c.key.encode(&pair, it.Key()); err != nil {
			return err
		}
		if err := c.elem.encode(&pair, it.Value()); err != nil {
			return err
		}
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b encoder) int { return bytes.Compare(a.buf, b.buf) })
	e.uvarint(uint64(len(pairs)) + 1)
	for _, pair := range pairs {
		e.buf = append(e.buf, pair.buf...)
		e.inner = append(e.inner, pair.inner...)
	}
	e.ascend()
	return nil
}

func (c mapCodec) decode(d *decoder, v reflect.Value) error {
	n, isNil, err := d.length(c.t.Key())
	if err != nil {
		return err
	}
	if isNil {
		v.SetZero()
		return nil
	}
	if err := d.descend(c.t); err != nil {
		return err
	}
	v.Set(reflect.MakeMap(c.t))
	for range n {
		key, elem := reflect.New(c.t.Key()).Elem(), reflect.New(c.t.Elem()).Elem()
		if err := c.key.decode(d, key); err != nil {
			return err
		}
		if !key.Comparable() {
			return fmt.Errorf("a key of a %v is not comparable", c.t)
		}
		if err := c.elem.decode(d, elem); err != nil {
			return err
		}
		v.SetMapIndex(key, elem)
	}
	d.ascend()
	return nil
}

// pointerCodec encodes whether there is a value, and the value.
type pointerCodec struct {
	t    reflect.Type
	elem *codec
}

func (b codecBuilder) pointer(t reflect.Type) (encodeFunc, decodeFunc, error) {
	elem, err := b.build(t.Elem())
	c := pointerCodec{t, elem}
	return c.encode, c.decode, err
}

func (c pointerCodec) encode(e *encoder, v reflect.Value) error {
	e.bool(!v.IsNil())
	if v.IsNil() {
		return nil
	}
	if err := e.descend(c.t); err != nil {
		return err
	}
	err := c.elem.encode(e, v.Elem())
	e.ascend()
	return err
}

func (c pointerCodec) decode(d *decoder, v reflect.Value) error {
	present, err := d.bool()
	if err != nil || !present {
		v.SetZero()
		return err
	}
	if err := d.descend(c.t); err != nil {
		return err
	}
	v.Set(reflect.New(c.t.Elem()))
	err = c.elem.decode(d, v.Elem())
	d.ascend()
	return err
}

// encodeInterface writes the name of the value's type, empty for nil, and the
// value. The type itself is known from the message's list.
func encodeInterface(e *encoder, v reflect.Value) error {
	if v.IsNil() {
		e.string("")
		return nil
	}
	x := v.Elem()
	c, err := codecFor(x.Type())
	if err != nil {
		return err
	}
	if err := e.descend(x.Type()); err != nil {
		return err
	}
	e.string(c.name)
	e.inner = append(e.inner, c)
	err = c.encode(e, x)
	e.ascend()
	return err
}

func decodeInterface(d *decoder, v reflect.Value) error {
	name, err := d.bytes()
	if err != nil || len(name) == 0 {
		v.SetZero()
		return err
	}
	c, err := d.nextInner()
	if err != nil {
		return err
	}
	if c.name != string(name) || !c.t.AssignableTo(v.Type()) {
		return fmt.Errorf("a %s does not fit a %v", name, v.Type())
	}
	if err := d.descend(c.t); err != nil {
		return err
	}
	x := reflect.New(c.t).Elem()
	if err := c.decode(d, x); err != nil {
		return err
	}
	v.Set(x)
	d.ascend()
	return nil
}
