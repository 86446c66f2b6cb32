package persistence

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// saves is how many saves of a replica, one after another, are crash points.
const saves = 6

// crashAtSave sets a crash point just before or just after a replica's k-th
// save.
func crashAtSave(c *world.Cluster, replica, k int, before bool) {
	if before {
		c.CrashBeforeSave(replica, k)
	} else {
		c.CrashAfterSave(replica, k)
	}
}

// everySave tells, for each of a replica's next saves, what happens if that is
// where it crashes.
func everySave(story func(k int, before bool)) {
	for k := 1; k <= saves; k++ {
		story(k, true)
		story(k, false)
	}
}

// everyLogSave has leader and follower commit without the third replica until
// one of them crashes at a save. That one then decides with the third: what the
// survivor has applied must be on it.
func everyLogSave(c *world.Cluster) {
	c.StartClients(2, 4)
	everySave(func(k int, before bool) {
		for _, leaderCrashes := range []bool{true, false} {
			c.Heal()
			c.Commit(3)
			leader := c.CheckOneLeader()
			follower, third := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
			victim := follower
			if leaderCrashes {
				victim = leader
			}
			c.Partition([]int{leader, follower})
			crashAtSave(c, victim, k, before)
			for n := 0; n < 4*saves && c.IsUp(victim); n++ {
				c.StartMany(leader, 1+c.Rand.IntN(3))
				c.Sleep(upTo(c, 3*time.Millisecond))
			}
			c.Partition([]int{victim, third})
			restart(c, victim)
			c.CommitWithin(c.ElectionTimeout()+c.Patience(), 2)
		}
	})
}

// everyVoteSave has two replicas that cannot reach each other ask a third for
// its vote in the same term, while that one crashes at a save and starts again.
func everyVoteSave(c *world.Cluster) {
	for voter := range c.Size() {
		candidates := c.Others(voter)
		everySave(func(k int, before bool) {
			c.Heal()
			c.Commit(3)
			c.CheckTerms()
			c.CrashAll()
			c.Star(voter, candidates...)
			c.RestartAll()
			crashAtSave(c, voter, k, before)
			c.Until(c.ElectionTimeout(), func() bool {
				return !c.IsUp(voter) || c.IsLeader(candidates[0]) || c.IsLeader(candidates[1])
			})
			restart(c, voter)
			c.Sleep(c.ElectionTimeout() / 4) // the other one's turn
		})
	}
}

// everySnapshotSave has a replica crash at a save while all take snapshots and
// one is so far behind that it is sent one.
func everySnapshotSave(c *world.Cluster) {
	const many = 4 * snapshotEvery
	everySave(func(k int, before bool) {
		for n := range c.Size() {
			c.Commit(3)
			leader := c.CheckOneLeader()
			behind := c.NextAfter(leader, 1)
			c.Crash(behind)
			for range many {
				c.Commit(2)
			}
			c.Restart(behind)
			victim := c.NextAfter(leader, n)
			crashAtSave(c, victim, k, before)
			for i := 0; i < many && c.IsUp(victim); i++ {
				c.StartMany(leader, 1)
				c.Sleep(upTo(c, c.Heartbeat()/4))
			}
			restart(c, victim)
		}
	})
	c.Commit(3)
}

// restart starts a replica that is down, and one that is up again.
func restart(c *world.Cluster, replica int) {
	if c.IsUp(replica) {
		c.Crash(replica)
	}
	c.Restart(replica)
}
