package hashicorpraft

import (
	"encoding/binary"
	"errors"
)

// Whatever is saved consists of numbers and byte strings: numbers as varints,
// a byte string as its length and its bytes.

func appendNumber(b []byte, x uint64) []byte { return binary.AppendUvarint(b, x) }

func appendString(b, s []byte) []byte { return append(binary.AppendUvarint(b, uint64(len(s))), s...) }

// errMalformed is what decoding finds if the bytes were not encoded here.
var errMalformed = errors.New("hashicorpraft: malformed bytes")

// decoder reads what the functions above wrote. After a failure it reads
// zeros, and err says so.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) number() uint64 {
	x, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return x
}

// string returns a slice of the decoder's bytes.
func (d *decoder) string() []byte {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.fail()
		return nil
	}
	s := d.rest[:n:n]
	d.rest = d.rest[n:]
	return s
}

// count reads the number of things to come, each of which takes a byte at
// least.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) fail() { d.rest, d.err = nil, errMalformed }
