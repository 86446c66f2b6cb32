package leadership

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// voteOfTheTerm has two replicas stand for election in one term: both have learnt that
// they would win before either hears of the other. What they ask for as candidates
// comes late: when their elections have come to nothing and all ask for pre-votes
// again, or when one of them has led and resigned.
func voteOfTheTerm(c *world.Cluster) {
	for round := range 10 {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		one, other := c.NextAfter(old, 1), c.NextAfter(old, 2)
		voters := c.Others(old, one, other)
		rest := c.Others(old)
		hold(c, rest, rest)
		c.Crash(old)
		c.Sleep(time.Second) // for all to have missed the leader
		deliver(c, []int{one, other}, voters)
		deliver(c, voters, []int{one, other})
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(one) > term && c.Term(other) > term })

		if round%2 == 0 {
			c.Sleep(time.Second) // for all to ask again
		} else {
			deliver(c, []int{one}, voters)
			deliver(c, voters, []int{one})
			c.Until(c.ElectionTimeout(), func() bool { return !c.IsLeader(one) })
		}
		deliver(c, rest, rest)
		c.Heal()
		c.CheckOneLeader(rest...)
		c.Restart(old)
	}
}

// hold makes what some replicas say to others wait.
func hold(c *world.Cluster, from, to []int) {
	for _, f := range from {
		for _, t := range to {
			if f != t {
				c.HoldLink(f, t)
			}
		}
	}
}

// deliver delivers what some replicas have said to others and waits, and has time pass
// for them to answer. What they say from then on waits.
func deliver(c *world.Cluster, from, to []int) {
	for _, f := range from {
		for _, t := range to {
			if f != t {
				c.ReleaseLink(f, t)
				c.HoldLink(f, t)
			}
		}
	}
	c.Sleep(c.Heartbeat() / 10)
}
