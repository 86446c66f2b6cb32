package membership

import (
	"slices"

	"github.com/raftcheck/raftcheck/suites/world"
)

// notCounted has a leader reach nobody but learners.
func notCounted(c *world.Cluster) {
	c.Learn(3)
	c.Learn(4)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		c.Partition([]int{leader, 3, 4}, without([]int{0, 1, 2}, leader))
		if p, ok := c.Start(leader); ok {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
		c.CheckOneLeader(without([]int{0, 1, 2}, leader)...)
		c.Heal()
	}
}

// neverStands leaves learners without a leader, in company that would vote for them.
func neverStands(c *world.Cluster) {
	c.Learn(3)
	c.Learn(4)
	c.CommitOnMembers()
	for one := range 3 {
		c.Partition([]int{one, 3, 4}, without([]int{0, 1, 2}, one))
		c.CheckNoLeader(one, 3, 4)
		c.Commit(2)
		c.Heal()
		c.CommitOnMembers()
	}
	c.CrashAll()
	c.Restart(3, 4)
	c.CheckNoLeader(3, 4)
	c.RestartAll()
	c.CommitOnMembers()
	onlyVoterReturns(c)
}

// onlyVoterReturns makes all but the leader learners, and has it crash and come back: it
// would vote for whoever is the first to ask.
func onlyVoterReturns(c *world.Cluster) {
	voter := c.CheckOneLeader()
	for _, i := range without([]int{0, 1, 2}, voter) {
		c.Learn(i)
	}
	for range 4 {
		c.CommitOnMembers()
		c.Crash(voter)
		c.Sleep(c.ElectionTimeout() / 4)
		c.Restart(voter)
		leads := c.Until(c.ElectionTimeout(), func() bool {
			for _, i := range c.Others(voter) {
				c.Check(!c.IsLeader(i), "replica %d leads, and the members are %v", i, c.Members())
			}
			return c.IsLeader(voter)
		})
		c.CheckProgress(leads, "replica %d, the only voter, does not lead, %v after its restart", voter, c.ElectionTimeout())
	}
}

// keepNobody leaves leaders with learners.
func keepNobody(c *world.Cluster) {
	c.Learn(3)
	c.Learn(4)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		rest := without([]int{0, 1, 2}, leader)
		c.Partition([]int{leader, 3, 4}, rest)
		c.CheckResigns(leader, term, "it was left with learners")
		c.CheckLeaderAfter(term, rest...)
		c.Heal()
	}
}

// tradePlaces has voters and learners become the other, several at once.
func tradePlaces(c *world.Cluster) {
	c.StartClients(1, 2)
	for range 8 {
		order := c.Rand.Perm(c.Size())
		to := voters(order[:3]...)
		to.Learners = slices.Sorted(slices.Values(order[3:]))
		c.Change(to)
		c.CommitOnMembers()
		c.Partition(order[:2])
		c.CheckOneLeader(order[:2]...)
		c.Commit(2)
		c.Heal()
	}
	c.StopClients()
}

// promoted makes learners voters: from then on they count, for and against.
func promoted(c *world.Cluster) {
	c.StartClients(1, 2)
	c.Learn(3)
	c.CommitOnMembers()
	c.Join(3)
	c.CommitOnMembers()
	c.StopClients()
	away := without([]int{0, 1, 2}, c.CheckOneLeader())[0]
	c.Disconnect(away)
	c.Commit(3)
	c.Connect(away)
	for range 4 {
		leader := c.CheckOneLeader()
		others := c.Others(leader)
		c.Partition([]int{leader, others[0]}, others[1:])
		if p, ok := c.Start(leader); ok {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
		c.CheckNoLeader(others[1:]...)
		c.Partition([]int{leader, others[0], others[2]})
		c.CheckOneLeader(leader, others[0], others[2])
		c.Commit(3)
		c.Heal()
		c.CommitOnMembers()
	}
}

// promotedUnknowingly makes a learner a voter that is cut off, and has the others need
// its vote before it knows.
func promotedUnknowingly(c *world.Cluster) {
	for range 4 {
		c.Learn(3)
		c.CommitOnMembers()
		c.Disconnect(3)
		promoted := promotedAway(c, c.CheckOneLeader(0, 1, 2), 3)
		leader := c.CheckOneLeader(0, 1, 2)
		if !promoted {
			c.Connect(3)
			continue
		}
		c.Crash(leader)
		c.Connect(3)
		c.CheckOneLeader(append(without([]int{0, 1, 2}, leader), 3)...)
		c.Commit(3)
		c.Restart(leader)
		c.CommitOnMembers()
	}
}

// promotedAway asks a leader to make a learner a voter that is cut off, and reports
// whether that is done: a leader may refuse while a learner lags or does not answer.
func promotedAway(c *world.Cluster, leader, learner int) bool {
	to := c.Members().WithVoter(learner)
	return c.AskChange(leader, to) && c.Until(c.ElectionTimeout(), func() bool { return c.Members().Equal(to) })
}

// demoted makes a voter a learner that is cut off, and gets a snapshot when it is back:
// it is a learner then. And the other way round.
func demoted(c *world.Cluster) {
	for range 3 {
		c.CommitOnMembers()
		one := c.Members().Voters[c.Rand.IntN(3)]
		rest := without([]int{0, 1, 2}, one)
		c.Disconnect(one)
		c.CheckOneLeader(rest...)
		c.Learn(one)
		for range 20 {
			c.Commit(2)
		}
		c.Connect(one)
		c.CommitOnMembers()
		c.Partition(rest, []int{one})
		c.CheckNoLeader(one)
		if !promotedAway(c, c.CheckOneLeader(rest...), one) {
			c.Heal()
			c.Join(one)
		}
		for range 20 {
			c.Commit(2)
		}
		c.Heal()
		c.CommitOnMembers()
		c.Disconnect(rest[0])
		c.CheckOneLeader(one, rest[1])
		c.Commit(2)
		c.Connect(rest[0])
	}
}
