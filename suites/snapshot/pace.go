package snapshot

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// burst gives commands all at once and none after them, so that what a replica
// saves last is its snapshot.
func burst(c *world.Cluster) {
	for range 5 {
		leader := c.CheckOneLeader()
		taken := c.StartMany(leader, 10*interval)
		if len(taken) > 0 && c.WaitApplied(taken[len(taken)-1], c.Size(), patience) {
			checkCompacted(c)
		}
	}
}

// compactedMeanwhile sends a laggard its snapshots over a slow link while the
// log is compacted further, so that none of them is the latest when it arrives.
func compactedMeanwhile(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		behind := c.NextAfter(leader, 1)
		c.Crash(behind)
		for range 2 {
			startSome(c)
			c.Commit(2)
		}
		c.SetLink(leader, behind, labrpc.Conditions{Delay: 3 * c.Heartbeat() / 2})
		c.Restart(behind)
		for range 10 + c.Rand.IntN(20) {
			c.StartMany(leader, interval)
			c.Sleep(25 * time.Millisecond)
		}
		c.SetLink(leader, behind, labrpc.Reliable) // how long calls are waited for is up to the leader
		checkCatchesUp(c, leader, behind)
	}
}

// crashAfterInstall sends a deposed leader, whose log is longer, a snapshot of
// all there is, and crashes it before it is sent anything else.
func crashAfterInstall(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		stale := c.CheckOneLeader()
		term := c.Term(stale)
		c.Disconnect(stale)
		c.StartMany(stale, 3*interval)
		leader := c.CheckLeaderAfter(term, c.Others(stale)...)
		for range interval {
			c.Commit(2)
		}
		c.Connect(stale)
		checkCatchesUp(c, leader, stale)
		c.Crash(stale)
		c.Restart(stale)
		checkCatchesUp(c, leader, stale)
	}
}

// checkCatchesUp waits until a replica has applied all that a leader has, and
// fails the scenario if that takes long while the leader is in office. No
// command is given meanwhile: the replica is owed what is committed without one.
func checkCatchesUp(c *world.Cluster, leader, behind int) {
	term := c.Term(leader)
	inOffice := func() bool { return c.IsLeader(leader) && c.Term(leader) == term }
	done := c.Until(patience, func() bool { return c.Applied(behind) >= c.Applied(leader) || !inOffice() })
	c.CheckProgress(done, "replica %d has applied up to index %d, and its leader, replica %d, up to %d, for %v without a fault or a command",
		behind, c.Applied(behind), leader, c.Applied(leader), patience)
}
