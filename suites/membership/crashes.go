package membership

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// crashes has whoever leads crash in the midst of each change, about as many saves later
// as a change takes.
func crashes(c *world.Cluster) {
	c.StartClients(2, 3)
	for round := range 12 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		newcomer := 3 + round%2
		c.CrashAfterSave(leader, 1+c.Rand.IntN(3))
		c.AskChange(leader, voters(0, 1, 2, newcomer))
		c.Until(time.Second, func() bool { return !c.IsUp(leader) })
		if c.IsUp(leader) {
			c.Crash(leader)
		}
		c.CheckOneLeader(c.Others(leader)...)
		c.Restart(leader)
		c.Change(voters(0, 1, 2))
	}
	c.StopClients()
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

// rememberedOverRestart has a cluster of three become one of five, restart, and go by that
// at once: two of those that it began with are no quorum.
func rememberedOverRestart(c *world.Cluster) {
	for round := range 3 {
		c.Join(3)
		c.Join(4)
		for range 20 {
			c.CommitOnMembers()
		}
		c.CrashAll()
		c.Partition([]int{0, 1})
		c.RestartAll()
		for _, i := range []int{0, 1} {
			if p, ok := c.Start(i); ok {
				c.CheckNotApplied(p, c.ElectionTimeout())
			}
		}
		c.CheckNoLeader(0, 1)
		c.Heal()
		c.CommitOnMembers()
		if round < 2 {
			c.Remove(4)
			c.Remove(3)
		}
	}
}

// slowToApply has replicas know late which configuration is committed.
func slowToApply(c *world.Cluster) {
	c.StartClients(2, 3)
	for i := range c.Size() {
		c.SlowService(i, time.Duration(5+20*i)*time.Millisecond)
	}
	for round := range 6 {
		if round%2 == 0 {
			c.Join(3)
		} else {
			c.Remove(3)
		}
		leader := c.CheckOneLeader()
		c.Crash(leader)
		c.CheckOneLeader(c.Others(leader)...)
		c.Restart(leader)
		c.CommitOnMembers()
	}
	c.StopClients()
}
