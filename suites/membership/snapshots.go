package membership

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// behindSnapshot has a replica that is cut off, once the leader, hold a change of which
// nothing came, and get a snapshot with another one.
func behindSnapshot(c *world.Cluster) {
	for range 4 {
		c.Change(voters(0, 1, 2))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := without([]int{0, 1, 2}, leader)
		c.Disconnect(leader)
		c.AskChange(leader, voters(0, 1, 2, 3))
		c.CheckOneLeader(others...)
		c.Join(4)
		for range 20 {
			c.Commit(3)
		}
		c.Connect(leader)
		c.CommitOnMembers()
		c.CrashAll()
		c.RestartAll()
		c.CommitOnMembers()
		checkNeeds(c, leader, others...)
	}
}

// checkNeeds checks that of four voters two commit nothing, but three do.
func checkNeeds(c *world.Cluster, one int, others ...int) {
	c.Partition([]int{one, others[0]})
	for _, i := range []int{one, others[0]} {
		if p, ok := c.Start(i); ok {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
	}
	c.CheckNoLeader(one, others[0])
	c.Partition(append([]int{one}, others...))
	c.CheckOneLeader(append([]int{one}, others...)...)
	c.Commit(3)
	c.Heal()
}

// grownBehindSnapshot has a cluster of three become one of five while one of the three is
// cut off, and gets a snapshot: two of them are no quorum any more.
func grownBehindSnapshot(c *world.Cluster) {
	for range 4 {
		c.CommitOnMembers()
		away := c.Rand.IntN(3)
		rest := without([]int{0, 1, 2}, away)
		c.Disconnect(away)
		c.CheckOneLeader(rest...)
		c.Join(3)
		c.Join(4)
		for range 20 {
			c.Commit(4)
		}
		c.Connect(away)
		c.CommitOnMembers()
		c.Partition([]int{away, rest[0]})
		c.CheckNoLeader(away, rest[0])
		c.Heal()
		c.Remove(4)
		c.Remove(3)
	}
}

// aheadOfSnapshot changes the members right behind a command, and lets a replica back that
// needs a snapshot, which may end between the two.
func aheadOfSnapshot(c *world.Cluster) {
	for i := range c.Size() {
		c.SlowService(i, 20*time.Millisecond)
	}
	for round := range 16 {
		to := voters(0, 1, 2, 3)
		if round%2 == 1 {
			to = voters(0, 1, 2)
		}
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		away := without([]int{0, 1, 2}, leader)[0]
		c.Disconnect(away)
		for range 8 + c.Rand.IntN(4) {
			c.Commit(2)
		}
		c.Start(leader)
		c.AskChange(leader, to)
		c.Sleep(100 * time.Millisecond)
		c.Connect(away)
		c.CommitOnMembers()
		c.Change(to)
	}
}
