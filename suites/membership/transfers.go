package membership

import (
	"github.com/raftcheck/raftcheck/suites/world"
)

// transferToNone asks a leader to hand over to who does not vote.
func transferToNone(c *world.Cluster) {
	c.Learn(3)
	for range 3 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		for _, to := range []int{3, 4} {
			c.Check(!c.Transfer(leader, to), "replica %d takes it on to hand over to replica %d; the members are %v", leader, to, c.Members())
		}
		c.Sleep(c.ElectionTimeout())
		c.CheckStays(leader, term, "when it was asked to hand over to those who do not vote")
		next := without(c.Members().Voters, leader)[0]
		c.CheckTransfer(leader, next)
		c.CheckSucceeds(leader, next)
	}
}

// successorRemoved removes the replica that a leader hands over to, before it has heard
// of that.
func successorRemoved(c *world.Cluster) {
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		next := without(c.Members().Voters, leader)[0]
		c.Disconnect(next)
		c.Transfer(leader, next)
		c.Remove(next)
		c.CommitOnMembers()
		c.Connect(next)
		c.CheckOneLeader(c.Members().Voters...)
		c.CommitOnMembers()
		c.Join(next)
	}
}
