package labrpc

import "time"

// instants hands out moments that no other event of a run shares, not even
// modulo a millisecond.
//
// Events at one instant run in an order that the Go scheduler chooses, so a run
// repeats only if events that could affect each other never meet. Deliveries at
// distinct nanoseconds are not enough: the timers that a replica sets when it
// handles one fire a whole number of milliseconds later, as a rule, and might
// meet a delivery then. If every event has its own nanosecond within the
// millisecond, so have all the timers set from it.
//
// There are a million such places. Half of them are taken before the older
// half of those is free again.
type instants struct {
	recent, older map[int64]struct{}
}

const (
	places      = int64(time.Millisecond)
	recentLimit = places / 4
)

func newInstants() *instants {
	return &instants{recent: map[int64]struct{}{}, older: map[int64]struct{}{}}
}

// next returns the first instant from t on whose place is free, and takes it.
func (in *instants) next(t time.Duration) time.Duration {
	for !in.free(t) {
		t++
	}
	if int64(len(in.recent)) >= recentLimit {
		in.recent, in.older = map[int64]struct{}{}, in.recent
	}
	in.recent[int64(t)%places] = struct{}{}
	return t
}

func (in *instants) free(t time.Duration) bool {
	place := int64(t) % places
	_, recent := in.recent[place]
	_, older := in.older[place]
	return !recent && !older
}
