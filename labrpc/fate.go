package labrpc

import (
	"hash/fnv"
	"math"
	"time"
)

// Conditions say what a link does to the datagrams that enter it. The zero
// value delivers each once, at once.
type Conditions struct {
	// Delay is the time every datagram takes, Jitter the most that is added to
	// it, uniformly.
	Delay, Jitter time.Duration
	// Loss is the fraction of datagrams that never arrive, 0 to 1.
	Loss float64
	// Duplicate is the fraction that arrive twice, each copy with a delay of
	// its own, 0 to 1.
	Duplicate float64
	// Late is the fraction that take up to LateBy longer, uniformly, and so
	// are overtaken by later ones, 0 to 1.
	Late   float64
	LateBy time.Duration
}

// The networks the suites use most.
var (
	// Reliable is a local network: nothing is lost, little is delayed.
	Reliable = Conditions{Delay: 200 * time.Microsecond, Jitter: 300 * time.Microsecond}
	// Unreliable is the 6.824 lab's unreliable network: up to 26 ms of delay,
	// and a tenth of the requests and of the replies lost.
	Unreliable = Conditions{Delay: 100 * time.Microsecond, Jitter: 26 * time.Millisecond, Loss: 0.1}
	// Hostile is worse in the ways that real networks are now and then: a
	// fifth of all datagrams come twice, and some come so late that elections
	// have passed meanwhile.
	Hostile = Conditions{Delay: 100 * time.Microsecond, Jitter: 26 * time.Millisecond, Loss: 0.1,
		Duplicate: 0.2, Late: 0.1, LateBy: 600 * time.Millisecond}
)

// fate returns the delay of each copy of a datagram that arrives, none if it is
// lost.
func (c Conditions) fate(key uint64) []time.Duration {
	d := dice{key}
	if d.unit() < c.Loss {
		return nil
	}
	delays := []time.Duration{c.delay(&d)}
	if d.unit() < c.Duplicate {
		delays = append(delays, c.delay(&d))
	}
	return delays
}

func (c Conditions) delay(d *dice) time.Duration {
	delay := c.Delay + d.upTo(c.Jitter)
	if d.unit() < c.Late {
		delay += d.upTo(c.LateBy)
	}
	return delay
}

// dice is a source of random numbers that a key determines entirely: Sebastiano
// Vigna's SplitMix64.
type dice struct{ state uint64 }

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state)
}

// mix is SplitMix64's output function.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit returns a number in [0, 1).
func (d *dice) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// upTo returns a duration in [0, most).
func (d *dice) upTo(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	return time.Duration(math.Floor(d.unit() * float64(most)))
}

// identity is what a datagram is known by: its link, its content, and how often
// the same content was sent on that link before.
type identity struct {
	from, to   int
	reply      bool
	content    uint64
	occurrence int
}

// key mixes the identity with the seed.
func (id identity) key(seed uint64) uint64 {
	kind := uint64(0)
	if id.reply {
		kind = 1
	}
	key := mix(seed)
	for _, part := range []uint64{uint64(id.from), uint64(id.to), kind, id.content, uint64(id.occurrence)} {
		key = mix(key ^ (part + 0x9e3779b97f4a7c15))
	}
	return key
}

func contentHash(method string, body []byte) uint64 {
	h := fnv.New64a()
	h.Write([]byte(method))
	h.Write([]byte{0})
	h.Write(body)
	return h.Sum64()
}
