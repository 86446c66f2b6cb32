package leadership

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// cutOff takes one follower away from the others, or two that reach each other. They
// may ask each other for long whether they could win, and the rest is a bare majority.
func cutOff(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		away := []int{c.NextAfter(leader, 1), c.NextAfter(leader, 2)}[:1+c.Rand.IntN(2)]
		c.Partition(away, c.Others(away...))
		c.Commit(c.Size() - len(away)) // the away will lack an entry
		c.Sleep(3 * c.ElectionTimeout())
		for _, i := range away {
			c.Check(c.Term(i) == term, "replica %d was in term %d when replicas %v were cut off; no quorum can have told it that it would win, and it is in term %d now", i, term, away, c.Term(i))
		}
		c.CheckStays(leader, term, "when replicas %v were cut off, which left it a quorum", away)
		c.Heal()
		c.Sleep(c.ElectionTimeout())
		c.CheckStays(leader, term, "when replicas %v came back", away)
	}
}

// longerLogOfOlderTerm leaves two of three replicas: one that led, with commands that
// nobody else has, and one that has been in a later term when it crashed: it led that, or
// had just begun to stand, so that its log has nothing of that term. Both are needed for
// a quorum.
func longerLogOfOlderTerm(c *world.Cluster) {
	for round := range 6 {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		later, third := -1, -1
		if round%2 == 0 {
			later, third = firstToStand(c, old)
			c.StartMany(old, 3)
		} else {
			c.Disconnect(old)
			c.StartMany(old, 3)
			later = c.CheckLeaderAfter(term, c.Others(old)...)
			third = c.Others(old, later)[0]
			c.Crash(later)
		}
		if c.IsUp(third) {
			c.Crash(third)
		}
		c.Sleep(c.ElectionTimeout() / 2) // for the old leader to have resigned, if it does
		c.Restart(later)
		c.Connect(old)
		c.CheckLeaderAfter(term, old, later)
		c.Restart(third)
	}
}

// latePreVotes holds back what one replica says while another one becomes the leader,
// and delivers it then.
func latePreVotes(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		late := c.NextAfter(old, 1)
		hold(c, []int{late}, c.Others(late))
		c.Disconnect(old)
		c.CheckLeaderAfter(term, c.Others(old, late)...)
		c.Sleep(500 * time.Millisecond) // for one who nearly won as well
		next := c.CheckLeaderAfter(term, c.Others(old, late)...)
		term = c.Term(next)
		c.Heal()
		c.Sleep(c.ElectionTimeout())
		c.CheckStays(next, term, "when it was told what replica %d had said", late)
	}
}

// allAtOnce lets the leader go and holds all messages until every other replica has
// asked for long. Then all is delivered together.
func allAtOnce(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		rest := c.Others(old)
		hold(c, rest, rest)
		c.Crash(old)
		c.Sleep(time.Duration(500+c.Rand.IntN(2000)) * time.Millisecond)
		c.Heal()
		c.CheckLeaderAfter(term, rest...)
		c.Commit(len(rest))
		c.Restart(old)
	}
}
