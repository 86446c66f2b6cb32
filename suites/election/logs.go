package election

import (
	"github.com/raftcheck/raftcheck/suites/world"
)

// laggingReplica leaves a quorum of two of which one lacks committed entries.
// That one has been campaigning in vain, and so asks first and in a later term.
func laggingReplica(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		behind := c.NextAfter(leader, 1)
		c.Disconnect(behind)
		for range 5 {
			c.Commit(2)
		}

		c.Partition(c.Others(leader))
		next := c.CheckOneLeader(c.Others(leader)...)
		c.Start(next) // a leader without the committed entries gives itself away
		c.Heal()
	}
}

// longerOlderLog gives two of five a log that is longer than the others', but
// ends in an older term, and then takes the newest leader away.
func longerOlderLog(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		stale := c.CheckOneLeader()
		term := c.Term(stale)
		ally := c.NextAfter(stale, 1)
		others := c.Others(stale, ally)
		c.Partition([]int{stale, ally}, others)
		for range 20 {
			c.Start(stale)
		}
		newer := c.CheckLeaderAfter(term, others...)
		term = c.Term(newer)
		for range 5 {
			c.Commit(3)
		}

		c.Partition(c.Others(newer))
		next := c.CheckLeaderAfter(term, c.Others(newer)...)
		c.Start(next)
		c.Heal()
	}
}
