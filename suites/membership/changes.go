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
