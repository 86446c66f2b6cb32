package world

import (
	"sync"
	"time"
)

// pace is how long a service takes for each message that it receives.
type pace struct {
	mu      sync.Mutex
	takes   time.Duration
	changed chan struct{} // closed when that changes; nil if nobody waits for it
}

// set changes the pace, also for the message that the service has at hand.
func (p *pace) set(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.takes = d
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// get returns how long a message takes and, if it takes any time, what is closed
// when that changes.
func (p *pace) get() (takes time.Duration, changed chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.takes > 0 && p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.takes, p.changed
}
