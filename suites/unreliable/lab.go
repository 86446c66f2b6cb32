package unreliable

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// patience is how long a commit may take on a network that loses messages, so
// that no unlucky run fails a correct Raft.
const patience = time.Minute

func unreliableAgree(c *world.Cluster) {
	c.SetNetwork(labrpc.Unreliable)
	var taken []world.Proposal
	for range 49 {
		leader := c.CheckOneLeader()
		for range 4 {
			if p, ok := c.Start(leader); ok {
				taken = append(taken, p)
			}
		}
		c.CommitWithin(patience, 1)
	}
	// What a leader lost with its office is proposed again, as a client would.
	for _, p := range taken {
		if !c.WaitApplied(p, 1, 2*time.Second) {
			c.CommitWithin(patience, 1)
		}
	}
	c.CommitWithin(patience, c.Size())
}

// reordering delays a third of all messages by up to two seconds, which is
// several elections, and delivers a fifth of them twice.
var reordering = labrpc.Conditions{Delay: 100 * time.Microsecond, Jitter: 26 * time.Millisecond, Loss: 0.1,
	Duplicate: 0.2, Late: 0.3, LateBy: 2 * time.Second}

func figure8(c *world.Cluster) {
	c.SetNetwork(labrpc.Unreliable)
	c.CommitWithin(patience, 1)
	away := map[int]bool{}
	for round := range 1000 {
		if round == 200 {
			c.SetNetwork(reordering)
		}
		leader := -1
		for i := range c.Size() {
			if _, ok := c.Start(i); ok && !away[i] {
				leader = i
			}
		}
		if c.Rand.IntN(10) == 0 {
			c.Sleep(time.Duration(c.Rand.IntN(500)) * time.Millisecond)
		} else {
			c.Sleep(time.Duration(c.Rand.IntN(13)) * time.Millisecond)
		}
		if leader >= 0 && c.Rand.IntN(2) == 0 {
			c.Disconnect(leader)
			away[leader] = true
		}
		if back := c.Rand.IntN(c.Size()); c.Size()-len(away) < 3 && away[back] {
			c.Connect(back)
			delete(away, back)
		}
	}
	c.Connect(c.Others()...)
	c.SetNetwork(labrpc.Unreliable)
	c.CommitWithin(patience, c.Size())
}

func churn(c *world.Cluster, network labrpc.Conditions) {
	c.SetNetwork(network)
	c.StartClients(3, 4)
	for range 20 {
		if c.Rand.IntN(5) == 0 {
			c.Disconnect(c.Rand.IntN(c.Size()))
		}
		if i := c.Rand.IntN(c.Size()); c.Rand.IntN(2) == 0 {
			if !c.IsUp(i) {
				c.Restart(i)
			}
			c.Connect(i)
		}
		if i := c.Rand.IntN(c.Size()); c.Rand.IntN(5) == 0 && c.IsUp(i) {
			c.Crash(i)
		}
		c.Sleep(700 * time.Millisecond)
	}
	c.StopClients()
	c.RestartAll()
	c.Heal()
	c.CommitWithin(patience, c.Size())
}
