package election

import (
	"github.com/raftcheck/raftcheck/suites/world"
)

// staleHeartbeats lets a deposed leader, which hears nobody and so does not know
// that it is, send to three others that have lost their newer leader.
func staleHeartbeats(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		stale := c.CheckOneLeader()
		term := c.Term(stale)
		others := c.Others(stale)
		c.Disconnect(stale)
		c.CheckLeaderAfter(term, others...)
		c.Commit(c.Size() - 1)                       // all of them have heard of a newer leader
		newer := c.CheckLeaderAfter(term, others...) // which may have been replaced since
		term = c.Term(newer)

		c.Crash(newer)
		rest := c.Others(stale, newer)
		for _, i := range rest {
			c.MendLink(stale, i)
		}
		elected := c.Until(6*c.ElectionTimeout(), func() bool { return leadsAfter(c, term, rest...) })
		c.CheckProgress(elected, "%v after the leader of term %d, replica %d, crashed, none of replicas %v leads a later term; all they hear from others is what replica %d says, whose term was over before",
			6*c.ElectionTimeout(), term, newer, rest, stale)
		c.Heal()
		c.Restart(newer)
	}
}

// votesOfTwoTerms lets a candidate reach one voter, and then, in a later term,
// another one. With its own vote that is three of five, but not in one term.
func votesOfTwoTerms(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		candidate, first, second := c.NextAfter(leader, 1), c.NextAfter(leader, 2), c.NextAfter(leader, 3)
		c.Partition([]int{candidate, first}, c.Others(candidate, first))
		term := c.Term(candidate)
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(candidate) > term })
		c.Sleep(c.Heartbeat() / 10) // for the vote to arrive
		c.Partition(c.Others(candidate))
		voted := c.Term(candidate) // the first one gave its vote in no later term, and is not asked again
		if c.Until(c.ElectionTimeout(), func() bool { return c.Term(candidate) > voted }) && !c.IsLeader(second) {
			c.Partition([]int{candidate, second}, c.Others(candidate, first, second))
			c.CheckNoLeader(candidate, second)
		}
		c.Heal()
		c.CheckOneLeader()
	}
}
