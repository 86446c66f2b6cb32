package unreliable

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// killedBusy kills replicas amid what they are doing: one that has more to apply
// than its service has come to, a leader that is cut off with commands nobody
// else has, and a replica that asks for votes nobody hears of.
func killedBusy(c *world.Cluster) {
	c.StartClients(3, 5)
	for range 5 {
		leader := c.CheckOneLeader()
		candidate, slow := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.SlowService(slow, 200*time.Millisecond)
		c.StartMany(leader, 20)
		c.Sleep(time.Duration(500+c.Rand.IntN(500)) * time.Millisecond)
		c.Crash(slow)
		c.SlowService(slow, 0)

		c.Disconnect(leader, candidate)
		c.StartMany(leader, 5)
		c.Sleep(c.ElectionTimeout()/2 + time.Duration(c.Rand.IntN(200))*time.Millisecond)
		c.Crash(leader, candidate)
		c.Connect(leader, candidate)
		c.RestartAll()
		c.CommitWithin(patience, c.Size())
	}
}
