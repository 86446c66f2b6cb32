package service

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// interval is how far apart the services here take snapshots.
const interval = 8

// lostReply loses replies of a leader that goes on to lead. Others write the
// same key in between, so that doing the same thing later shows.
func lostReply(c *world.Cluster) {
	s, other := c.NewSession(), c.NewSession()
	for round := range 10 {
		leader := c.CheckOneLeader()
		s.AppendUnheard(leader, "x", value(round))
		other.Append("x", "other ")
		s.RetryUnheard(leader)
		other.Append("x", "other ")
		s.Retry()
	}
}

// nextLeader takes the leader away at some moment after it was given a command:
// nobody else may have it then, or some, or it may be committed. Then the client
// asks the next leader, while the old one may come back with its log.
func nextLeader(c *world.Cluster, how world.Absence) {
	c.SetNetwork(labrpc.Conditions{Delay: 2 * time.Millisecond, Jitter: 2 * time.Millisecond})
	s, other := c.NewSession(), c.NewSession()
	for round := range 10 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		s.AppendUnheard(old, "x", value(round))
		c.Sleep(time.Duration(c.Rand.IntN(int(10 * time.Millisecond))))
		how.Leave(c, old)
		next := c.CheckLeaderAfter(term, c.Others(old)...)
		if c.Rand.IntN(2) == 0 {
			other.Append("x", "other ")
		}
		s.RetryUnheard(next)
		how.ComeBack(c, old)
		s.Retry()
	}
}

// overwritten gives commands to a leader that was voted out and does not know.
// Others come to their indexes while their clients wait. Those that are answered
// look whether it is true.
func overwritten(c *world.Cluster) {
	var cut [3]*world.Client
	for i := range cut {
		cut[i] = c.NewClient()
	}
	client := c.NewClient()
	for round := range 5 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		c.Disconnect(old)
		next := c.CheckLeaderAfter(term, c.Others(old)...)
		for i, client := range cut {
			c.Go(func() {
				key := fmt.Sprintf("x%d", i)
				client.PutTo(old, key, value(round))
				client.Get(key)
			})
		}
		c.Sleep(10 * time.Millisecond)
		for range 5 {
			client.PutTo(next, "y", value(round))
		}
		c.Connect(old)
		c.CommitWithin(patience, c.Size())
	}
}

// retryAfterInstall lets a replica miss an operation and get a snapshot instead
// of it. Then that replica is made the leader, and the client asks it again.
func retryAfterInstall(c *world.Cluster) {
	s := c.NewSession()
	for round := range 5 {
		c.CommitWithin(patience, c.Size())
		leader := c.CheckOneLeader()
		laggard, third := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.Disconnect(laggard)
		s.AppendUnheard(leader, "x", value(round))
		for range 2 * interval {
			c.CommitWithin(patience, c.Size()-1)
		}
		c.Connect(laggard)
		c.CommitWithin(patience, c.Size())
		if c.Elect(laggard, third) {
			s.RetryUnheard(laggard)
		}
		c.Heal()
		s.Retry()
	}
}

// retryAfterRestart crashes all replicas after snapshots have taken the place
// of an operation in their logs. Then the client asks again.
func retryAfterRestart(c *world.Cluster) {
	s := c.NewSession()
	for round := range 5 {
		c.CommitWithin(patience, c.Size())
		s.AppendUnheard(c.CheckOneLeader(), "x", value(round))
		for range c.Rand.IntN(2 * interval) {
			c.CommitWithin(patience, c.Size())
		}
		c.CrashAll()
		c.RestartAll()
		s.Retry()
	}
}

// impatient lets clients ask again and again on a network that is slower than
// they are.
func impatient(c *world.Cluster) {
	c.SetNetwork(labrpc.Conditions{Delay: 10 * time.Millisecond, Jitter: 40 * time.Millisecond, Loss: 0.1, Duplicate: 0.1})
	c.StartSessions(5, 3)
	for range 5 {
		c.Sleep(500 * time.Millisecond)
		leader := c.CheckOneLeader()
		c.Disconnect(leader)
		c.Sleep(time.Duration(c.Rand.IntN(2000)) * time.Millisecond)
		c.Connect(leader)
		c.CommitWithin(patience, c.Size())
		leader = c.CheckOneLeader()
		c.Crash(leader)
		c.CommitWithin(patience, c.Size()-1)
		c.Restart(leader)
	}
	c.StopClients()
}

// value is what a story's client appends in a round.
func value(round int) string { return fmt.Sprintf("%d ", round) }
