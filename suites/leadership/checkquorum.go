package leadership

import (
	"slices"

	"github.com/raftcheck/raftcheck/suites/world"
)

// deafLeader cuts the links to a leader from all replicas but one, so that these hear
// it and it does not hear them.
func deafLeader(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		heard := c.NextAfter(leader, 1)
		for _, i := range c.Others(leader, heard) {
			c.CutLink(i, leader)
		}
		c.CheckResigns(leader, term, "it last heard from any other than replica %d", heard)
		c.CheckLeaderAfter(term, c.Others(leader)...)
		c.Heal()
	}
}

// bridge leaves a leader one follower, which the others reach too, and need for a
// quorum. It hears the leader, and may be loyal to it for as long as that leads.
func bridge(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		loyal := c.NextAfter(leader, 1)
		c.Partition([]int{leader, loyal}, c.Others(leader))
		c.CheckResigns(leader, term, "it last heard from any other than replica %d", loyal)
		c.CheckLeaderAfter(term, c.Others(leader)...)
		c.Commit(c.Size() - 1)
		c.Heal()
	}
}

// stuckCandidate leaves one of two followers in a term that nobody else has heard of. The
// other one has no quorum but with the leader.
func stuckCandidate(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		stuck, other := firstToStand(c, leader)
		if c.IsUp(other) {
			c.Crash(other)
		}
		c.Restart(other)
		c.Connect(leader)
		c.Commit(2)
		c.Restart(stuck)
		c.Commit(c.Size())
	}
}

// firstToStand takes the leader away from two followers, until one of them begins an
// election, which crashes as soon as it has saved that: nobody else hears of its term.
func firstToStand(c *world.Cluster, leader int) (stuck, other int) {
	followers := c.Others(leader)
	for _, i := range followers {
		c.CrashAfterSave(i, 1)
	}
	c.Disconnect(leader)
	began := c.Until(c.ElectionTimeout(), func() bool {
		for n, i := range followers {
			if !c.IsUp(i) {
				stuck, other = i, followers[1-n]
				return true
			}
		}
		return false
	})
	c.CheckProgress(began, "none of replicas %v began an election within %v of losing their leader, replica %d", followers, c.ElectionTimeout(), leader)
	return stuck, other
}

// busy leaves a leader two followers of four, which it has to send snapshots, and whose
// services are slow to take them. The others go once these have begun: a leader may ask
// those less often that did not answer.
func busy(c *world.Cluster) {
	for range 4 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		before := c.Applied(leader)
		others := c.Others(leader)
		behind, gone := others[:2], others[2:]
		c.Disconnect(behind...)
		for range 38 {
			c.Commit(3)
		}
		for _, i := range behind {
			c.SlowService(i, c.ElectionTimeout()/8)
		}
		term := c.Term(leader)
		c.Connect(behind...)
		c.Until(c.Patience(), func() bool {
			return !slices.ContainsFunc(behind, func(i int) bool { return c.Applied(i) <= before })
		})
		c.Disconnect(gone...)
		c.Sleep(2 * c.ElectionTimeout())
		c.CheckStays(leader, term, "when replicas %v, all that it reached, were busy with its snapshot", behind)
		for _, i := range behind {
			c.SlowService(i, 0)
		}
		c.Connect(gone...)
	}
}
