package membership

import (
	"github.com/raftcheck/raftcheck/suites/world"
)

// leaderIsNeeded asks a leader that is cut off to remove itself, and lets it back where its
// log is the longest: nobody is elected against its vote, nor by it where that makes no
// quorum.
func leaderIsNeeded(c *world.Cluster) {
	for range 4 {
		c.Change(voters(0, 1, 2, 3))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := c.Others(leader)
		c.Disconnect(0, 1, 2, 3)
		c.AskChange(leader, voters(others...))
		c.Sleep(c.ElectionTimeout())
		c.Partition([]int{leader, others[0]})
		c.CheckNoLeader(leader, others[0])
		c.Partition([]int{leader, others[0], others[1]})
		c.CheckOneLeader(leader, others[0], others[1])
		c.Commit(2)
		c.Heal()
	}
}

// countedIsSaved has a leader crash when it has committed a change, and come back to a
// replica that has not heard of it.
func countedIsSaved(c *world.Cluster) {
	for range 4 {
		c.Change(voters(0, 1, 2))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := without([]int{0, 1, 2}, leader)
		c.Disconnect(others[0])
		if c.AskChange(leader, voters(0, 1, 2, 3)) {
			c.Until(c.ElectionTimeout(), func() bool { return c.Members().Has(3) })
		}
		c.Crash(leader)
		c.Partition([]int{leader, others[0]}, []int{others[1], 3})
		c.Restart(leader)
		for range 20 {
			for _, i := range []int{leader, others[0]} {
				c.Start(i)
			}
			c.Sleep(c.ElectionTimeout() / 20)
		}
		c.Heal()
		c.CommitOnMembers()
	}
}
