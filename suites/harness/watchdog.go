package harness

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

// watchEvery is how often the watchdog looks, in real time.
const watchEvery = 100 * time.Millisecond

// run lives the scenario to its end, or until the watchdog gives up on it: then
// whatever still runs is abandoned, so that the scenarios after it get their
// turn.
func (c *Cluster) run(t *testing.T, realtime bool) (abandoned bool) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer c.recoverDeadlock()
		if realtime {
			c.live()
			return
		}
		synctest.Test(t, func(*testing.T) {
			c.bubble.Store(int64(allGoroutines()[0].bubble))
			c.live()
			c.reportLeaks()
		})
	}()
	return !c.watch(ended)
}

// watch waits for the end and reports whether it came. It gives up when virtual
// time has stood still for too long.
func (c *Cluster) watch(ended chan struct{}) bool {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	last, since := int64(-1), time.Now()
	for {
		select {
		case <-ended:
			return true
		case <-ticker.C:
		}
		if now := c.progress.Load(); now != last {
			last, since = now, time.Now()
			continue
		}
		if time.Since(since) > *patienceFlag {
			goroutines := inBubble(allGoroutines(), int(c.bubble.Load()))
			c.abandon(Failure{Property: ContractWaiting, At: time.Duration(last), Detail: describe(goroutines),
				Facts: []string{fmt.Sprintf("virtual time has stood still for %v of real time", *patienceFlag), diagnose(goroutines)}})
			return false
		}
	}
}

// abandon notes a failure from outside the bubble.
func (c *Cluster) abandon(f Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		c.failure = &f
	}
}

// reportLeaks fails the scenario if replicas that were killed long enough ago
// have left goroutines.
func (c *Cluster) reportLeaks() {
	left := bubbleGoroutines()
	if len(left) == 0 {
		return
	}
	g := left[0]
	c.violated(ContractKill, fmt.Sprintf("%d goroutine(s) are left %v after all replicas were killed, such as one in %q at %s (%s)",
		len(left), killGrace, g.state, g.where().function, g.where().position))
	c.detail(describe(left))
}

// detail adds what is long to the failure, if it has none yet.
func (c *Cluster) detail(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure != nil && c.failure.Detail == "" {
		c.failure.Detail = text
	}
}

// recoverDeadlock catches synctest's panic about goroutines that are left in
// the bubble: after a failure they are no news.
func (c *Cluster) recoverDeadlock() {
	v := recover()
	if v == nil || c.failed() != nil {
		return
	}
	goroutines := inBubble(allGoroutines(), int(c.bubble.Load()))
	property, fact := ContractWaiting, "everything waits and nothing will ever wake it"
	if !isDeadlock(v) {
		property, fact = Harness, "the scenario's goroutine panicked"
	}
	c.abandon(Failure{Property: checker.Property(property), At: time.Duration(c.progress.Load()),
		Facts: []string{fmt.Sprintf("%s: %v", fact, v)}, Detail: describe(goroutines)})
}

// isDeadlock reports whether a recovered value is synctest's complaint about
// goroutines that are blocked for ever.
func isDeadlock(v any) bool {
	err, ok := v.(error)
	return ok && len(err.Error()) > 8 && err.Error()[:8] == "deadlock"
}
