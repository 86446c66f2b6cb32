package snapshot

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// overtaken delivers everything twice, and much of it so late that what was
// sent a second later has arrived before.
var overtaken = labrpc.Conditions{Jitter: 5 * time.Millisecond, Duplicate: 1, Late: 0.4, LateBy: 2 * time.Second}

// lateInstall sends a laggard its snapshots twice, one of them late: when it
// has caught up and gone on. Then its word counts: it is needed for a quorum,
// and after that its log is.
func lateInstall(c *world.Cluster) {
	c.StartClients(2, 4)
	for range 10 {
		leader := c.CheckOneLeader()
		behind, other := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.Disconnect(behind)
		for range 2 * interval {
			c.Commit(2)
		}
		c.Connect(behind)
		c.SetLink(leader, behind, overtaken)
		c.Sleep(time.Duration(500+c.Rand.IntN(2000)) * time.Millisecond)

		c.Disconnect(other)
		c.Sleep(time.Second)
		c.SetLink(leader, behind, labrpc.Reliable)
		c.Partition([]int{behind, other})
		c.Sleep(c.ElectionTimeout() / 4)
		c.Heal()
		c.CommitWithin(patience, c.Size())
	}
}

// meetsOffice sends a laggard its snapshots twice, and holds back those that come late
// until another leader is elected, often the laggard itself.
func meetsOffice(c *world.Cluster) {
	for range 10 {
		c.CommitWithin(patience, c.Size())
		first := c.CheckOneLeader()
		behind := c.NextAfter(first, 1)
		c.Disconnect(behind)
		for range 2 * interval {
			c.Commit(2)
		}
		c.SetLink(first, behind, overtaken)
		c.Connect(behind)
		c.CommitWithin(patience, c.Size())
		c.HoldLink(first, behind)
		if term := c.Term(first); c.IsLeader(first) { // what comes late may have deposed it
			c.Pause(first, 2*c.ElectionTimeout())
			if next, elected := laterLeader(c, term); elected {
				term = c.Term(next)
				c.Sleep(overtaken.LateBy / 2)
				c.ReleaseLink(first, behind)
				c.Sleep(overtaken.LateBy)
				c.CheckStays(next, term, "when replica %d got what replica %d had sent as the leader of an earlier term", behind, first)
			}
		}
		c.ReleaseLink(first, behind)
		c.SetLink(first, behind, labrpc.Reliable)
		c.CommitWithin(patience, c.Size())
	}
}

// laterLeader waits for a leader of a later term than the given one. There may be none: a
// candidate that asks one replica after the other waits for one that stands still.
func laterLeader(c *world.Cluster, term int) (leader int, elected bool) {
	elected = c.Until(c.ElectionTimeout(), func() bool {
		var leads bool
		leader, leads = c.Leader()
		return leads && c.Term(leader) > term
	})
	return leader, elected
}

// slowService gives a laggard whose service has far to go a snapshot of what it
// has not applied yet, so that entries, snapshots of its own and the leader's
// meet.
func slowService(c *world.Cluster) {
	for range 10 {
		leader := c.CheckOneLeader()
		slow := c.NextAfter(leader, 1)
		c.SlowService(slow, 50*time.Millisecond)
		startSome(c)
		c.Sleep(time.Duration(c.Rand.IntN(200)) * time.Millisecond)
		c.Disconnect(slow)
		startSome(c)
		c.Commit(2)
		c.Connect(slow)
		for range interval {
			startSome(c)
			c.Sleep(time.Duration(c.Rand.IntN(100)) * time.Millisecond)
		}
		c.SlowService(slow, 0)
		c.Commit(c.Size())
	}
}

// slowLink delays what enters it by many times what is sent later takes.
var slowLink = labrpc.Conditions{Delay: 700 * time.Millisecond}

