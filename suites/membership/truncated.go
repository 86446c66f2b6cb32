package membership

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// leaderDoesNotGo asks a leader that is cut off to remove itself. The others know nothing of
// it: it stays a member, and may be needed for a quorum.
func leaderDoesNotGo(c *world.Cluster) {
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := c.Others(leader)
		c.Disconnect(leader)
		c.AskChange(leader, voters(others...))
		c.CheckOneLeader(others...)
		c.Commit(2)
		c.Sleep(c.ElectionTimeout())
		c.Connect(leader)
		c.CommitOnMembers()
		c.Disconnect(others[0])
		c.CheckOneLeader(leader, others[1])
		c.Commit(2)
		c.Connect(others[0])
	}
}

// cutOffLeader has a leader that is cut off with a follower add members, some of which it
// reaches. The majority has gone on meanwhile, and knows nothing of that.
func cutOffLeader(c *world.Cluster) {
	c.Join(3)
	c.Join(4)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		with := without([]int{0, 1, 2}, leader)[0]
		rest := without([]int{0, 1, 2, 3, 4}, leader, with)
		c.Partition([]int{leader, with, 5, 6}, rest)
		for _, i := range []int{5, 6} {
			c.AskChange(leader, c.Members().WithVoter(i))
			c.Sleep(100 * time.Millisecond)
		}
		p, taken := c.Start(leader)
		if taken {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
		c.CheckOneLeader(rest...)
		c.Commit(3)
		c.CheckNoLeader(leader, with, 5, 6)
		c.Heal()
		c.CommitOnMembers()
		c.Check(c.Members().Equal(voters(0, 1, 2, 3, 4)), "the members are %v, but no quorum was asked for another configuration than that of 0 to 4", c.Members())
		checkQuorumOfThree(c, leader, with)
	}
}

// checkQuorumOfThree checks that three of five voters, two of them given, commit, and the
// two do not: more would be needed if they went by a configuration of which nothing has
// come, and less if by the one that the cluster began with.
func checkQuorumOfThree(c *world.Cluster, one, other int) {
	c.Partition([]int{one, other})
	c.CheckNoLeader(one, other)
	third := without([]int{0, 1, 2, 3, 4}, one, other)[c.Rand.IntN(3)]
	c.Partition([]int{one, other, third})
	c.CheckOneLeader(one, other, third)
	c.Commit(3)
	c.Heal()
}
