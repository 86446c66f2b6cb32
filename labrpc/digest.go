package labrpc

import "encoding/binary"

// digest is a hash under construction. Unlike those of package maphash it is
// the same in every process.
type digest uint64

func (h digest) number(x uint64) digest { return digest(mix(uint64(h) ^ (x + golden))) }

func (h digest) bytes(b []byte) digest {
	h = h.number(uint64(len(b)))
	for len(b) >= 8 {
		h = h.number(binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	var rest [8]byte
	copy(rest[:], b)
	return h.number(binary.LittleEndian.Uint64(rest[:]))
}

func (h digest) string(s string) digest { return h.bytes([]byte(s)) }

func (h digest) bool(x bool) digest {
	if x {
		return h.number(1)
	}
	return h.number(0)
}

// golden is SplitMix64's increment, 2⁶⁴ divided by the golden ratio.
const golden = 0x9e3779b97f4a7c15

// mix is the output function of Sebastiano Vigna's SplitMix64. It maps the
// numbers one to one.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
