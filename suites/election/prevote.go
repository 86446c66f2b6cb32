package election

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// isolatedReplicaReturns lets a follower campaign in vain for half a minute,
// and come back. With PreVote it has not raised its term; with CheckQuorum its
// leader is gone when it should be.
func isolatedReplicaReturns(c *world.Cluster) {
	c.StartClients(2, 4)
	for range 3 {
		c.CheckTerms()
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		follower := c.NextAfter(leader, 1)
		c.Disconnect(follower)
		c.Sleep(30 * time.Second)
		c.Connect(follower)
		c.Sleep(c.ElectionTimeout())
		c.CheckStays(leader, term, "since replica %d came back; it had a quorum all the time", follower)

		// The leader does fail now, and nobody is loyal to it for longer than
		// an election takes.
		c.Disconnect(leader)
		c.CheckLeaderAfter(term, c.Others(leader)...)
		c.Commit(2)
		resigned := c.Until(c.ElectionTimeout(), func() bool { return !c.IsLeader(leader) })
		c.CheckProgress(resigned, "replica %d still leads term %d, %v after it was cut off from all others", leader, term, c.ElectionTimeout())
		c.Connect(leader)
	}
}
