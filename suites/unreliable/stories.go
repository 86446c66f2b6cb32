package unreliable

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// pause makes leaders stand still for seconds, as a garbage collection or the
// move of a virtual machine does, while they still take commands. What they
// have to say comes all at once, in a term that is over.
func pause(c *world.Cluster) {
	c.StartClients(3, 5)
	for range 10 {
		leader := c.CheckOneLeader()
		c.Pause(leader, time.Duration(500+c.Rand.IntN(4000))*time.Millisecond)
		for range 10 {
			c.Start(leader)
			c.Sleep(time.Duration(c.Rand.IntN(100)) * time.Millisecond)
		}
		if c.Rand.IntN(2) == 0 {
			c.Pause(c.NextAfter(leader, 1+c.Rand.IntN(4)), time.Duration(c.Rand.IntN(2000))*time.Millisecond)
		}
		c.Sleep(time.Duration(c.Rand.IntN(4000)) * time.Millisecond)
	}
	c.StopClients()
	c.CommitWithin(patience, c.Size())
}

// swizzle clogs the links of some replicas, one replica after the other, and
// unclogs them in another order, so that what was sent in one order arrives in
// many. Nothing is lost, but much comes twice, and some late.
func swizzle(c *world.Cluster) {
	c.SetNetwork(labrpc.Conditions{Jitter: 20 * time.Millisecond, Duplicate: 0.3, Late: 0.2, LateBy: 600 * time.Millisecond})
	c.StartClients(3, 5)
	for range 20 {
		some := c.Rand.Perm(c.Size())[:2+c.Rand.IntN(3)]
		for _, replica := range some {
			for _, other := range c.Rand.Perm(c.Size()) {
				c.HoldLink(replica, other)
				c.Sleep(time.Duration(c.Rand.IntN(50)) * time.Millisecond)
				c.HoldLink(other, replica)
				c.Sleep(time.Duration(c.Rand.IntN(50)) * time.Millisecond)
			}
			c.Start(replica) // which takes it if it believes that it leads
		}
		c.Sleep(time.Duration(c.Rand.IntN(1500)) * time.Millisecond)
		for _, i := range c.Rand.Perm(len(some)) {
			for _, other := range c.Rand.Perm(c.Size()) {
				c.ReleaseLink(other, some[i])
				c.Sleep(time.Duration(c.Rand.IntN(50)) * time.Millisecond)
				c.ReleaseLink(some[i], other)
				c.Sleep(time.Duration(c.Rand.IntN(50)) * time.Millisecond)
			}
			c.Start(some[i])
		}
		c.Sleep(time.Duration(c.Rand.IntN(1000)) * time.Millisecond)
	}
	c.StopClients()
	c.CommitWithin(patience, c.Size())
}
