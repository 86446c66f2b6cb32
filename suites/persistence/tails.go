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

// replacedFirst has the only entry replaced that a follower's log has behind its
// snapshot, and the first one since its start, by a leader that its own one knows
// nothing of. What it stores from then on must still be there after another crash.
func replacedFirst(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		stale := c.CheckOneLeader()
		term := c.Term(stale)
		follower := c.NextAfter(stale, 1)
		others := c.Others(stale, follower)
		c.Crash(follower)
		c.Restart(follower)
		c.Partition([]int{stale, follower}, others)
		c.Start(stale)
		newer := c.CheckLeaderAfter(term, others...)
		c.Partition([]int{stale, follower}) // what newer takes is in no snapshot yet
		c.Start(newer)

		c.SlowService(follower, c.Patience()) // nor does it take one of what it is sent
		c.Heal()
		c.Commit(c.Size() - 1)
		c.Sleep(2 * c.Heartbeat())
		c.Crash(follower)
		c.SlowService(follower, 0)
		c.Restart(follower)
	}
}
