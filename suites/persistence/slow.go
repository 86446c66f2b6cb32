package persistence

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// slowElections lets leaders come and go while every replica waits for its disk
// about as long as others need to elect a leader.
func slowElections(c *world.Cluster) {
	c.Commit(c.Size())
	for i := range c.Size() {
		c.SlowStorage(i, 5*c.Heartbeat())
	}
	c.StartClients(3, 4)
	for range 40 {
		order := c.Rand.Perm(c.Size())
		n := 1 + c.Rand.IntN(c.Size()-1)
		c.Partition(order[:n], order[n:])
		c.Sleep(time.Duration(c.Rand.IntN(int(1500 * time.Millisecond))))
		c.Heal()
		c.Sleep(time.Duration(c.Rand.IntN(int(1000 * time.Millisecond))))
	}
	c.StopClients()
}
