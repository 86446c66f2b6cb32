package agreement

import (
	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// shared is how many entries logs have in common before they part, stale
	// how many one of them then has alone. Either is more than Rafts put into
	// one message.
	shared, stale = 100, 200
	// fresh is how many entries the others have in place of the stale ones.
	fresh = 300
)

// staleTail has a leader that was cut off with a long tail of its own hear of
// the others' commits: first from the leader that made them, then from one that
// was elected on top of them.
func staleTail(c *world.Cluster) {
	c.Commit(5)
	old := c.CheckOneLeader()
	c.StartMany(old, shared)
	c.Commit(5)
	partLogs(c, old)
	c.Connect(old)
	c.Commit(5)

	old = c.CheckOneLeader()
	partLogs(c, old)
	leader := c.CheckOneLeader(c.Others(old)...)
	c.Crash(leader)
	c.CheckOneLeader(c.Others(old, leader)...)
	c.Connect(old)
	c.Commit(4)
	c.Restart(leader)
	c.Commit(5)
}

// partLogs leaves a leader alone with entries it cannot commit, while the others
// commit more.
func partLogs(c *world.Cluster, leader int) {
	c.Disconnect(leader)
	c.StartMany(leader, stale)
	commitMany(c, c.Others(leader), fresh)
}

// replacedTail gives a follower a long stale tail, lets a new leader replace its
// beginning, and then has the follower asked for its vote by the old leader,
// whose stale tail is longer.
func replacedTail(c *world.Cluster) {
	for range 3 {
		c.Heal()
		c.Commit(5)
		old := c.CheckOneLeader()
		partner, rest := c.NextAfter(old, 1), c.Others(old, c.NextAfter(old, 1))
		c.Partition([]int{old, partner}, rest)
		c.StartMany(old, stale)
		c.Sleep(2 * c.Heartbeat()) // the partner has them too
		leader := c.CheckOneLeader(rest...)
		second, late := c.Others(old, partner, leader)[0], c.Others(old, partner, leader)[1]
		c.Partition([]int{old})
		c.StartMany(old, stale)

		quorum := []int{leader, second, partner}
		c.Partition(quorum)
		commitMany(c, quorum, 5)

		last := []int{old, partner, late}
		c.Partition(last)
		commitMany(c, last, 1)
	}
}

// shortAcknowledgement has a follower with a long stale tail acknowledge a
// leader that knows of nothing but the entries before that tail.
func shortAcknowledgement(c *world.Cluster) {
	for steps := 1; steps <= 3; steps++ {
		stepwise(c, steps, func(pair []int) { c.CheckOneLeader(pair...) })
	}
}

// rejection has a follower with a long stale tail reject a leader's entries, and
// say how far its own log goes.
func rejection(c *world.Cluster) {
	for steps := 1; steps <= 3; steps++ {
		stepwise(c, steps, func(pair []int) {
			commitMany(c, pair, 50)
			leader := c.CheckOneLeader(pair...)
			c.Crash(leader)
			c.Restart(leader) // the next leader begins behind these entries
			c.CheckOneLeader(pair...)
		})
	}
}

// stepwise brings a leader with entries that nobody else has together with a
// replica that has a stale tail, and delivers what the leader sends in a number
// of steps. Then that replica and the third decide without the leader: what it
// has applied meanwhile must be there.
func stepwise(c *world.Cluster, steps int, elect func(pair []int)) {
	c.Heal()
	c.Commit(3)
	old := c.CheckOneLeader()
	pair := c.Others(old)
	c.Disconnect(old)
	c.StartMany(old, stale)
	elect(pair)

	leader := c.CheckOneLeader(pair...)
	third := c.Others(old, leader)[0]
	c.Partition([]int{leader})
	c.StartMany(leader, fresh)
	c.HoldLink(leader, old)
	c.Partition([]int{leader, old})
	for range steps {
		c.Sleep(2 * c.Heartbeat())
		c.ReleaseLink(leader, old)
		c.HoldLink(leader, old)
	}
	c.Sleep(2 * c.Heartbeat())
	c.CutLink(leader, old)
	c.ReleaseLink(leader, old)

	c.Partition([]int{old, third})
	commitMany(c, []int{old, third}, 1)
}
