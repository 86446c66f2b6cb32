package membership

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// cutOffLeader has a leader that is cut off with a follower add members, some of which it
// reaches. The majority has gone on meanwhile, and knows nothing of that.
func cutOffLeader(c *world.Cluster) {
	c.Join(3)
	c.Join(4)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		with := without([]int{0, 1, 2}, leader)[0]
		rest := without(without([]int{0, 1, 2, 3, 4}, leader), with)
		c.Partition([]int{leader, with, 5, 6}, rest)
		for _, i := range []int{5, 6} {
			c.AskChange(leader, c.Members().WithVoter(i))
			c.Sleep(100 * time.Millisecond)
		}
		p, taken := c.Start(leader)
		if taken {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
		c.CheckOneLeader(rest...)
		c.Commit(3)
		c.CheckNoLeader(leader, with, 5, 6)
		c.Heal()
		c.CommitOnMembers()
		c.Check(c.Members().Equal(voters(0, 1, 2, 3, 4)), "the members are %v, but no quorum was asked for another configuration than that of 0 to 4", c.Members())
		checkQuorumOfThree(c, leader, with)
	}
}

// checkQuorumOfThree checks that three of five voters, two of them given, commit, and the
// two do not: more would be needed if they went by a configuration of which nothing has
// come, and less if by the one that the cluster began with.
func checkQuorumOfThree(c *world.Cluster, one, other int) {
	c.Partition([]int{one, other})
	c.CheckNoLeader(one, other)
	third := without(without([]int{0, 1, 2, 3, 4}, one), other)[c.Rand.IntN(3)]
	c.Partition([]int{one, other, third})
	c.CheckOneLeader(one, other, third)
	c.Commit(3)
	c.Heal()
}

// behindSnapshot has a replica that is cut off, once the leader, hold a change of which
// nothing came, and get a snapshot with another one.
func behindSnapshot(c *world.Cluster) {
	for range 4 {
		c.Change(voters(0, 1, 2))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := without([]int{0, 1, 2}, leader)
		c.Disconnect(leader)
		c.AskChange(leader, voters(0, 1, 2, 3))
		c.CheckOneLeader(others...)
		c.Join(4)
		for range 20 {
			c.Commit(3)
		}
		c.Connect(leader)
		c.CommitOnMembers()
		c.CrashAll()
		c.RestartAll()
		c.CommitOnMembers()
		checkNeeds(c, leader, others...)
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

// checkNeeds checks that of four voters two commit nothing, but three do.
func checkNeeds(c *world.Cluster, one int, others ...int) {
	c.Partition([]int{one, others[0]})
	for _, i := range []int{one, others[0]} {
		if p, ok := c.Start(i); ok {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
	}
	c.CheckNoLeader(one, others[0])
	c.Partition(append([]int{one}, others...))
	c.CheckOneLeader(append([]int{one}, others...)...)
	c.Commit(3)
	c.Heal()
}

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
