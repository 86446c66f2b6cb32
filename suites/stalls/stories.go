package stalls

import (
	"iter"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// patience is how long the cluster may take to agree while locks stall, and
	// after it.
	patience = time.Minute
	// forTheStory is longer than any story takes. Its end ends the stalls.
	forTheStory = time.Hour
)

// load has clients read and write while locks stall now more and now less often.
func load(c *world.Cluster) {
	c.StartClients(4, 3)
	for _, oneIn := range []int{50, 20, 10, 5, 100} {
		c.StallLocks(oneIn, forTheStory)
		c.Sleep(2 * time.Second)
	}
	c.StopClients()
	c.CommitWithin(patience, c.Size())
}

// elections cuts one leader off after the other, so that votes, terms and those who
// ask for them stall.
func elections(c *world.Cluster) {
	c.StallLocks(5, forTheStory)
	c.StartClients(2, 2)
	for _, old := range leaders(c, 12) {
		c.Disconnect(old)
		c.Sleep(time.Duration(200+c.Rand.IntN(1500)) * time.Millisecond)
		c.Connect(old)
		c.Sleep(time.Duration(c.Rand.IntN(800)) * time.Millisecond)
	}
	c.StopClients()
}

// rivals takes leaders away where messages come late, or not at all, so that several
// replicas ask for votes in one term, and in one after the other. Some voters crash.
func rivals(c *world.Cluster) {
	c.StallLocks(4, forTheStory)
	for round, leader := range leaders(c, 40) {
		c.SetNetwork([]labrpc.Conditions{
			{Delay: time.Millisecond, Jitter: 30 * time.Millisecond},
			{Delay: 20 * time.Millisecond, Jitter: 150 * time.Millisecond, Loss: 0.3},
		}[round%2])
		c.Disconnect(leader)
		c.Sleep(time.Duration(300+c.Rand.IntN(300)) * time.Millisecond)
		c.Connect(leader)
		c.Sleep(time.Duration(c.Rand.IntN(1500)) * time.Millisecond)
		if replica := c.Rand.IntN(c.Size()); c.Rand.IntN(2) == 0 {
			c.Crash(replica)
			c.Restart(replica)
		}
	}
}

// deposed leaves a leader one of its followers, which a successor has, too, and both
// of them commands: what the old one sends meets what the new one sends. Then the
// successor goes, and what the follower has of it counts.
func deposed(c *world.Cluster) {
	c.StallLocks(4, forTheStory)
	for _, old := range leaders(c, 15) {
		follower, next := c.NextAfter(old, 1), c.NextAfter(old, 2)
		c.Partition([]int{old, follower}, []int{follower, next})
		for range 15 {
			c.Start(old)
			c.Sleep(time.Duration(c.Rand.IntN(60)) * time.Millisecond)
			c.Start(next) // which takes it once it leads
			c.Sleep(time.Duration(c.Rand.IntN(60)) * time.Millisecond)
		}
		c.Partition([]int{old, follower})
		c.Sleep(time.Duration(500+c.Rand.IntN(1000)) * time.Millisecond)
		if successor, found := leaderOf(c); found {
			c.Start(successor) // a leader without committed entries gives itself away
		}
		c.Heal()
	}
}

// snapshots lets replicas lag behind and be sent snapshots, while their services
// take their own.
func snapshots(c *world.Cluster) {
	c.StallLocks(8, forTheStory)
	c.StartClients(4, 3)
	for _, leader := range leaders(c, 10) {
		behind := c.NextAfter(leader, 1)
		c.SlowService(behind, time.Duration(c.Rand.IntN(60))*time.Millisecond)
		c.Disconnect(behind)
		c.Sleep(time.Duration(300+c.Rand.IntN(700)) * time.Millisecond)
		c.Connect(behind)
		c.Sleep(time.Duration(300+c.Rand.IntN(700)) * time.Millisecond)
		c.SlowService(behind, 0)
	}
	c.StopClients()
}

// restarts crashes replicas while what they want to save may stall.
func restarts(c *world.Cluster) {
	c.StallLocks(8, forTheStory)
	c.StartClients(3, 3)
	for range 15 {
		c.Sleep(time.Duration(200+c.Rand.IntN(800)) * time.Millisecond)
		replica := c.Rand.IntN(c.Size())
		c.Crash(replica)
		if c.Rand.IntN(2) == 0 {
			c.Sleep(time.Duration(c.Rand.IntN(600)) * time.Millisecond)
		}
		c.Restart(replica)
	}
	c.StopClients()
}

// sessions has clients ask again and again, on a network that loses and doubles what
// is sent, while leaders come and go.
func sessions(c *world.Cluster) {
	c.SetNetwork(labrpc.Conditions{Delay: time.Millisecond, Jitter: 20 * time.Millisecond, Loss: 0.05, Duplicate: 0.1})
	c.StallLocks(20, forTheStory)
	c.StartSessions(4, 3)
	for _, old := range leaders(c, 6) {
		c.Disconnect(old)
		c.Sleep(time.Duration(c.Rand.IntN(2000)) * time.Millisecond)
		c.Connect(old)
		c.Sleep(time.Duration(500+c.Rand.IntN(1000)) * time.Millisecond)
	}
	c.StopClients()
}

// leaders waits so many times until a replica says that it leads, and yields it. While
// locks stall nobody is promised a leader: without one a story goes no further. The end
// of every scenario asks for one, when nothing stalls any more.
func leaders(c *world.Cluster, times int) iter.Seq2[int, int] {
	return func(yield func(round, leader int) bool) {
		for round := range times {
			leader, found := leaderOf(c)
			if !found || !yield(round, leader) {
				return
			}
		}
	}
}

// leaderOf waits until a replica says that it leads, and returns it: of several that
// of the newest term.
func leaderOf(c *world.Cluster) (leader int, found bool) {
	c.Until(patience+c.ElectionTimeout(), func() bool {
		leader, found = c.Leader()
		return found
	})
	return leader, found
}
