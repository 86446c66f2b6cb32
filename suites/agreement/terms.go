package agreement

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// attempts is how often a story that needs a leader to stay begins anew.
	attempts = 10
)

// inOneTerm tells a story about what a leader does in one term. Raft may elect
// another one at any time, which undoes the story; so it is told again until it
// is complete.
func inOneTerm(c *world.Cluster, story func(leader int) (complete bool)) {
	for range attempts {
		c.Commit(c.Size()) // everybody has heard the leader
		if story(c.CheckOneLeader()) {
			return
		}
	}
	c.CheckProgress(false, "leaders were replaced %d times though nothing failed", attempts)
}

// applied waits until every replica has applied what a leader took, and reports
// false if that leader loses its office before. A leader in office that does not
// get it applied fails the scenario.
func applied(c *world.Cluster, p world.Proposal) bool { return appliedBy(c, p, c.Size()) }

// appliedBy is applied for n replicas.
func appliedBy(c *world.Cluster, p world.Proposal, n int) bool {
	return appliedWithin(c, p, n, c.Patience())
}

// appliedWithin is appliedBy with another time than is usual.
func appliedWithin(c *world.Cluster, p world.Proposal, n int, within time.Duration) (done bool) {
	c.Until(within, func() bool {
		done = c.WaitApplied(p, n, 0)
		return done || !inOffice(c, p)
	})
	if !done && inOffice(c, p) {
		c.CheckApplied(p, n)
	}
	return done
}

// inOffice reports whether the leader that took p still leads in that term.
func inOffice(c *world.Cluster, p world.Proposal) bool {
	return c.IsUp(p.Replica) && c.IsLeader(p.Replica) && c.Term(p.Replica) == p.Term
}
