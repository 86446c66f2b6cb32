package harness

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
)

const (
	// pollEvery is how often the monitor asks every replica for its state.
	pollEvery = 10 * time.Millisecond
	// callPatience is how long a call into the implementation that must return
	// at once may take, in virtual time.
	callPatience = 5 * time.Second
	// readPatience is how long ReadIndex may take: longer than any RPC.
	readPatience = 20 * time.Second
)

// callUnderWay is a call into the implementation that has not returned.
type callUnderWay struct {
	replica  int
	name     string
	since    time.Duration
	patience time.Duration
}

// obligation says how long the call may take.
func (u callUnderWay) obligation() string {
	if u.patience == callPatience {
		return "; it must return at once"
	}
	return "; it must return within a bounded time"
}

// underWay holds the calls that have not returned.
type underWay struct {
	mu    sync.Mutex
	next  int
	calls map[int]callUnderWay
}

func (u *underWay) begin(call callUnderWay) (id int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.calls == nil {
		u.calls = map[int]callUnderWay{}
	}
	u.next++
	u.calls[u.next] = call
	return u.next
}

func (u *underWay) end(id int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.calls, id)
}

// overdue returns a call that should have returned by now, the oldest first.
func (u *underWay) overdue(now time.Duration) (call callUnderWay, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	var late []callUnderWay
	for _, c := range u.calls {
		if now-c.since >= c.patience {
			late = append(late, c)
		}
	}
	if len(late) == 0 {
		return callUnderWay{}, false
	}
	return slices.MinFunc(late, func(a, b callUnderWay) int {
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.replica, b.replica), cmp.Compare(a.name, b.name))
	}), true
}

// calling calls into the implementation: f must return at once. A panic in it
// is the implementation's, and noted as such.
func (c *Cluster) calling(replica int, name string, f func()) {
	c.callingFor(callPatience, replica, name, f)
}

// callingFor is calling with a time that f may take.
func (c *Cluster) callingFor(patience time.Duration, replica int, name string, f func()) {
	id := c.calls.begin(callUnderWay{replica, name, c.net.Now(), patience})
	defer c.calls.end(id)
	defer func() {
		if v := recover(); v != nil {
			c.panicked(replica, name, v, debug.Stack())
		}
	}()
	f()
}

func (c *Cluster) panicked(replica int, where string, value any, stack []byte) {
	c.note(Failure{Property: NoPanic, Detail: string(stack),
		Facts: []string{fmt.Sprintf("replica %d panicked in %s: %v", replica, where, value)}})
}

// reported takes the network's reports of what a replica did wrong.
func (c *Cluster) reported(replica int, err error) {
	var p *labrpc.PanicError
	if errors.As(err, &p) {
		c.panicked(replica, p.Method, p.Value, p.Stack)
		return
	}
	var f *labrpc.FloodError
	if errors.As(err, &f) {
		c.violated(ContractWaiting, fmt.Sprintf("replica %d %v", replica, f))
		return
	}
	c.violated(ContractRPC, fmt.Sprintf("replica %d: %v", replica, err))
}

// watchCalls notices calls into the implementation that do not return while
// time goes on. It also keeps the watchdog informed that it does.
func (c *Cluster) watchCalls() {
	c.net.Sleep(pollEvery / 2) // out of step with the monitor
	for !isClosed(c.closing) {
		c.net.Sleep(pollEvery)
		c.progress.Store(int64(c.net.Now()))
		call, ok := c.calls.overdue(c.net.Now())
		if !ok || c.stopping() {
			continue
		}
		c.note(Failure{Property: ContractWaiting, Detail: describe(bubbleGoroutines()),
			Facts: []string{fmt.Sprintf("%s of replica %d was called at %.6fs and has not returned %v later%s",
				call.name, call.replica, call.since.Seconds(), call.patience, call.obligation())}})
	}
}

