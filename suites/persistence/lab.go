package persistence

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

func persist1(c *world.Cluster) {
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

func persist2(c *world.Cluster) {
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

func persist3(c *world.Cluster) {
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

// slow is a network on which a message takes about as long as leaders live in
// figure8.
var slow = labrpc.Conditions{Delay: 200 * time.Microsecond, Jitter: 30 * time.Millisecond}

// figure8 is what the paper's Figure 8 warns of, at random: leaders crash when
// what they took is on some replicas or none, and are elected again when others
// have taken something else. What a replica had just sent crashes with it.
func figure8(c *world.Cluster) {
	c.SetNetwork(slow)
	c.Commit(1)
	for range 200 {
		leader := -1
		c.Until(c.ElectionTimeout()/5, func() bool {
			leader = anyLeader(c)
			return leader >= 0
		})
		if c.Rand.IntN(2) == 0 { // time to go on with what it has of earlier terms
			c.Sleep(upTo(c, 100*time.Millisecond))
		}
		for replica := range c.Size() {
			if c.Rand.IntN(4) > 0 {
				c.Start(replica)
			}
		}
		if c.Rand.IntN(10) == 0 {
			c.Sleep(upTo(c, 500*time.Millisecond))
		} else {
			c.Sleep(upTo(c, 13*time.Millisecond))
		}
		if leader >= 0 {
			c.Disconnect(leader)
			c.Crash(leader)
		}
		if down := away(c); len(down) > 2 || len(down) == 2 && c.Rand.IntN(2) == 0 {
			next := down[c.Rand.IntN(len(down))]
			c.Connect(next)
			c.Restart(next)
		}
	}
	c.Heal()
	c.RestartAll()
	c.Commit(5)
}

// anyLeader returns a replica that says it leads, -1 if there is none.
func anyLeader(c *world.Cluster) int {
	for replica := range c.Size() {
		if c.IsUp(replica) && c.IsLeader(replica) {
			return replica
		}
	}
	return -1
}

// away returns the replicas that are down.
func away(c *world.Cluster) (down []int) {
	for replica := range c.Size() {
		if !c.IsUp(replica) {
			down = append(down, replica)
		}
	}
	return down
}

// upTo returns a random duration below most.
func upTo(c *world.Cluster, most time.Duration) time.Duration {
	return time.Duration(c.Rand.Int64N(int64(most)))
}
