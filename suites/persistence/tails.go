package persistence

import (
	"github.com/raftcheck/raftcheck/suites/world"
)

// replacedTail gives a deposed leader a tail of its own, which is longer than
// what replaces it. That is committed with its help, so it must still be there
// after a crash.
func replacedTail(c *world.Cluster) {
	for range 5 {
		c.Commit(3)
		stale := c.CheckOneLeader()
		term := c.Term(stale)
		c.Disconnect(stale)
		c.StartMany(stale, 20)
		leader := c.CheckLeaderAfter(term, c.Others(stale)...)
		third := c.Others(stale, leader)[0]
		c.Commit(2)

		c.Partition([]int{leader})
		taken := c.StartMany(leader, 3)
		c.Partition([]int{stale, leader})
		if len(taken) > 0 {
			c.WaitApplied(taken[len(taken)-1], 2, c.Patience())
		}
		c.Crash(stale)
		c.Partition([]int{stale, third})
		c.Restart(stale)
		c.Commit(2)
		c.Heal()
	}
}
