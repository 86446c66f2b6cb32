package membership

import (
	"slices"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// voters is the configuration in which the given replicas vote.
func voters(of ...int) raftiface.Membership {
	slices.Sort(of)
	return raftiface.Membership{Voters: of}
}

// without returns the replicas of a list but those given.
func without(list []int, but ...int) []int {
	return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return slices.Contains(but, i) })
}

// oneByOne has a cluster of three grow to five and shrink to three others.
func oneByOne(c *world.Cluster) {
	c.StartClients(2, 3)
	for _, i := range []int{3, 4} {
		c.Join(i)
		c.CommitOnMembers()
	}
	for _, i := range []int{0, 1} {
		c.Remove(i)
		c.CommitOnMembers()
	}
	c.StopClients()
	c.CheckOneLeader(2, 3, 4)
}

// toOneAndBack has a cluster shrink to a single voter, which then commits alone, and grow
// again. Whoever was left is another one each time.
func toOneAndBack(c *world.Cluster) {
	for last := range c.Size() {
		for _, i := range c.Others(last) {
			removeQuietly(c, i)
			c.CommitOnMembers()
		}
		c.CheckOneLeader(last) // who was removed may have led until now
		for _, i := range c.Others(last) {
			c.Join(i)
		}
		c.CommitOnMembers()
	}
}

// removeQuietly removes a replica. A leader that takes this on and stays in office needs
// no command for it.
func removeQuietly(c *world.Cluster, replica int) {
	leader := c.CheckOneLeader()
	to := c.Members().Without(replica)
	if c.AskChange(leader, to) {
		over := c.Until(c.Patience(), func() bool { return c.Members().Equal(to) || !c.IsLeader(leader) })
		c.CheckProgress(over, "replica %d, which leads and reaches all, has not removed replica %d, %v after it took that on", leader, replica, c.Patience())
	}
	c.Remove(replica)
}

// onBadNetwork has members come and go while messages are lost, doubled and late.
func onBadNetwork(c *world.Cluster) {
	c.SetNetwork(labrpc.Unreliable)
	c.StartClients(2, 3)
	for _, i := range []int{3, 4} {
		c.Join(i)
	}
	for _, i := range []int{0, 1, 2} {
		c.Remove(i)
		c.Join(i)
	}
	c.StopClients()
}

// oneAtATime asks a leader for a second change while the first cannot be committed.
func oneAtATime(c *world.Cluster) {
	for range 5 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		follower := c.NextAfter(leader, 1)
		c.Disconnect(c.Others(leader)...)
		c.Check(!c.AskChange(follower, voters(0, 1, 2, 3)), "replica %d, which follows replica %d, takes on a change of the members", follower, leader)
		if c.AskChange(leader, voters(0, 1, 2, 3)) {
			c.Check(!c.AskChange(leader, voters(0, 1, 2, 4)), "replica %d, which was asked to add replica 3 and cannot have committed that, takes it on to add replica 4 instead", leader)
		}
		c.Heal()
		c.CommitOnMembers()
		c.CheckOneLeader()
		c.Change(voters(0, 1, 2))
	}
}

// candidateUnknown replaces all members but one, which is cut off meanwhile, and
// crashes one of the new ones. The other one needs the vote of the member that has
// never heard of it.
func candidateUnknown(c *world.Cluster) {
	for range 3 {
		c.CommitOnMembers()
		members := c.Members().Voters
		leader, joining := c.CheckOneLeader(members...), c.Others(members...)
		followers := without(members, leader)
		behind, third := followers[0], followers[1]
		c.Disconnect(behind)
		for _, i := range joining {
			c.Join(i)
		}
		c.Remove(third)
		c.Remove(leader)
		gone := c.CheckOneLeader(joining...)
		c.Commit(len(joining))
		c.Crash(gone)
		c.Connect(behind)
		c.CheckOneLeader(behind, without(joining, gone)[0])
		c.Commit(2)
		c.Restart(gone)
	}
}

// twoLeaders is the case in which changes of one member at a time lost what was
// committed (Ongaro, raft-dev, July 2015): the leader of a term adds a replica, and the
// next leader, which has not heard of that, removes one; neither has committed anything
// in its term. Four of five replicas are members.
func twoLeaders(c *world.Cluster) {
	for range 4 {
		c.Change(voters(0, 1, 2, 3))
		c.CommitOnMembers()
		first := c.CheckOneLeader()
		others := without([]int{0, 1, 2, 3}, first)
		c.Partition([]int{first, 4}, others)
		c.AskChange(first, voters(0, 1, 2, 3, 4))
		second := c.CheckOneLeader(others...)
		others = without(others, second)
		c.Partition([]int{first, 4, others[0]}, []int{second, others[1]})
		for range 20 {
			adds(c, second, without([]int{0, 1, 2, 3}, first))
			for _, i := range []int{first, others[0]} {
				adds(c, i, []int{0, 1, 2, 3, 4})
			}
			c.Sleep(c.ElectionTimeout() / 20)
		}
		c.Heal()
		c.CommitOnMembers()
	}
}

// adds gives a replica a change and a command, if it says that it leads.
func adds(c *world.Cluster, replica int, to []int) {
	if c.IsLeader(replica) {
		c.AskChange(replica, voters(to...))
		c.Start(replica)
	}
}
