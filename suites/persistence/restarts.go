package persistence

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// highTermAway takes a leader with entries of a high term away, restarts all
// others again and again, and lets it come back. If they had begun with low
// terms again, its log would beat theirs.
func highTermAway(c *world.Cluster) {
	c.Commit(5)
	for range 5 { // the term rises
		leader := c.CheckOneLeader()
		c.Crash(leader)
		c.Commit(4)
		c.Restart(leader)
	}
	c.Commit(5)
	away := c.CheckOneLeader()
	rest := c.Others(away)
	c.Disconnect(away)
	c.StartMany(away, 20)
	for round := range 8 {
		c.Crash(rest...)
		c.Restart(rest...)
		c.CheckOneLeader(rest...)
		if round%2 == 0 { // else it is a term of which no log tells
			c.Commit(4)
		}
	}
	c.Crash(away)
	c.Restart(away)
	c.Connect(away)
	c.Commit(5)
}

// slowStorage makes saves slow on all replicas, while leaders are cut off,
// paused or crashed, and come back to find another one; clients write all the
// time, to whichever replica says that it leads.
func slowStorage(c *world.Cluster) {
	c.StartClients(3, 6)
	c.Commit(5)
	for round := range 16 {
		leader := c.CheckOneLeader()
		for replica := range c.Size() {
			c.SlowStorage(replica, c.Heartbeat()*time.Duration(1+c.Rand.IntN(2)))
		}
		c.Sleep(c.ElectionTimeout() / 20)
		switch round % 3 {
		case 0:
			c.Disconnect(leader)
			c.Sleep(c.ElectionTimeout() / 10)
			c.StartMany(leader, 5)
			c.Connect(leader)
			c.Pause(leader, c.Heartbeat())
		case 1:
			c.Pause(leader, c.ElectionTimeout()/10)
			c.Sleep(c.ElectionTimeout() / 10)
			c.StartMany(leader, 5)
		default:
			c.Crash(leader)
			c.Sleep(c.ElectionTimeout() / 20)
			c.Restart(leader)
		}
		for replica := range c.Size() {
			c.SlowStorage(replica, 0)
		}
		c.Commit(3)
	}
	c.Commit(5)
}

// rollingRestart restarts one replica after the other under load, each as soon
// as the one before it takes part again, or sooner.
func rollingRestart(c *world.Cluster) {
	c.StartClients(3, 6)
	for round := range 10 {
		for replica := range c.Size() {
			c.Crash(replica)
			c.Sleep(upTo(c, c.ElectionTimeout()/20))
			c.Restart(replica)
			if round%2 == 0 {
				c.Commit(3)
			}
		}
	}
	c.Commit(3)
}