// installAfterEntries has a leader that has not heard of it yet send a snapshot
// to a follower which has stored all entries. Some of these snapshots are late,
// and arrive when the leader has heard, and committed more with that follower
// alone.
func installAfterEntries(c *world.Cluster) {
	late := labrpc.Reliable
	late.Late, late.LateBy = 0.5, slowLink.Delay
	for range 40 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		follower, other := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.SlowService(follower, time.Duration(c.Rand.IntN(100))*time.Millisecond)
		c.SetLink(follower, leader, slowLink)
		c.Disconnect(other)
		startSome(c)
		c.Sleep(200 * time.Millisecond) // the follower stores the entries
		c.SetLink(follower, leader, labrpc.Reliable)
		c.SetLink(leader, follower, late)
		c.Connect(other)
		c.Sleep(slowLink.Delay) // the leader commits them with the other one, and compacts
		c.SetLink(leader, follower, labrpc.Reliable)
		c.Disconnect(other)
		c.CommitWithin(patience, 1)
		c.Sleep(slowLink.Delay)

		c.Partition([]int{follower, other})
		c.SlowService(follower, 0)
		next := c.CheckOneLeader(follower, other)
		c.Start(next) // a leader without the committed entries gives itself away
		c.Heal()
		c.Commit(c.Size())
	}
}

// appendsAfterInstall has entries arrive at a follower that has been sent a
// snapshot since, which covers some of them. The leader, whose service was slow,
// compacted its log when they were under way. The other follower has what the
// snapshot covers and no more, so the leader commits by what the first one
// answers. Then the followers decide without it.
func appendsAfterInstall(c *world.Cluster) {
	for range 20 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		follower, other := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.SetLink(leader, follower, slowLink)
		c.SlowService(leader, 50*time.Millisecond)
		startSome(c)
		c.Sleep(10 * time.Millisecond)
		c.Disconnect(other)
		startSome(c)
		c.Sleep(c.Heartbeat())
		c.SetLink(leader, follower, labrpc.Conditions{Loss: 0.6})
		c.Sleep(slowLink.Delay)

		c.SlowService(leader, 0)
		c.SetLink(leader, follower, labrpc.Reliable)
		c.Partition([]int{follower, other})
		next := c.CheckOneLeader(follower, other)
		c.Start(next) // a leader without the committed entries gives itself away
		c.Sleep(2 * c.Heartbeat())
		c.Heal()
	}
}

// voteBeforeInstall gives a voter that lags a snapshot from the leader it voted
// for, and then asks for its vote in that same term.
func voteBeforeInstall(c *world.Cluster) {
	for range 20 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		late, voter := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.Crash(voter)
		index := 0
		for range 2 * interval {
			index = c.Commit(2)
		}
		c.Crash(leader)
		c.Restart(leader) // as a follower of nobody
		c.Partition([]int{leader, voter})
		c.Restart(voter)
		c.MendLink(late, voter)
		c.HoldLink(late, voter)

		winner := c.CheckLeaderAfter(term, leader, voter)
		c.Until(time.Second, func() bool { return c.Applied(voter) > index-interval })
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(late) >= c.Term(winner) })
		c.MendLink(voter, late)
		c.ReleaseLink(late, voter)
		c.Sleep(100 * time.Millisecond)
		c.Heal()
		c.CheckOneLeader()
	}
}

// oldInstallReply has a laggard refuse the snapshot of a leader that it has
// outrun by a term, and holds that answer back until the leader was deposed and
// leads again. It does not have what it refused.
func oldInstallReply(c *world.Cluster) {
	for range 3 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		behind := c.NextAfter(leader, 1)
		rest := c.Others(leader, behind)
		c.Crash(behind)
		for range 2 * interval {
			c.Commit(len(rest) + 1)
		}
		c.Partition([]int{leader, behind}, rest)
		c.HoldLink(behind, leader)
		c.Restart(behind)
		c.Sleep(2 * c.Heartbeat()) // it rejects what the leader sends first
		c.HoldLink(leader, behind)
		c.ReleaseLink(behind, leader)
		c.Sleep(c.Heartbeat() / 10) // the snapshot is under way
		c.HoldLink(behind, leader)
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(behind) > term })
		c.ReleaseLink(leader, behind)
		c.Sleep(c.Heartbeat() / 10) // it is refused
		c.Crash(behind)

		c.CheckLeaderAfter(term, rest...)
		c.Partition(c.Others()) // all together, but for the link that is held
		index := c.Commit(len(rest) + 1)
		c.Until(c.Patience(), func() bool { return c.Applied(leader) >= index })
		c.Elect(leader, rest...)
		c.MendLink(behind, leader)
		c.ReleaseLink(behind, leader)
		c.Sleep(c.Heartbeat() / 10)
		c.Heal()
		c.Restart(behind)
	}
}
