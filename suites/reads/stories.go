package reads

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// oldSide cuts a leader off with one ally, and writes on the other side while
// both sides are asked.
func oldSide(c *world.Cluster) {
	w := startReaders(c)
	for range 5 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		w.putTo(old)
		ally := c.NextAfter(old, 1)
		others := c.Others(old, ally)
		c.Partition([]int{old, ally}, others)
		next := c.CheckLeaderAfter(term, others...)
		for range 20 {
			w.putTo(next)
			c.Sleep(50 * time.Millisecond)
		}
		c.Heal()
	}
	w.stop()
}

// pausedLeader lets a leader stand still until another one has been elected
// and has written. What the old one asks the others for then, if it asks, and
// what they answer, comes in the middle of that.
func pausedLeader(c *world.Cluster) {
	w := startReaders(c)
	for range 6 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		w.putTo(old)
		pause := time.Second + time.Duration(c.Rand.IntN(3000))*time.Millisecond
		c.Pause(old, pause)
		c.Until(pause, func() bool { return c.CheckOneLeader() != old })
		for range 20 {
			w.putTo(c.CheckOneLeader())
			c.Sleep(time.Duration(c.Rand.IntN(150)) * time.Millisecond)
		}
	}
	w.stop()
}

// afterElection crashes a leader as soon as it has acknowledged a write. The
// next one has the entry, but may not know yet that it is committed.
func afterElection(c *world.Cluster) {
	w := startReaders(c)
	for range 12 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		for range 1 + c.Rand.IntN(3) {
			w.putTo(old)
		}
		c.Crash(old)
		c.CheckOneLeader()
		c.Sleep(300 * time.Millisecond)
		c.Restart(old)
	}
	w.stop()
}

// aloneAfterCrash crashes the only replica as soon as it has acknowledged a
// write. It needs nobody to be elected, and nobody tells it what is committed.
func aloneAfterCrash(c *world.Cluster) {
	w := startReaders(c)
	for range 12 {
		c.CommitWithin(patience, c.Size())
		for range 1 + c.Rand.IntN(3) {
			w.putTo(0)
		}
		c.Crash(0)
		c.Restart(0)
		c.CheckOneLeader()
		c.Sleep(300 * time.Millisecond)
	}
	w.stop()
}

// slowFollower keeps one replica behind: its service takes its time, or what it
// is sent comes late, and is not needed for a quorum.
func slowFollower(c *world.Cluster) {
	w := startReaders(c)
	for round := range 10 {
		c.CommitWithin(patience, c.Size())
		leader := c.CheckOneLeader()
		slow := c.NextAfter(leader, 1)
		if round%2 == 0 {
			c.SlowService(slow, 50*time.Millisecond)
		} else {
			c.SetLink(leader, slow, labrpc.Conditions{Delay: 150 * time.Millisecond, Jitter: 100 * time.Millisecond})
		}
		for range 20 {
			w.putTo(leader)
			c.Sleep(20 * time.Millisecond)
		}
		c.SlowService(slow, 0)
		c.SetNetwork(labrpc.Reliable)
	}
	w.stop()
}

// lateAnswers has a leader hand over to a replica that it cannot hear. It learns of the
// next term from a third one, whose answers come late: those first that it gave before
// it voted.
func lateAnswers(c *world.Cluster) {
	w := startReaders(c)
	for range 10 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		next, third := c.NextAfter(old, 1), c.NextAfter(old, 2)
		w.putTo(old)
		c.SetLink(third, old, labrpc.Conditions{Delay: 150 * time.Millisecond})
		c.Sleep(500 * time.Millisecond)
		c.CutLink(next, old)
		c.Transfer(old, next)
		if c.Until(100*time.Millisecond, func() bool { return c.IsLeader(next) }) {
			for range keys {
				w.putTo(next)
			}
		}
		c.Sleep(200 * time.Millisecond)
		c.Heal()
		c.SetNetwork(labrpc.Reliable)
	}
	w.stop()
}
