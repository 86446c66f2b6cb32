package world

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/suites/bubble"
)

// StateText is the text of a trace's "state" event, for package fmt: a replica's
// term, and whether it says that it leads.
const StateText = "term %d, leader %t"

// watchEvery is how often the calls under way are looked at. It is no multiple of
// pollEvery, so that the monitor and this need not take turns.
const watchEvery = 95 * time.Millisecond

// watchCalls notices calls into the implementation that do not return while
// time goes on. It also keeps the watchdog informed that it does, to the very end
// and when the monitor is stuck in such a call.
func (c *Cluster) watchCalls() {
	for !isClosed(c.closing) {
		c.net.Sleep(watchEvery)
		c.noted.Store(int64(c.net.Now()))
		call, ok := c.calls.overdue(c.net.Now())
		if !ok || c.stopping() {
			continue
		}
		facts := []string{call.overdueText()}
		if where := bubble.Inside(call.name); where != "" {
			facts = append(facts, "it is in "+where)
		}
		c.note(Failure{Property: ContractWaiting, At: c.Now(), Detail: bubble.Others(), Facts: facts})
	}
}

// monitor asks the replicas for their state, again and again, for the oracles.
func (c *Cluster) monitor() {
	for c.ended.Load() == 0 && !c.stopping() {
		c.net.Sleep(pollEvery)
		c.noted.Store(int64(c.net.Now()))
		led := false
		for _, r := range c.replicas {
			if in := r.running(); in != nil {
				_, leads := c.state(in)
				led = led || leads
			}
		}
		if !led && c.ended.Load() == 0 {
			c.offices.missed()
		}
	}
}

// state asks an instance for its term and role and tells the oracles.
func (c *Cluster) state(in *instance) (term int, leader bool) {
	at := c.net.Now()
	c.calling(in.number, "GetState", func() { term, leader = in.raft.GetState() })
	if in.isDown() {
		return term, false
	}
	changed := c.offices.saw(in.number, shownState{term, leader})
	if changed {
		c.event("state", in.number, fmt.Sprintf(StateText, term, leader))
	}
	c.safety.Observe(at, in.number, term, leader)
	c.checkSafety()
	return term, leader
}
