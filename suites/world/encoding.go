package world

import (
	"encoding/binary"
	"errors"
)

var (
	errEncoding = errors.New("cut short, or not encoded by the service")
	errRest     = errors.New("more bytes than the service encodes")
)

func appendNumbers(b []byte, numbers ...int) []byte {
	for _, n := range numbers {
		b = binary.AppendVarint(b, int64(n))
	}
	return b
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, s := range texts {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return b
}

func appendTruths(b []byte, truths ...bool) []byte {
	for _, t := range truths {
		if t {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	return b
}

// A reader takes encoded bytes apart. What it returns is worth nothing if its end
// is an error.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) end() error {
	switch {
	case r.bad:
		return errEncoding
	case len(r.rest) > 0:
		return errRest
	}
	return nil
}

func (r *reader) number() int {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *reader) text() string {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(len(r.rest)-size) {
		r.bad, r.rest = true, nil
		return ""
	}
	text := string(r.rest[size : size+int(n)])
	r.rest = r.rest[size+int(n):]
	return text
}

func (r *reader) truth() bool {
	if len(r.rest) == 0 || r.rest[0] > 1 {
		r.bad, r.rest = true, nil
		return false
	}
	t := r.rest[0] == 1
	r.rest = r.rest[1:]
	return t
}
