package labrpc

import "time"

// places remembers at which nanoseconds within the millisecond events ran of
// late, so that the next events find others.
//
// Events at one instant run in an order that the Go scheduler chooses, so a run
// repeats only if events that could affect each other never meet. Deliveries at
// distinct nanoseconds are not enough: the timers that a replica sets when it
// handles one fire a whole number of milliseconds later, as a rule, and might
// meet a delivery then. If every event has its own place within the
// millisecond, so have all the timers set from it.
//
// There are a million places. One is free again after at least a quarter of a
// million other events, and at most twice as many.
type places struct {
	recent, older [placeCount / 64]uint64 // bit sets
	taken         int                     // number of bits in recent
}

const (
	placeCount  = int64(time.Millisecond)
	recentLimit = int(placeCount / 4)
)

// firstFree returns the first instant from t on whose place is free.
func (p *places) firstFree(t time.Duration) time.Duration {
	for !p.free(t) {
		t++
	}
	return t
}

func (p *places) free(t time.Duration) bool {
	word, bit := placeOf(t)
	return (p.recent[word]|p.older[word])&bit == 0
}

func (p *places) take(t time.Duration) {
	if p.taken == recentLimit {
		p.older = p.recent
		p.recent = [placeCount / 64]uint64{}
		p.taken = 0
	}
	word, bit := placeOf(t)
	p.recent[word] |= bit
	p.taken++
}

func placeOf(t time.Duration) (word int, bit uint64) {
	place := int64(t) % placeCount
	return int(place / 64), 1 << (place % 64)
}
