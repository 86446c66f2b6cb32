package reads

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// Up to where a service has to come before it answers.

// serviceBehind crashes a leader when the services of the others are far behind what is
// committed, and asks the next one.
func serviceBehind(c *world.Cluster) {
	w := startCrowd(c, 10)
	for range 6 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		for _, other := range c.Others(old) {
			c.SlowService(other, 40*time.Millisecond)
		}
		for range 40 {
			w.putTo(old)
		}
		c.Crash(old)
		w.ask(c.CheckOneLeader())
		c.Sleep(500 * time.Millisecond)
		w.askNobody()
		for replica := range c.Size() {
			c.SlowService(replica, 0)
		}
		c.Restart(old)
	}
	w.stop()
}

// behindSnapshot cuts a replica off until it lacks what the others have dropped, and asks
// it when it is back: it is sent a snapshot, and its service takes its time.
// Then the leader crashes, and the next one is asked.
func behindSnapshot(c *world.Cluster) {
	w := startCrowd(c, 6)
	for range 6 {
		c.CommitWithin(patience, c.Size())
		leader := c.CheckOneLeader()
		behind := c.NextAfter(leader, 1+c.Rand.IntN(2))
		c.Disconnect(behind)
		for range 25 {
			w.putTo(leader)
		}
		c.SlowService(behind, 10*time.Millisecond)
		c.Connect(behind)
		w.ask(behind)
		w.putManyTo(leader, 1+c.Rand.IntN(8))
		c.Crash(leader)
		w.ask(c.CheckOneLeader())
		c.Sleep(300 * time.Millisecond)
		w.askNobody()
		c.SlowService(behind, 0)
		c.Restart(leader)
	}
	w.stop()
}

// idle has leaders elected, and none of them given a command.
func idle(c *world.Cluster) {
	checkAnswers(c, "the cluster began")
	c.Commit(c.Size())
	for round := range 8 {
		if round%4 == 3 {
			c.CrashAll()
			c.RestartAll()
			checkAnswers(c, "all replicas crashed and came back")
			continue
		}
		old := c.CheckOneLeader()
		c.Crash(old)
		checkAnswers(c, "the leader before crashed")
		c.Restart(old)
	}
}

// steady asks a leader all the time, also while a replica misses some writes and has to
// catch up.
func steady(c *world.Cluster) {
	w := startCrowd(c, 8)
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		w.ask(leader)
		away := c.NextAfter(leader, 1+c.Rand.IntN(2))
		c.Disconnect(away)
		for range 8 {
			w.putTo(leader)
		}
		c.Connect(away)
		c.Commit(c.Size())
		w.askNobody()
	}
	w.stop()
}

// manyAtOnce has many ask a leader at once, again and again until each has an answer.
func manyAtOnce(c *world.Cluster) {
	w := startCrowd(c, 0)
	for range 3 {
		c.CommitWithin(patience, c.Size())
		for range 50 {
			c.Go(func() { checkAnswers(c, "it was asked first") })
		}
		w.putManyTo(c.CheckOneLeader(), 10)
	}
}
