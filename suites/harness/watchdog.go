package harness

import (
	"fmt"
	"runtime/debug"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

const (
	// watchEvery is how often the watchdog looks, in real time.
	watchEvery = 100 * time.Millisecond
	// starvedPatience is how many times the patience a run may stand still that
	// gets next to no processor time.
	starvedPatience = 8
)

var processStart = time.Now()

// A standstill is a moment from which on virtual time has not moved.
type standstill struct {
	since time.Time
	cpu   time.Duration
}

func standingStill() standstill { return standstill{time.Now(), cpuTime()} }

// hung reports whether the standstill is the implementation's doing. On a busy
// machine a run may wait for a processor for long; it can run then, but hardly
// does.
func (s standstill) hung(bubble int, patience time.Duration) bool {
	stood := time.Since(s.since)
	if stood <= patience {
		return false
	}
	starved := cpuTime()-s.cpu < patience/2 && slices.ContainsFunc(inBubble(allGoroutines(), bubble), goroutine.canRun)
	return !starved || stood > starvedPatience*patience
}

// run lives the scenario to its end, or until the watchdog gives up on it: then
// whatever still runs is abandoned, so that the scenarios after it get their
// turn. On the wall clock there is no watchdog: time goes on whatever happens,
// and every wait is bounded.
func (c *Cluster) run(t *testing.T, realtime bool) (abandoned bool) {
	c.realtime = realtime
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer c.recoverPanic()
		if c.realtime {
			c.live()
			return
		}
		synctest.Test(t, func(*testing.T) {
			c.bubble.Store(int64(allGoroutines()[0].bubble))
			c.live()
			c.reportLeaks()
		})
	}()
	if c.realtime {
		<-ended
		return false
	}
	if c.watch(ended) {
		return false
	}
	go endIfBoundless(*c.failed(), uint64(*memoryFlag), ended)
	return true
}

// watch waits for the end and reports whether it came. It gives up when virtual
// time has stood still for too long, or the run holds too much memory.
func (c *Cluster) watch(ended chan struct{}) bool {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	last, still := int64(-1), standingStill()
	for {
		select {
		case <-ended:
			return true
		case <-ticker.C:
		}
		if f := tooMuchMemory(time.Duration(c.progress.Load())); f != nil {
			c.abandon(*f)
			return false
		}
		if now := c.progress.Load(); now != last {
			last, still = now, standingStill()
			continue
		}
		if still.hung(int(c.bubble.Load()), c.patience()) {
			goroutines, diagnosis := lookInto(int(c.bubble.Load()))
			c.abandon(Failure{Property: ContractWaiting, At: time.Duration(last), Detail: describe(goroutines),
				Facts: []string{fmt.Sprintf("virtual time has stood still for %v of real time", *patienceFlag), diagnosis}})
			return false
		}
	}
}

// failedPatience is the patience with a run that has its verdict.
const failedPatience = time.Second

// patience is how long virtual time may stand still.
func (c *Cluster) patience() time.Duration {
	if c.failed() != nil {
		return min(*patienceFlag, failedPatience)
	}
	return *patienceFlag
}

// abandon notes a failure from outside the bubble. Should time go on there some
// day, the story ends.
func (c *Cluster) abandon(f Failure) {
	c.abandoned.Store(true)
	c.ended.CompareAndSwap(0, int64(f.At))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		c.failure = &f
	}
}

// reportLeaks fails the scenario if replicas that were killed long enough ago
// have left goroutines, unless they are only to be counted.
func (c *Cluster) reportLeaks() {
	c.net.Sleep(time.Millisecond) // for the harness's own to be gone altogether
	left := slices.DeleteFunc(bubbleGoroutines(), goroutine.isHarness)
	if len(left) == 0 {
		return
	}
	c.leaked.Store(int64(len(left)))
	if !*leaksFlag {
		return
	}
	g := left[0]
	c.violated(ContractKill, fmt.Sprintf("%d goroutine(s) are left %v after all replicas were killed, such as one in %q at %s (%s)",
		len(left), c.killGrace(), g.state, g.where().function, g.where().position))
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

// recoverPanic catches synctest's panic about goroutines that are left in the
// bubble. They are no news: whatever they are has been reported.
func (c *Cluster) recoverPanic() {
	if v := recover(); v != nil && c.leaked.Load() == 0 {
		c.abandon(Failure{Property: Harness, At: time.Duration(c.progress.Load()), Detail: string(debug.Stack()),
			Facts: []string{fmt.Sprintf("synctest panicked, though no failure was found: %v", v)}})
	}
}
