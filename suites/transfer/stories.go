package transfer

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// around has leadership go from one replica to the next while clients write. The old
// leader is given commands before it is asked, and for some time after.
func around(c *world.Cluster) {
	c.StartClients(2, 3)
	for range 9 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		next := c.NextAfter(leader, 1+c.Rand.IntN(2))
		taken := c.StartMany(leader, 1+c.Rand.IntN(8))
		c.CheckTransfer(leader, next)
		for range 5 {
			taken = append(taken, c.StartMany(leader, 2)...)
		}
		c.CheckSucceeds(leader, next)
		c.Commit(c.Size()) // with it what an earlier leader has taken (§5.4.2)
		for _, p := range taken {
			c.CheckApplied(p, c.Size())
		}
	}
	c.StopClients()
}

// refused asks for what cannot be done.
func refused(c *world.Cluster) {
	for range 3 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		for _, to := range []int{leader, -1, c.Size()} {
			c.Check(!c.Transfer(leader, to), "replica %d, which leads, takes it on to hand over to replica %d; there are %d replicas", leader, to, c.Size())
		}
		for _, follower := range c.Others(leader) {
			for to := range c.Size() {
				c.Check(!c.Transfer(follower, to), "replica %d, which follows replica %d, takes it on to hand over to replica %d", follower, leader, to)
			}
		}
		c.Sleep(c.ElectionTimeout())
		c.CheckStays(leader, term, "when transfers were refused")
		c.CheckTransfer(leader, c.NextAfter(leader, 1))
	}
}

// lagging cuts a replica off, and has the leader hand over to it as soon as it is back.
// The leader may give up before it has caught up, and is asked again then.
func lagging(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		behind := c.NextAfter(leader, 1)
		c.Disconnect(behind)
		for range 30 {
			c.Commit(c.Size() - 1)
		}
		c.Connect(behind)
		leads := c.Until(c.Patience(), func() bool {
			if leader, ok := c.Leader(); ok && leader != behind {
				c.Transfer(leader, behind)
			}
			return c.IsLeader(behind)
		})
		c.CheckProgress(leads, "replica %d does not lead, %v after it came back, though leaders were asked all the time to hand over to it", behind, c.Patience())
	}
}

// successorGone has a leader hand over to a replica that does not hear it. It leads a
// quorum all the time.
func successorGone(c *world.Cluster) {
	for round := range 6 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		gone, other := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		if round%2 == 0 {
			c.Crash(gone)
		} else {
			c.Disconnect(gone)
		}
		c.CheckTransfer(leader, gone)
		for _, to := range []int{gone, other} {
			c.Check(!c.Transfer(leader, to), "replica %d takes it on to hand over to replica %d, while it is about to hand over to replica %d", leader, to, gone)
		}
		serves := c.Until(c.ElectionTimeout(), func() bool {
			_, taken := c.Start(leader)
			return taken
		})
		c.CheckProgress(serves, "replica %d takes no command, %v after it was asked to hand over to replica %d, which does not hear it", leader, c.ElectionTimeout(), gone)
		c.CheckStays(leader, term, "when it was asked to hand over to a replica that does not hear it")
		c.CheckTransfer(leader, other)
		c.CheckSucceeds(leader, other)
		if round%2 == 0 {
			c.Restart(gone)
		} else {
			c.Connect(gone)
		}
	}
}

// lateRequest holds back what a leader says to its successor, cuts the leader off, and
// delivers it to the successor in the next term, in which that one leads or follows.
func lateRequest(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		successor := c.NextAfter(old, 1)
		c.HoldLink(old, successor)
		c.CheckTransfer(old, successor)
		c.Sleep(50 * time.Millisecond)
		c.Crash(old)
		c.CheckLeaderAfter(term, c.Others(old)...)
		c.Commit(2)
		c.Sleep(200 * time.Millisecond)
		next := c.CheckLeaderAfter(term, c.Others(old)...)
		term = c.Term(next)
		c.ReleaseLink(old, successor)
		c.Sleep(c.ElectionTimeout())
		c.CheckStays(next, term, "when replica %d got what the leader before had said to it", successor)
		c.Restart(old)
	}
}

// storm asks for transfers at random while links are cut, replicas crash, and messages
// are lost, doubled and late.
func storm(c *world.Cluster) {
	c.SetNetwork(labrpc.Unreliable)
	c.StartClients(3, 3)
	for range 40 {
		for range 1 + c.Rand.IntN(3) {
			if leader, ok := c.Leader(); ok {
				c.Start(leader)
				c.Transfer(leader, c.Rand.IntN(c.Size()))
			}
			c.Sleep(time.Duration(c.Rand.IntN(300)) * time.Millisecond)
		}
		c.Nemesis()
	}
	c.StopClients()
}
