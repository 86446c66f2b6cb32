package reads

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// What a leader must not count on that answers without asking (thesis, section 6.4.1).

// slowNews is how late a leader hears that there is another one.
var slowNews = labrpc.Conditions{Delay: 80 * time.Millisecond, Jitter: 40 * time.Millisecond}

// handover has a leader hand over to another one, which writes at once, and asks the old
// one, which hears of that late.
func handover(c *world.Cluster) {
	w := startCrowd(c, 6)
	for range 9 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		next := c.NextAfter(old, 1+c.Rand.IntN(2))
		hearsLate(c, old, slowNews)
		w.ask(old)
		c.Sleep(400 * time.Millisecond)
		c.Transfer(old, next)
		writeAt(c, w, next)
	}
	w.stop()
}

// lateHandover has a leader hand over to one that hears of it only after the leader has
// given up.
func lateHandover(c *world.Cluster) {
	w := startCrowd(c, 6)
	for range 9 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		next := c.NextAfter(old, 1+c.Rand.IntN(2))
		late := 650*time.Millisecond + time.Duration(c.Rand.IntN(250))*time.Millisecond
		c.SetLink(old, next, labrpc.Conditions{Delay: late})
		hearsLate(c, old, slowNews)
		c.Sleep(late + 500*time.Millisecond) // it hears the leader all the time, if late
		w.ask(old)
		c.Transfer(old, next)
		writeAt(c, w, next)
	}
	w.stop()
}

// writeAt writes at a replica as soon as it leads, if it comes to that, and then lets the
// network be as it was.
func writeAt(c *world.Cluster, w *workload, next int) {
	if c.Until(time.Second, func() bool { return c.IsLeader(next) }) {
		w.putManyTo(next, 12)
	}
	w.askNobody()
	c.SetNetwork(labrpc.Reliable)
}

// forgetfulVoters has a replica hear its leader no longer, and looks for votes: the other
// voter has just heard the leader, and mostly starts again at that moment. Then the leader
// is cut off.
func forgetfulVoters(c *world.Cluster) {
	w := startCrowd(c, 6)
	for round := range 12 {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		eager, voter := c.NextAfter(old, 1), c.NextAfter(old, 2)
		c.CutLink(old, eager)
		w.ask(old)
		c.Sleep(300*time.Millisecond + time.Duration(c.Rand.IntN(500))*time.Millisecond)
		c.Disconnect(old)
		if round%4 > 0 {
			c.Crash(voter)
			c.Restart(voter)
		}
		w.putManyTo(c.CheckLeaderAfter(term, eager, voter), 10)
		w.askNobody()
		c.Heal()
	}
	w.stop()
}
