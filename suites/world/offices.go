package world

import (
	"sync"
	"time"
)

// pollEvery is how often the monitor asks every replica for its state.
const pollEvery = 10 * time.Millisecond

// shownState is what GetState last returned.
type shownState struct {
	term   int
	leader bool
}

// offices are who says that it leads.
type offices struct {
	mu    sync.Mutex
	shown []shownState // by replica
	// leaderships counts how often a replica came to lead, leaderless the looks
	// of the monitor that saw no leader.
	leaderships, leaderless int
}

// saw notes what a replica says and reports whether that is new.
func (o *offices) saw(replica int, s shownState) (changed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	changed = o.shown[replica] != s
	if changed && s.leader {
		o.leaderships++
	}
	o.shown[replica] = s
	return changed
}

// latest returns what a replica said last.
func (o *offices) latest(replica int) shownState {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.shown[replica]
}

// missed notes that no replica says that it leads.
func (o *offices) missed() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leaderless++
}

// counts returns how often a replica came to lead, and for how long none did.
func (o *offices) counts() (leaderships int, leaderless time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.leaderships, time.Duration(o.leaderless) * pollEvery
}
