package snapshot

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// installAfterBurst gives a leader so many commands at once that a follower
// stores several messages of them. The other follower gets some of these: as far
// as it does the leader commits and compacts, and since it does not hear the
// first follower it sends that one a snapshot. Then it hears how much the first
// follower has, and commits that. The snapshot arrives last, and the followers
// decide without the leader.
func installAfterBurst(c *world.Cluster) {
	for range 8 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		follower, other := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.HoldLink(follower, leader)
		c.SetLink(leader, follower, labrpc.Conditions{}) // in order
		c.SetLink(leader, other, labrpc.Conditions{Loss: 0.5})
		c.StartMany(leader, 20*interval)
		c.Sleep(10 * time.Millisecond)
		c.CutLink(leader, other)
		c.HoldLink(leader, follower)
		c.Sleep(2 * c.Heartbeat())
		c.ReleaseLink(follower, leader)
		c.Sleep(20 * time.Millisecond)
		c.CutLink(follower, leader)
		c.ReleaseLink(leader, follower)
		c.Sleep(20 * time.Millisecond)

		c.SetNetwork(labrpc.Reliable)
		c.Partition([]int{follower, other})
		next := c.CheckOneLeader(follower, other)
		c.Start(next) // a leader without the committed entries gives itself away
		c.Sleep(2 * c.Heartbeat())
		c.Heal()
	}
}

// termBehindSnapshot has a new leader, whose service is slow, take a snapshot of
// all that was committed when its log goes on with an entry of its own term. The
// follower it needs for a quorum has a slower service yet: it has not compacted
// its log, which ends where the snapshot does.
func termBehindSnapshot(c *world.Cluster) {
	for range 6 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		slow, slower := c.NextAfter(old, 1), c.NextAfter(old, 2)
		c.SlowService(slow, c.ElectionTimeout()/5)
		c.SlowService(slower, 3*c.ElectionTimeout())
		index := c.Commit(1)
		c.Sleep(2 * c.Heartbeat()) // the others hear that it is committed
		c.Partition([]int{slow, slower})
		if c.CheckLeaderAfter(term, slow, slower) == slow {
			c.Partition([]int{slow})
			c.Start(slow)
			c.Until(c.ElectionTimeout(), func() bool { return c.Applied(slow) >= index })
			c.SlowService(slow, 0)
			c.Partition([]int{slow, slower})
			c.Commit(1)
		}
		c.SlowService(slow, 0)
		c.SlowService(slower, 0)
		c.Heal()
	}
}
