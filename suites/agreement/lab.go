package agreement

import (
	"sync"

	"github.com/raftcheck/raftcheck/suites/world"
)

func basicAgree(c *world.Cluster) {
	c.CheckOneLeader()
	for replica := range c.Size() {
		c.Check(c.Applied(replica) == 0, "replica %d has applied index %d before any Start", replica, c.Applied(replica))
	}
	last := 0
	for range 3 {
		index := c.Commit(c.Size())
		c.Check(index > last, "a command was committed at index %d, after one at index %d", index, last)
		last = index
	}
}

func followerFailure(c *world.Cluster) {
	c.StartClients(2, 4)
	c.Commit(3)
	first := c.CheckOneLeader()

	c.Disconnect(c.NextAfter(first, 1))
	c.Commit(2)
	waitQuietly(c)
	c.Commit(2)

	leader := c.CheckOneLeader()
	c.Disconnect(c.Others(leader)...)
	if p, ok := c.Start(leader); ok {
		c.CheckNotApplied(p, c.ElectionTimeout())
	}
}

func leaderFailure(c *world.Cluster) {
	c.StartClients(2, 4)
	c.Commit(3)
	c.Disconnect(c.CheckOneLeader())
	c.Commit(2)
	c.Commit(2)

	c.Disconnect(c.CheckOneLeader())
	var taken []world.Proposal
	for replica := range c.Size() {
		taken = append(taken, c.StartMany(replica, 4)...)
	}
	c.Sleep(c.ElectionTimeout())
	for _, p := range taken {
		c.CheckNotApplied(p, 0)
	}
}

func failAgree(c *world.Cluster) {
	c.StartClients(2, 4)
	c.Commit(3)
	away := c.NextAfter(c.CheckOneLeader(), 1)
	c.Disconnect(away)
	c.Commit(2)
	c.Commit(2)
	waitQuietly(c)
	c.Commit(2)
	c.Commit(2)

	c.Connect(away)
	c.Commit(3)
	waitQuietly(c)
	c.Commit(3)
}

// waitQuietly waits for an election timeout, without clients: the commands of so
// long a time would only be sent to a replica that is behind, again and again.
func waitQuietly(c *world.Cluster) {
	c.StopClients()
	c.Sleep(c.ElectionTimeout())
	c.StartClients(2, 4)
}

func failNoAgree(c *world.Cluster) {
	c.StartClients(2, 4)
	c.Commit(5)
	leader := c.CheckOneLeader()
	away := []int{c.NextAfter(leader, 1), c.NextAfter(leader, 2), c.NextAfter(leader, 3)}
	c.Disconnect(away...)
	if p, ok := c.Start(leader); ok {
		c.CheckNotApplied(p, c.ElectionTimeout())
	}

	c.Connect(away...)
	c.CheckOneLeader()
	c.Commit(5)
	c.Commit(5)
}

func concurrentStarts(c *world.Cluster) {
	const starts = 5
	inOneTerm(c, func(leader int) (complete bool) {
		taken := make([]world.Proposal, starts)
		done := make([]bool, starts)
		var ended sync.WaitGroup
		ended.Add(starts)
		for i := range starts {
			c.Go(func() {
				defer ended.Done()
				taken[i], done[i] = c.Start(leader)
			})
		}
		ended.Wait()
		at := map[int]bool{}
		for i, p := range taken {
			if !done[i] || p.Term != taken[0].Term || !applied(c, p) {
				return false
			}
			at[p.Index] = true
		}
		c.Check(len(at) == starts, "%d commands of one term were given only %d indexes", starts, len(at))
		return true
	})
}

func rejoin(c *world.Cluster) {
	c.StartClients(2, 4)
	c.Commit(3)
	first := c.CheckOneLeader()
	c.Disconnect(first)
	c.StartMany(first, 3)

	c.Commit(2)
	second := c.CheckOneLeader()
	c.Disconnect(second)
	c.Connect(first)
	c.Commit(2)

	c.Connect(second)
	c.Commit(3)
}

func backup(c *world.Cluster) {
	const many = 50
	c.Commit(5)
	first := c.CheckOneLeader()
	left := []int{first, c.NextAfter(first, 1)}
	right := c.Others(left...)

	c.Partition(left, right)
	c.StartMany(first, many) // on two replicas of five
	commitMany(c, right, many)

	second := c.CheckOneLeader(right...)
	lone := right[0]
	if lone == second {
		lone = right[1]
	}
	pair := []int{second, c.Others(append(left, second, lone)...)[0]}
	c.Partition(pair, []int{lone})
	c.StartMany(second, many) // on two others
	c.Sleep(c.ElectionTimeout() / 20)

	third := append([]int{lone}, left...)
	c.Partition(third, pair)
	commitMany(c, third, many)

	c.Heal()
	c.Commit(5)
}

// commitMany has a quorum of replicas, which can reach each other and nobody
// else, elect a leader and commit n commands, given to it together.
func commitMany(c *world.Cluster, quorum []int, n int) {
	left, lost := n, 0
	for deadline := c.Now() + attempts*c.Patience(); lost < attempts && c.Now() < deadline; {
		taken := c.StartMany(c.CheckOneLeader(quorum...), left)
		switch {
		case len(taken) == 0: // it leads no longer, or takes no more before it has committed some
			c.Sleep(c.Heartbeat() / 2)
		case !appliedBy(c, taken[len(taken)-1], len(quorum)):
			left, lost = n, lost+1
		case len(taken) == left:
			return
		default:
			left -= len(taken)
		}
	}
	c.CheckProgress(false, "replicas %v, which can reach each other, lost commands %d times, and still have to commit %d of %d", quorum, lost, left, n)
}
