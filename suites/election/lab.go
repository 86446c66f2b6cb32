package election

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

func initialElection(c *world.Cluster) {
	var leader, term int
	stays := c.Until(c.ElectionTimeout(), func() bool { // another candidate may have been about to stand
		leader, term = c.CheckOneLeader(), c.CheckTerms()
		c.Sleep(2 * time.Second)
		return c.IsLeader(leader) && c.Term(leader) == term && c.CheckTerms() == term
	})
	c.CheckProgress(stays, "no leader stays for two seconds though nothing failed; the latest, replica %d, led term %d", leader, term)
	c.Check(term >= 1, "the term after an election is %d, want at least 1", term)
}

func reElection(c *world.Cluster) {
	first := c.CheckOneLeader()

	c.Disconnect(first)
	c.CheckOneLeader()

	c.Connect(first)
	c.CheckTerms()
	second := c.CheckOneLeader()

	c.Disconnect(second, c.NextAfter(second, 1))
	c.CheckNoLeader()

	c.Connect(c.NextAfter(second, 1))
	c.CheckOneLeader()
	c.Connect(second)
	c.CheckTerms()
	c.CheckOneLeader()
}

func manyElections(c *world.Cluster) {
	c.CheckOneLeader()
	for range 10 {
		away := c.Rand.Perm(c.Size())[:3]
		c.Disconnect(away...)
		c.CheckOneLeader()
		c.Connect(away...)
	}
	c.CheckOneLeader()
}
