package membership

import (
	"github.com/raftcheck/raftcheck/suites/world"
)

// leaderRemovesItself has each leader remove itself, and come back.
func leaderRemovesItself(c *world.Cluster) {
	c.StartClients(2, 3)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		c.Remove(leader)
		c.CommitOnMembers()
		left := c.Until(c.ElectionTimeout(), func() bool { return !c.IsLeader(leader) })
		c.CheckProgress(left, "replica %d says that it leads, %v after it was removed", leader, c.ElectionTimeout())
		c.CheckOneLeader(c.Members().Voters...)
		c.Join(leader)
	}
	c.StopClients()
}

// removedNeverStands has leaders remove themselves. Who has applied that it is no member is
// elected by nobody, though it has all that the others have.
func removedNeverStands(c *world.Cluster) {
	for range 12 {
		index := c.CommitOnMembers()
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		rest := c.Others(leader)
		if c.AskChange(leader, voters(rest...)) && c.Until(c.ElectionTimeout(), func() bool { return c.Applied(leader) > index }) {
			c.Until(c.ElectionTimeout(), func() bool {
				c.Check(!c.IsLeader(leader) || c.Term(leader) == term, "replica %d leads a term later than %d, in which it applied its own removal", leader, term)
				_, led := c.Leader()
				return led && !c.IsLeader(leader)
			})
		}
		c.Remove(leader)
		c.Join(leader)
	}
}

// leaderIsNeeded asks a leader that is cut off to remove itself, and lets it back where its
// log is the longest: nobody is elected against its vote, nor by it where that makes no
// quorum.
func leaderIsNeeded(c *world.Cluster) {
	for range 4 {
		c.Change(voters(0, 1, 2, 3))
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := c.Others(leader)
		c.Disconnect(0, 1, 2, 3)
		c.AskChange(leader, voters(others...))
		c.Sleep(c.ElectionTimeout())
		c.Partition([]int{leader, others[0]})
		c.CheckNoLeader(leader, others[0])
		c.Partition([]int{leader, others[0], others[1]})
		c.CheckOneLeader(leader, others[0], others[1])
		c.Commit(2)
		c.Heal()
	}
}

// removedUnheard has the leader of two voters, neither of which was a member at the
// begin, remove itself, crash, and come back. Only its log has that, so it does not vote
// for the other one, and has to stand itself.
func removedUnheard(c *world.Cluster) {
	c.Join(1)
	c.Join(2)
	c.Remove(0)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader(1, 2)
		other := 3 - leader
		c.Disconnect(other)
		c.AskChange(leader, voters(other))
		c.Crash(leader)
		c.Connect(other)
		c.Restart(leader)
		c.CommitOnMembers()
		c.Change(voters(1, 2))
	}
}

// nothingOfTheirs leaves one voter with those that were removed, as many as there ever
// were. The voter may believe that it leads.
func nothingOfTheirs(c *world.Cluster) {
	for round := range 4 {
		for _, i := range []int{3, 4} {
			c.Join(i)
		}
		c.CommitOnMembers()
		for _, i := range []int{3, 4} {
			c.Remove(i)
		}
		c.CommitOnMembers()
		leader := c.CheckOneLeader(0, 1, 2)
		alone := leader
		if round%2 == 1 {
			alone = without([]int{0, 1, 2}, leader)[0]
		}
		c.Partition([]int{alone, 3, 4}, without([]int{0, 1, 2}, alone))
		if p, ok := c.Start(alone); ok {
			c.CheckNotApplied(p, c.ElectionTimeout())
		}
		c.CheckNoLeader(alone, 3, 4)
		c.Heal()
	}
}

// removedUnknowingly removes a replica that is cut off and does not know, and lets it
// back among the others.
func removedUnknowingly(c *world.Cluster) {
	for gone := range c.Size() {
		c.CommitOnMembers()
		c.Disconnect(gone)
		c.CheckOneLeader(c.Others(gone)...)
		c.Remove(gone)
		c.CommitOnMembers()
		leader := c.CheckOneLeader(c.Others(gone)...)
		c.Connect(gone)
		term := c.Term(leader)
		c.Sleep(5 * c.ElectionTimeout())
		c.CheckStays(leader, term, "when replica %d, which was removed while it was cut off, came back", gone)
		c.CommitOnMembers()
		c.Join(gone)
	}
}

// comesBack removes replicas and has them join again, on what they have saved, when the
// others have gone on for a while.
func comesBack(c *world.Cluster) {
	c.StartClients(2, 3)
	for round := range 6 {
		gone := round % c.Size()
		c.Remove(gone)
		if round%2 == 0 {
			c.Crash(gone)
		}
		for range 12 {
			c.CommitOnMembers()
		}
		if round%2 == 0 {
			c.Restart(gone)
		}
		c.Join(gone)
		c.CommitOnMembers()
	}
	c.StopClients()
}

// shrinksWhileReading removes those that a leader waits for, while clients read.
func shrinksWhileReading(c *world.Cluster) {
	c.StartClients(2, 3)
	for range 4 {
		c.CommitOnMembers()
		leader := c.CheckOneLeader()
		others := without(c.Members().Voters, leader)
		c.Disconnect(others[0])
		c.Remove(others[0])
		c.Disconnect(others[1])
		c.Remove(others[1])
		c.Commit(3)
		c.Connect(others[0], others[1])
		c.Join(others[0])
		c.Join(others[1])
	}
	c.StopClients()
}
