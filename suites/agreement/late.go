package agreement

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// doubled is a network on which everything comes twice, and one of the two is
// often overtaken by what was sent up to 600 ms later.
var doubled = labrpc.Conditions{Delay: 200 * time.Microsecond, Jitter: 5 * time.Millisecond,
	Duplicate: 1, Late: 0.3, LateBy: 600 * time.Millisecond}

// lateAppends has a leader and one follower commit over links that double and
// delay, and soon after that the follower decide with a third replica that saw
// none of it.
func lateAppends(c *world.Cluster) {
	for range 15 {
		c.Heal()
		c.SetNetwork(labrpc.Reliable)
		c.Commit(3)
		leader := c.CheckOneLeader()
		follower := c.NextAfter(leader, 1+c.Rand.IntN(2))
		third := c.Others(leader, follower)[0]
		c.Partition([]int{leader, follower})
		c.SetLink(leader, follower, doubled)
		c.SetLink(follower, leader, doubled)

		var last world.Proposal
		for range 12 {
			if taken := c.StartMany(leader, 1+c.Rand.IntN(5)); len(taken) > 0 {
				last = taken[len(taken)-1]
			}
			c.Sleep(time.Duration(c.Rand.Int64N(int64(20 * time.Millisecond))))
		}
		c.WaitApplied(last, 2, time.Second)
		c.Sleep(time.Duration(c.Rand.Int64N(int64(300 * time.Millisecond))))

		c.Partition([]int{follower, third})
		c.SetNetwork(labrpc.Reliable)
		commitMany(c, []int{follower, third}, 3)
	}
}

// oldReplies keeps a follower's acknowledgements on their way until the leader
// they are meant for was deposed, lost the entries they speak of, and leads
// again. They must not count for the entries that stand there by then.
func oldReplies(c *world.Cluster) {
	for range 3 {
		c.Heal()
		c.Commit(5)
		leader := c.CheckOneLeader()
		follower, rest := c.NextAfter(leader, 1), c.Others(leader, c.NextAfter(leader, 1))
		c.HoldLink(follower, leader)
		c.Partition([]int{leader, follower}, rest)
		c.StartMany(leader, 20)
		c.Sleep(2 * c.Heartbeat()) // the acknowledgements are under way

		commitMany(c, rest, 1)
		rival := c.CheckOneLeader(rest...)
		c.Partition(c.Others()) // all together, but for the link that is held
		index := c.Commit(4)
		if !c.Until(c.Patience(), func() bool { return c.Applied(leader) >= index }) {
			continue // one of the two that the held link is between won an election
		}

		voters := c.Others(leader, follower, rival)
		if !c.Elect(leader, voters...) {
			continue
		}
		partner := voters[0]
		c.Partition([]int{leader, partner})
		c.StartMany(leader, 40) // on two of five, and more than are acknowledged
		c.MendLink(follower, leader)
		c.ReleaseLink(follower, leader)
		c.Sleep(2 * c.Heartbeat())

		quorum := c.Others(leader, partner)
		c.Partition(quorum)
		commitMany(c, quorum, 1)
	}
}

// lostOffice has a leader lose its office, and with it the many entries that one
// follower has acknowledged. It leads again, with another follower, where the
// indexes of those entries are given anew: two of five, whatever the first one has
// said.
func lostOffice(c *world.Cluster) {
	for range 3 {
		c.Heal()
		c.Commit(5)
		leader := c.CheckOneLeader()
		follower := c.NextAfter(leader, 1)
		rest := c.Others(leader, follower)
		c.Partition([]int{leader, follower}, rest)
		c.StartMany(leader, 40)
		c.Sleep(2 * c.Heartbeat()) // the follower acknowledges them

		commitMany(c, rest, 1)
		c.Heal()
		index := c.Commit(5)
		if !c.Until(c.Patience(), func() bool { return c.Applied(leader) >= index }) || !c.Elect(leader, rest...) {
			continue
		}
		c.Partition([]int{leader, rest[0]})
		if taken := c.StartMany(leader, 5); len(taken) > 0 {
			c.CheckNotApplied(taken[0], c.ElectionTimeout())
		}
	}
}
