package reads

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// storm asks all replicas while messages are lost, links are cut and replicas crash.
func storm(c *world.Cluster) { rage(c, func() {}) }

// transferStorm is storm with leaders that are asked to hand over.
func transferStorm(c *world.Cluster) {
	rage(c, func() {
		if leader, ok := c.Leader(); ok {
			c.Transfer(leader, c.Rand.IntN(c.Size()))
		}
	})
}

// rage is storm with something further that is done each time.
func rage(c *world.Cluster, further func()) {
	c.SetNetwork(labrpc.Unreliable)
	c.StartClients(2, keys)
	w := startReaders(c)
	for range 40 {
		further()
		c.Sleep(time.Duration(c.Rand.IntN(400)) * time.Millisecond)
		if leader, ok := c.Leader(); ok {
			w.putTo(leader)
		}
		c.Nemesis(func(one int) { c.Pause(one, time.Duration(c.Rand.IntN(600))*time.Millisecond) })
	}
	w.stop()
}