// monitor asks the replicas for their state, again and again, for the oracles.
func (c *Cluster) monitor() {
	for !c.ending() {
		c.net.Sleep(pollEvery)
		led := false
		for _, r := range c.replicas {
			if in := r.running(); in != nil {
				_, leads := c.state(in)
				led = led || leads
			}
		}
		if !led && c.ended.Load() == 0 {
			c.leaderless.Add(1)
		}
	}
}

// state asks an instance for its term and role and tells the oracles.
func (c *Cluster) state(in *instance) (term int, leader bool) {
	at := c.net.Now()
	c.calling(in.replica, "GetState", func() { term, leader = in.raft.GetState() })
	if in.isDown() {
		return term, false
	}
	c.mu.Lock()
	shown := shownState{term, leader}
	changed := c.states[in.replica] != shown
	if changed && leader {
		c.leaderships++
	}
	c.states[in.replica] = shown
	c.mu.Unlock()
	if changed {
		c.event("state", in.replica, fmt.Sprintf(stateText, term, leader))
	}
	c.safety.Observe(at, in.replica, term, leader)
	c.checkSafety()
	return term, leader
}

// running returns the replica's instance if it is up and has been made.
func (r *replica) running() *instance {
	if in := r.instance.Load(); in != nil && in.isUp() {
		return in
	}
	return nil
}

// event adds an event of a replica to the trace.
func (c *Cluster) event(kind labrpc.EventKind, replica int, text string) {
	c.net.Trace().Add(labrpc.Event{At: c.net.Now(), Kind: kind, From: replica, To: -1, Text: text})
}

// started tells oracles and trace what Start returned. What an instance says
// that crashed meanwhile reaches nobody.
func (c *Cluster) started(in *instance, cmd command, index, term int, isLeader bool) {
	if in.isDown() {
		return
	}
	now := c.net.Now()
	if !isLeader {
		c.safety.Refused(now, in.replica, cmd.String())
		return
	}
	if index < 1 || term < 0 {
		c.violated(checker.StartIndex, fmt.Sprintf("Start(%v) on replica %d returned index %d, term %d and true; indexes start at 1 and terms are not negative",
			cmd, in.replica, index, term))
		return
	}
	c.event("start", in.replica, fmt.Sprintf("%v at index %d in term %d", cmd, index, term))
	c.safety.Started(now, in.replica, cmd.String(), index, term)
	c.checkSafety()
}

// applied tells oracles and trace that a replica delivered a command.
func (c *Cluster) applied(replica, index int, cmd command) {
	c.event("apply", replica, fmt.Sprintf("%v at index %d", cmd, index))
	c.mu.Lock()
	if _, known := c.log[index]; !known {
		c.log[index] = cmd.plain()
	}
	c.mu.Unlock()
	c.safety.Applied(c.net.Now(), replica, index, cmd.String())
	c.checkSafety()
}

func (c *Cluster) checkSafety() {
	if v := c.safety.First(); v != nil {
		c.note(failureOf(*v))
	}
}

// note keeps the first failure and stops the story.
func (c *Cluster) note(f Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure != nil {
		return
	}
	if f.At == 0 {
		f.At = c.net.Now()
	}
	c.failure = &f
	close(c.stopped)
}

// violated notes a failure from a goroutine that is not the story's.
func (c *Cluster) violated(property checker.Property, facts ...string) {
	c.note(Failure{Property: property, Facts: facts})
}

// fail notes a failure and ends the story.
func (c *Cluster) fail(property checker.Property, facts ...string) {
	c.violated(property, facts...)
	panic(stopStory{})
}

// check ends the story if there is a failure.
func (c *Cluster) check() {
	if c.stopping() {
		panic(stopStory{})
	}
}

func (c *Cluster) failed() *Failure {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure
}

// stopping reports whether there is a failure.
func (c *Cluster) stopping() bool { return isClosed(c.stopped) || c.abandoned.Load() }

// ending reports whether the harness's own goroutines are to end.
func (c *Cluster) ending() bool { return isClosed(c.closing) || c.stopping() }

func isClosed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}
