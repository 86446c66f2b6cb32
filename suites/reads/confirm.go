package reads

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// What tells a leader that it led when it was asked, and what does not.

// earlierAnswers has what a leader is answered come late, cuts off what it says, and asks
// it while the others elect another one, which writes: what it is answered then it asked
// before.
func earlierAnswers(c *world.Cluster) {
	w := startCrowd(c, 8)
	for range 14 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		late := 400*time.Millisecond + time.Duration(c.Rand.IntN(180))*time.Millisecond
		hearsLate(c, old, labrpc.Conditions{Delay: late})
		c.Sleep(late + 100*time.Millisecond)
		w.ask(old)
		c.Sleep(20 * time.Millisecond)
		for _, other := range c.Others(old) {
			c.CutLink(old, other)
		}
		next := c.CheckLeaderAfter(term, c.Others(old)...)
		for range 12 {
			w.putManyTo(next, 1)
			w.askOnce(old)
		}
		w.askNobody()
		c.Heal()
		c.SetNetwork(labrpc.Reliable)
	}
	w.stop()
}

// answersAfterPause lets a leader stand still while answers are on their way to it, and
// another one is elected and writes. It hears them when it goes on.
func answersAfterPause(c *world.Cluster) {
	w := startCrowd(c, 8)
	for range 10 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		hearsLate(c, old, labrpc.Conditions{Delay: 80 * time.Millisecond, Jitter: 40 * time.Millisecond})
		w.ask(old)
		c.Sleep(300 * time.Millisecond)
		pause := 450*time.Millisecond + time.Duration(c.Rand.IntN(250))*time.Millisecond
		c.Pause(old, pause)
		c.Until(pause, func() bool { return c.CheckOneLeader() != old })
		for range 12 {
			w.putManyTo(c.CheckOneLeader(), 1)
		}
		w.askNobody()
		c.SetNetwork(labrpc.Reliable)
	}
	w.stop()
}

// hearsLate has all that is said to a replica come late.
func hearsLate(c *world.Cluster, replica int, conditions labrpc.Conditions) {
	for _, other := range c.Others(replica) {
		c.SetLink(other, replica, conditions)
	}
}

// oneWay cuts a leader off in some directions only, and writes on the side of those that
// do not hear it.
func oneWay(c *world.Cluster) {
	w := startCrowd(c, 5)
	for round := range 9 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		ally := c.NextAfter(old, 1)
		for _, other := range c.Others(old, ally) {
			c.CutLink(old, other)
			if round%3 > 0 { // else it hears all, and says nothing
				c.CutLink(other, old)
			}
		}
		switch round % 3 {
		case 0:
			c.CutLink(old, ally)
		case 1: // it is heard by one, and hears nobody
			c.CutLink(ally, old)
		} // else one that hears it is with the others, too
		w.ask(old)
		w.putManyTo(c.CheckLeaderAfter(term, c.Others(old)...), 15)
		w.askNobody()
		c.Heal()
	}
	w.stop()
}

// quorumGone takes the quorum away from a leader that is being asked, for some time, once
// for longer than a read may take.
func quorumGone(c *world.Cluster) {
	w := startCrowd(c, 5)
	for round := range 6 {
		c.CommitWithin(patience, c.Size())
		leader := c.CheckOneLeader()
		w.ask(leader)
		w.putTo(leader)
		gone := c.Others(leader, c.NextAfter(leader, 1))
		if round%2 == 0 {
			c.Disconnect(gone...)
		} else {
			c.Crash(gone...)
		}
		c.Sleep(time.Duration(c.Rand.IntN(2000)) * time.Millisecond)
		if round == 3 {
			c.Sleep(30 * time.Second)
		}
		c.Heal()
		c.RestartAll()
		checkAnswers(c, "it had a quorum again")
		w.askNobody()
	}
	w.stop()
}

// firstCommit crashes a leader that has just acknowledged a write, on a network on which
// it takes the next one long to commit anything. Some of them hear nothing after they
// were elected, for a while.
func firstCommit(c *world.Cluster) {
	w := startCrowd(c, 6)
	for round := range 10 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		c.SetNetwork(labrpc.Conditions{Delay: 20 * time.Millisecond, Jitter: 20 * time.Millisecond})
		w.putManyTo(old, 1+c.Rand.IntN(3))
		w.putTo(old)
		c.Crash(old)
		next := c.CheckOneLeader()
		w.ask(next)
		if voter := c.Others(old, next)[0]; round%3 == 2 {
			c.HoldLink(voter, next)
			c.Sleep(150 * time.Millisecond)
			c.ReleaseLink(voter, next)
		}
		c.Sleep(300 * time.Millisecond)
		w.askNobody()
		c.Restart(old)
		c.SetNetwork(labrpc.Reliable)
	}
	w.stop()
}
