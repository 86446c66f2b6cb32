package service

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// rounds is how often the whole cluster crashes, where it does.
	rounds = 3
	// splits is how often a round partitions the cluster, where it does.
	splits = 3
	// patience is how long the cluster may take to agree after faults, and on a
	// network that loses messages.
	patience = time.Minute
)

// A load is one case of the 6.824 lab's key-value tests: clients, and what the
// cluster goes through meanwhile.
type load struct {
	clients, keys       int
	network             labrpc.Conditions
	partitions, crashes bool
}

func (l load) story(c *world.Cluster) {
	c.SetNetwork(l.network)
	c.StartSessions(l.clients, l.keys)
	for range rounds {
		c.Sleep(700 * time.Millisecond)
		if l.partitions {
			split(c)
		}
		if l.crashes {
			c.CrashAll()
			c.Sleep(300 * time.Millisecond)
			c.RestartAll()
		}
		// A quorum goes on. While there is load, a leader that backs up one entry a
		// round trip may take longer than the log grows.
		c.CommitWithin(patience, c.Size()/2+1)
	}
	c.StopClients()
}

// split partitions the cluster in two at random, again and again, in less time
// than most elections take and in more. In the end it heals it.
func split(c *world.Cluster) {
	for range splits {
		var sides [2][]int
		for i := range c.Size() {
			side := c.Rand.IntN(len(sides))
			sides[side] = append(sides[side], i)
		}
		c.Partition(sides[0], sides[1])
		c.Sleep(time.Duration(200+c.Rand.IntN(800)) * time.Millisecond)
	}
	c.Heal()
}

// minority lets clients ask the smaller side of a partition, and one the larger
// side. Who asked the smaller side in vain asks again after the partition.
func minority(c *world.Cluster) {
	cut, waiting, client := c.NewClient(), c.NewSession(), c.NewSession()
	for round := range rounds {
		c.CommitWithin(patience, c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		few := []int{old, c.NextAfter(old, 1)}
		many := c.Others(few...)
		c.Partition(few, many)
		waiting.AppendUnheard(old, "x", value(round))
		for _, i := range few {
			c.Check(!cut.PutTo(i, "y", value(round)), "replica %d answered a write, but can reach only %v, a minority", i, few)
		}
		c.CheckLeaderAfter(term, many...)
		for range 5 {
			_, ok := client.Append("x", "many ")
			c.CheckProgress(ok, "a client of %v, a majority, was not answered", many)
		}
		c.Heal()
		_, ok := waiting.Retry()
		c.CheckProgress(ok, "a client that had asked a minority was not answered after the partition either")
	}
}
