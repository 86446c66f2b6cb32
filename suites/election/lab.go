package election

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

func initialElection(c *world.Cluster) {
	leader := c.CheckOneLeader()
	term := c.CheckTerms()
	c.Check(term >= 1, "the term after an election is %d, want at least 1", term)

	c.Sleep(2 * time.Second)
	c.Check(c.CheckOneLeader() == leader, "replica %d no longer leads though nothing failed", leader)
	c.Check(c.CheckTerms() == term, "the term moved on from %d though nothing failed", term)
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
