package persistence

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/harness"
)

func persist1(c *harness.Cluster) {
	c.StartClients(2, 4)
	c.Commit(3)
	c.CrashAll()
	c.RestartAll()
	c.Commit(3)

	leader := c.CheckOneLeader()
	c.Crash(leader)
	c.Restart(leader)
	c.Commit(3)

	leader = c.CheckOneLeader()
	c.Crash(leader)
	c.Commit(2)
	c.Restart(leader)
	c.Commit(3)

	follower := c.NextAfter(c.CheckOneLeader(), 1)
	c.Crash(follower)
	c.Commit(2)
	c.Restart(follower)
	c.Commit(3)
}

func persist2(c *harness.Cluster) {
	c.StartClients(2, 4)
	for range 5 {
		c.Commit(5)
		leader := c.CheckOneLeader()
		next := func(n int) int { return c.NextAfter(leader, n) }

		c.Crash(next(1), next(2))
		c.Commit(3)
		c.Crash(leader, next(3), next(4))

		c.Restart(next(1), next(2))
		c.Sleep(c.ElectionTimeout() / 10)
		c.Restart(next(3))
		c.Commit(3)
		c.Restart(leader, next(4))
	}
	c.Commit(5)
}

func persist3(c *harness.Cluster) {
	c.StartClients(2, 4)
	c.Commit(3)
	leader := c.CheckOneLeader()
	partner, away := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
	c.Disconnect(away)
	c.Commit(2)

	c.Crash(leader, partner)
	c.Connect(away)
	c.Restart(leader)
	c.Commit(2)
	c.Restart(partner)
	c.Commit(3)
}

func figure8(c *harness.Cluster) {
	c.Commit(1)
	for range 1000 {
		leader := -1
		for replica := range c.Size() {
			if _, ok := c.Start(replica); ok {
				leader = replica
			}
		}
		pause := 13 * time.Millisecond
		if c.Rand.IntN(10) == 0 {
			pause = 500 * time.Millisecond
		}
		c.Sleep(time.Duration(c.Rand.Int64N(int64(pause))))
		if leader >= 0 && c.IsUp(leader) {
			c.Crash(leader)
		}
		if down := away(c); len(down) > 2 {
			c.Restart(down[c.Rand.IntN(len(down))])
		}
	}
	c.RestartAll()
	c.Commit(5)
}

// away returns the replicas that are down.
func away(c *harness.Cluster) (down []int) {
	for replica := range c.Size() {
		if !c.IsUp(replica) {
			down = append(down, replica)
		}
	}
	return down
}
