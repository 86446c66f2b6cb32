package membership

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

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
