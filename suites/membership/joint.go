package membership

import (
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// fromAnyToAny has a cluster go from one configuration to another, any of them, in one
// step each.
func fromAnyToAny(c *world.Cluster) {
	c.StartClients(2, 3)
	for range 15 {
		c.Change(voters(c.Rand.Perm(c.Size())[:1+c.Rand.IntN(c.Size())]...))
		c.CommitOnMembers()
	}
	c.StopClients()
}

// replaceAll has a cluster go over to replicas none of which was a member, and back.
func replaceAll(c *world.Cluster) {
	c.StartClients(2, 3)
	for range 3 {
		c.Change(voters(3, 4, 5))
		c.CommitOnMembers()
		c.CheckOneLeader(3, 4, 5)
		c.Change(voters(0, 1, 2))
		c.CommitOnMembers()
		c.CheckOneLeader(0, 1, 2)
	}
	c.StopClients()
}

// bothMajorities has a leader reach one side of a joint configuration only: the old
// voters in one round, the new ones in the next, and then nobody, being the new side alone.
func bothMajorities(c *world.Cluster) {
	for round := range 9 {
		c.Change(voters(0, 1, 2))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		reached := [][]int{without([]int{0, 1, 2}, leader), {3, 4}, nil}[round%3]
		to := voters(leader, 3, 4)
		if reached == nil {
			to = voters(leader)
		}
		c.Partition(append([]int{leader}, reached...))
		if c.AskChange(leader, to) {
			c.Sleep(100 * time.Millisecond)
			checkNotDone(c, leader, reached)
		}
		c.Heal()
		c.Change(voters(leader, 3, 4))
		c.CommitOnMembers()
	}
}

// checkNotDone checks that a change from 0, 1 and 2 has not been done, which one side of
// the joint configuration cannot have agreed to, and that nothing is committed any more
// when that configuration has been applied.
func checkNotDone(c *world.Cluster, leader int, reached []int) {
	if c.Members().Joint() {
		if p, ok := c.Start(leader); ok {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
	}
	m := c.Members()
	c.Check(m.Joint() || slices.Equal(m.Voters, []int{0, 1, 2}), "the members of the cluster are %v, though replica %d, which leads, has reached no more than %v since it was asked for that", m, leader, reached)
}

// electedByBoth has a joint configuration reach the new voters only, who are then left
// alone.
func electedByBoth(c *world.Cluster) {
	for range 4 {
		c.Change(voters(0, 1, 2))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		c.Partition([]int{leader, 3, 4, 5})
		c.AskChange(leader, voters(3, 4, 5))
		c.Sleep(100 * time.Millisecond)
		c.Partition([]int{3, 4, 5})
		c.CheckNoLeader(3, 4, 5)
		c.Heal()
		c.Change(voters(3, 4, 5))
		c.CommitOnMembers()
	}
}

// deafLeader has replicas 0, 1 and 2 be the voters, and what the followers say wait before
// it gets to their leader.
func deafLeader(c *world.Cluster) (leader int, followers []int) {
	c.Change(voters(0, 1, 2))
	c.CommitOnMembers()
	leader = c.CheckOneLeader()
	followers = without([]int{0, 1, 2}, leader)
	for _, i := range followers {
		c.HoldLink(i, leader)
	}
	return leader, followers
}

// commitBefore has the old voters acknowledge the entry before a joint configuration when
// that is in the log of their leader, which they do not hear any more.
func commitBefore(c *world.Cluster) {
	for range 4 {
		leader, followers := deafLeader(c)
		c.Start(leader)
		c.Sleep(50 * time.Millisecond)
		for _, i := range followers {
			c.CutLink(leader, i)
		}
		c.AskChange(leader, voters(3, 4, 5))
		for _, i := range followers {
			c.ReleaseLink(i, leader)
		}
		c.Sleep(100 * time.Millisecond)
		c.Check(c.Members().Equal(voters(0, 1, 2)), "the members of the cluster are %v, though replicas %v have heard nothing since replica %d, which leads, was asked for another configuration", c.Members(), followers, leader)
		c.Heal()
		c.Change(voters(3, 4, 5))
		c.CommitOnMembers()
	}
}

// leaderDies has the leader of a joint configuration crash: when it has saved once more,
// or a few times, and when it has applied that configuration.
func leaderDies(c *world.Cluster) {
	c.StartClients(1, 2)
	for round := range 8 {
		to := voters(0, 1, 2)
		if round%2 == 0 {
			to = voters(2, 3, 4)
		}
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		if round < 6 {
			c.CrashAfterSave(leader, 1+round/2)
		}
		if c.AskChange(leader, to) {
			c.Until(time.Second, func() bool { return c.Members().Joint() || !c.IsUp(leader) })
		}
		if c.IsUp(leader) {
			c.Crash(leader)
		}
		c.Sleep(c.ElectionTimeout() / 4)
		c.Restart(leader)
		checkLeft(c)
		c.Change(to)
	}
	c.StopClients()
}

// checkLeft checks that a joint configuration is left, though nobody is asked for that any
// more.
func checkLeft(c *world.Cluster) {
	c.CommitOnMembers()
	left := c.Until(c.Patience(), func() bool { return !c.Members().Joint() })
	c.CheckProgress(left, "the members of the cluster are %v still, %v after all of them have applied a command of the leader", c.Members(), c.Patience())
}

// orphaned has a leader crash whose followers have heard that a joint configuration is
// committed, and nothing of what follows it.
func orphaned(c *world.Cluster) {
	for range 4 {
		leader, followers := deafLeader(c)
		c.AskChange(leader, voters(followers[0], 3, 4))
		c.Sleep(50 * time.Millisecond)
		for _, i := range c.Others(leader) {
			c.CutLink(leader, i)
		}
		for _, i := range followers {
			c.ReleaseLink(i, leader)
		}
		c.Sleep(10 * time.Millisecond)
		for _, i := range followers {
			c.CutLink(i, leader)
			c.MendLink(leader, i)
		}
		c.Sleep(2 * c.Heartbeat())
		c.Crash(leader)
		c.Heal()
		c.CheckOneLeader(c.Others(leader)...)
		c.Restart(leader)
		checkLeft(c)
	}
}

// restartInJoint crashes all when a change to new voters is under way that cannot be
// done without them, and starts them without the new ones at first.
func restartInJoint(c *world.Cluster) {
	for round := range 4 {
		c.Change(voters(0, 1, 2))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		c.Disconnect(3, 4, 5)
		c.AskChange(leader, voters(3, 4, 5))
		c.Sleep(time.Duration(round) * 40 * time.Millisecond)
		c.CrashAll()
		c.RestartAll()
		c.Sleep(2 * time.Second)
		c.Check(!c.Members().Equal(voters(3, 4, 5)), "the members of the cluster are %v, and none of these was reached", c.Members())
		c.Connect(3, 4, 5)
		c.Change(voters(3, 4, 5))
		c.CommitOnMembers()
	}
}
