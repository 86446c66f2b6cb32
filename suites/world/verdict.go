package world

import (
	"sync"
	"sync/atomic"
)

// verdict keeps the first failure of a run, which ends its story.
type verdict struct {
	stopped chan struct{} // closed at the first failure
	over    atomic.Bool   // nothing that still happens matters

	mu      sync.Mutex
	failure *Failure
}

// note keeps the failure if it is the first.
func (v *verdict) note(f Failure) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failure == nil {
		f = f.withLocks()
		v.failure = &f
		close(v.stopped)
	}
}

// noteOutside is note for whoever is not in the bubble, when the run has ended or
// was given up. Should time go on there some day, the story ends.
func (v *verdict) noteOutside(f Failure) {
	v.over.Store(true)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failure == nil {
		v.failure = &f
	}
}

// failed returns the failure, nil if there is none so far.
func (v *verdict) failed() *Failure {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.failure
}

// stopping reports whether the story is to end for a failure.
func (v *verdict) stopping() bool { return isClosed(v.stopped) || v.over.Load() }

func isClosed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}
