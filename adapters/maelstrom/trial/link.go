package trial

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// delayed is how many times as long as most a message may take that takes long, and
// longDelay how likely that is.
const (
	delayed   = 5
	longDelay = 0.05
)

// A link is the way from one to another. Its dice are its own, so that the n-th message of
// a link meets the same fate whatever goes on elsewhere.
type link struct {
	dice *rand.Rand
	cuts int // how many faults cut it at the moment
}

func newLink(seed uint64, from, to string) *link {
	h := fnv.New64a()
	h.Write([]byte(from + ">" + to))
	return &link{dice: rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// fate returns when the copies of the next message arrive, counted from now: none if it is
// lost. It draws the same number of dice for each message.
func (l *link) fate(w Weather, between bool) (arrivals []time.Duration) {
	lost, twice := l.dice.Float64() < w.Loss, l.dice.Float64() < w.Twice
	first, second := l.delay(w), l.delay(w)
	switch {
	case between && (l.cuts > 0 || lost):
		return nil
	case between && twice:
		return []time.Duration{first, second}
	}
	return []time.Duration{first}
}

func (l *link) delay(w Weather) time.Duration {
	share, long := l.dice.Float64(), l.dice.Float64() < longDelay
	d := time.Duration(share * float64(w.Delay))
	if long {
		d *= delayed
	}
	return d
}
