package world

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// callPatience is how long a call into the implementation that must return
	// at once may take, in virtual time.
	callPatience = 5 * time.Second
	// stalledPatience is callPatience while locks stall: who queues for a lock waits
	// for all stalls of those before him.
	stalledPatience = time.Minute
	// readPatience is how long ReadIndex may take: longer than any RPC.
	readPatience = 20 * time.Second
)

// A call into the implementation that has not returned.
type call struct {
	replica  int
	name     string
	since    time.Duration
	patience time.Duration
}

// overdueText says of a call that it should have returned.
func (c call) overdueText() string {
	obligation := "it must return within a bounded time"
	switch c.patience {
	case callPatience:
		obligation = "it must return at once"
	case stalledPatience:
		obligation = "it must return at once, but for locks that stall"
	}
	return fmt.Sprintf("%s of replica %d was called at %.6fs and has not returned %v later; %s", c.name, c.replica, c.since.Seconds(), c.patience, obligation)
}

// calls are those that have not returned: few at any time.
type calls struct {
	mu       sync.Mutex
	underWay []*call
}

func (u *calls) begin(c *call) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.underWay = append(u.underWay, c)
}

func (u *calls) end(c *call) {
	u.mu.Lock()
	defer u.mu.Unlock()
	last := len(u.underWay) - 1
	u.underWay[slices.Index(u.underWay, c)] = u.underWay[last]
	u.underWay[last] = nil
	u.underWay = u.underWay[:last]
}

// overdue returns a call that should have returned by now, the oldest first.
func (u *calls) overdue(now time.Duration) (c call, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	var late []call
	for _, c := range u.underWay {
		if now-c.since >= c.patience {
			late = append(late, *c)
		}
	}
	if len(late) == 0 {
		return call{}, false
	}
	return slices.MinFunc(late, func(a, b call) int {
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.replica, b.replica), cmp.Compare(a.name, b.name))
	}), true
}
