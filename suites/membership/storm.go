package membership

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// shrinksWhileReading removes those that a leader waits for, while clients read.
func shrinksWhileReading(c *world.Cluster) {
	c.StartClients(2, 3)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := without(c.Members().Voters, leader)
		c.Disconnect(others[0])
		c.Remove(others[0])
		c.Disconnect(others[1])
		c.Remove(others[1])
		c.Commit(3)
		c.Connect(others[0], others[1])
		c.Join(others[0])
		c.Join(others[1])
	}
	c.StopClients()
}

// transferToNone asks a leader to hand over to who does not vote.
func transferToNone(c *world.Cluster) {
	c.Learn(3)
	for range 3 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		for _, to := range []int{3, 4} {
			c.Check(!c.Transfer(leader, to), "replica %d takes it on to hand over to replica %d; the members are %v", leader, to, c.Members())
		}
		c.Sleep(c.ElectionTimeout())
		c.CheckStays(leader, term, "when it was asked to hand over to those who do not vote")
		next := without(c.Members().Voters, leader)[0]
		c.CheckTransfer(leader, next)
		c.CheckSucceeds(leader, next)
	}
}

// successorRemoved removes the replica that a leader hands over to, before it has heard
// of that.
func successorRemoved(c *world.Cluster) {
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		next := without(c.Members().Voters, leader)[0]
		c.Disconnect(next)
		c.Transfer(leader, next)
		c.Remove(next)
		c.CommitOnMembers()
		c.Connect(next)
		c.CheckOneLeader(c.Members().Voters...)
		c.CommitOnMembers()
		c.Join(next)
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

// storm asks for changes at random while links are cut, replicas crash, and messages are
// lost, doubled and late.
func storm(c *world.Cluster) {
	c.SetNetwork(labrpc.Unreliable)
	c.StartClients(3, 3)
	for range 40 {
		for range 1 + c.Rand.IntN(3) {
			askForOne(c)
			c.Sleep(time.Duration(c.Rand.IntN(300)) * time.Millisecond)
		}
		c.Nemesis(func(one int) { crashAtSave(c, one) })
	}
	c.StopClients()
}

// crashAtSave has a replica crash after one of its next saves, if it comes to that soon,
// and restart.
func crashAtSave(c *world.Cluster, replica int) {
	c.CrashAfterSave(replica, 1+c.Rand.IntN(3))
	c.Sleep(300 * time.Millisecond)
	if c.IsUp(replica) {
		c.Crash(replica)
	}
	c.Restart(replica)
}

// askForOne asks whoever leads to let one replica join or leave; at least three stay.
func askForOne(c *world.Cluster) {
	leader, ok := c.Leader()
	if !ok {
		return
	}
	m, one := c.Members(), c.Rand.IntN(c.Size())
	switch {
	case !m.Has(one):
		c.AskChange(leader, m.WithVoter(one))
	case len(m.Voters) > 3:
		c.AskChange(leader, m.Without(one))
	}
}
