package election

import (
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// deafLeader is a leader that the others hear, if badly, and that hears nobody.
// They may follow it for as long as that lasts, but it can commit nothing.
func deafLeader(c *world.Cluster) {
	for range 5 {
		c.StartClients(2, 4)
		c.Sleep(200 * time.Millisecond)
		leader := c.CheckOneLeader()
		for _, i := range c.Others(leader) {
			c.SetLink(leader, i, labrpc.Unreliable)
			c.CutLink(i, leader)
		}
		p, taken := c.Start(leader)
		c.Sleep(c.ElectionTimeout())
		c.Check(!taken || c.Applied(leader) < p.Index, "replica %d took a command at index %d when it heard from nobody any more, and has applied up to index %d since",
			leader, p.Index, c.Applied(leader))
		c.Heal()
		c.SetNetwork(labrpc.Reliable)
		c.StopClients()
		c.Commit(c.Size())
	}
}

// muteLeader is a leader that hears the others and that nobody hears. The
// others elect one of themselves, and it hears of that.
func muteLeader(c *world.Cluster) {
	for range 5 {
		c.StartClients(2, 4)
		c.Sleep(200 * time.Millisecond)
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		for _, i := range c.Others(leader) {
			c.CutLink(leader, i)
		}
		c.CheckLeaderAfter(term, c.Others(leader)...)
		checkDeposed(c, leader, term)
		c.Commit(2)
		c.Heal()
		c.StopClients()
		c.Commit(c.Size())
	}
}

// bridge leaves one replica as the only one that can reach both the leader and
// the other two, which need it for a quorum. It hears the leader all the time.
func bridge(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		for _, i := range c.Others(leader, c.NextAfter(leader, 1)) {
			c.CutLink(leader, i)
			c.CutLink(i, leader)
		}
		// The one between may refuse to vote while it hears a leader (§6); then
		// nothing happens. Once it is in a later term, it says so.
		if c.Until(c.ElectionTimeout(), func() bool { return c.Term(c.NextAfter(leader, 1)) > term }) {
			// The old leader joins the elections as soon as it hears of them, and
			// so the first few may come to nothing.
			replaced := c.Until(6*c.ElectionTimeout(), func() bool { return leadsAfter(c, term, c.Others(leader)...) })
			c.CheckProgress(replaced, "%v after the leader of term %d, replica %d, lost all but one replica, none of the other three leads a later term",
				6*c.ElectionTimeout(), term, leader)
			checkDeposed(c, leader, term)
		}

		// From here on leaders may take turns without end.
		c.StartClients(1, 4)
		c.Sleep(c.ElectionTimeout())
		c.Heal()
		c.StopClients()
		c.Commit(c.Size())
	}
}

// leadsAfter reports whether one of the replicas leads a term later than the
// given one.
func leadsAfter(c *world.Cluster, term int, replicas ...int) bool {
	return slices.ContainsFunc(replicas, func(i int) bool { return c.IsLeader(i) && c.Term(i) > term })
}

// checkDeposed checks that the leader of a term that has ended somewhere it can
// hear of does not go on leading it.
func checkDeposed(c *world.Cluster, leader, term int) {
	deposed := c.Until(c.ElectionTimeout(), func() bool { return !c.IsLeader(leader) || c.Term(leader) > term })
	c.CheckProgress(deposed, "replica %d still leads term %d, %v after others have elected a leader in a later one; it hears from some of them",
		leader, term, c.ElectionTimeout())
}
