package snapshot

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// emptyLog has every command compacted as soon as it is applied, so that
// elections and replication go by the snapshot's last entry.
func emptyLog(c *world.Cluster) {
	for range 10 {
		for range 3 {
			c.Commit(c.Size())
		}
		leader := c.CheckOneLeader()
		c.Crash(leader)
		c.Commit(2)
		c.Restart(leader)
		c.Commit(c.Size())
		c.CrashAll()
		c.RestartAll()
	}
}

// emptyLogVote lets a deposed leader with entries nobody else has ask a replica
// for its vote whose log is all in its snapshot.
func emptyLogVote(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		stale := c.CheckOneLeader()
		c.Disconnect(stale)
		for range 3 {
			c.Start(stale)
		}
		for range 5 {
			c.Commit(2)
		}
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		c.Partition(c.Others(leader))
		next := c.CheckLeaderAfter(term, c.Others(leader)...)
		c.Start(next) // a leader without the committed entries gives itself away
		c.Heal()
		c.Commit(c.Size())
	}
}

// conflictAtSnapshot sends a deposed leader a snapshot that ends amid entries
// which only it has, or exactly at the last of them.
func conflictAtSnapshot(c *world.Cluster) {
	for range 20 {
		c.Commit(c.Size())
		stale := c.CheckOneLeader()
		c.Disconnect(stale)
		for range 1 + c.Rand.IntN(2*interval) {
			c.Start(stale)
		}
		for range interval + c.Rand.IntN(interval) {
			c.Commit(2)
		}
		c.Connect(stale)
		c.Commit(c.Size())
	}
}

// termChange has the entry behind a snapshot be of another term than the
// snapshot's last: a new leader appends it before its service, which is slow,
// comes to take the snapshot. Then the entry is overwritten.
func termChange(c *world.Cluster) {
	for range 30 {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		followers := c.Others(old)
		for _, i := range followers {
			c.SlowService(i, 200*time.Millisecond)
		}
		index := 0
		for range 1 + c.Rand.IntN(5) {
			index = c.Commit(1)
		}
		c.Sleep(200 * time.Millisecond) // the followers learn what is committed
		c.Disconnect(old)
		brief := c.CheckLeaderAfter(term, followers...)
		term = c.Term(brief)
		c.Partition(c.Others(brief))
		for range 3 {
			c.Start(brief)
		}
		c.Until(5*time.Second, func() bool { return c.Applied(brief) >= index })

		for _, i := range followers {
			c.SlowService(i, 0)
		}
		c.CheckLeaderAfter(term, c.Others(brief)...)
		c.Commit(2)
		c.Heal()
		c.Sleep(500 * time.Millisecond) // they find where their logs part
		c.Commit(c.Size())
	}
}

// everySave crashes each replica just before and just after each of its next
// saves, while entries are appended, applied and compacted.
func everySave(c *world.Cluster) {
	c.StartClients(2, 4)
	for save := 1; save <= 12; save++ {
		for victim := range c.Size() {
			for _, crash := range []func(replica, k int){c.CrashBeforeSave, c.CrashAfterSave} {
				crash(victim, save)
				c.Until(c.ElectionTimeout(), func() bool { return !c.IsUp(victim) })
				c.Sleep(time.Duration(c.Rand.IntN(100)) * time.Millisecond)
				if !c.IsUp(victim) {
					c.Restart(victim)
				}
				c.CommitWithin(patience, c.Size())
			}
		}
	}
}
