package snapshot

import (
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// interval is how far apart most services here take snapshots.
	interval = 10
	// maxRaftState is how much Raft state may be saved, in bytes: the 6.824
	// lab's bound, with room for two intervals of commands.
	maxRaftState = 2000
	// patience is how long a commit may take on a network that loses messages.
	patience = time.Minute
)

// startSome gives the leader half an interval of commands to one and a half,
// and returns the index of the last one.
func startSome(c *world.Cluster) (last int) {
	leader := c.CheckOneLeader()
	for range interval/2 + c.Rand.IntN(interval) {
		if p, ok := c.Start(leader); ok {
			last = p.Index
		}
	}
	return last
}

// checkCompacted checks the stored state of replicas that have applied
// everything. Raft may compact a moment after it was given the snapshot.
func checkCompacted(c *world.Cluster, replicas ...int) {
	if len(replicas) == 0 {
		replicas = c.Others()
	}
	most := maxRaftState + c.TrailingEntries()*maxRaftState/interval
	c.Sleep(200 * time.Millisecond)
	c.Until(c.Patience(), func() bool {
		return !slices.ContainsFunc(replicas, func(i int) bool { return c.RaftStateSize(i) > most })
	})
	c.CheckRaftStateSize(most, replicas...)
}

func basic(c *world.Cluster) {
	c.Commit(c.Size())
	for range 30 {
		startSome(c)
		c.Commit(c.Size())
		checkCompacted(c)
	}
}

// laggards lets one replica after the other miss about an interval of commands,
// every third time the leader.
func laggards(c *world.Cluster, network labrpc.Conditions, how world.Absence) {
	c.SetNetwork(network)
	c.CommitWithin(patience, c.Size())
	for round := range 30 {
		victim := c.CheckOneLeader()
		if round%3 != 1 {
			victim = c.NextAfter(victim, 1)
		}
		how.Leave(c, victim)
		c.CommitWithin(patience, c.Size()-1)
		startSome(c)
		c.CommitWithin(patience, c.Size()-1)
		checkCompacted(c, c.Others(victim)...)

		how.ComeBack(c, victim)
		c.CommitWithin(patience, c.Size())
		checkCompacted(c)
	}
}

func allCrash(c *world.Cluster) {
	c.Commit(c.Size())
	for range 5 {
		for range interval/2 + c.Rand.IntN(interval) {
			c.Commit(c.Size())
		}
		before := c.Commit(c.Size())
		c.CrashAll()
		c.RestartAll()
		after := c.Commit(c.Size())
		c.Check(after > before, "after all replicas crashed and came back a command was committed at index %d, but %d was committed before the crash", after, before)
	}
}

func initialize(c *world.Cluster) {
	c.Commit(c.Size())
	for range interval + 1 {
		c.Commit(c.Size())
	}
	c.CrashAll()
	c.RestartAll()
	// One command, so that something is saved again, snapshot included.
	c.Commit(c.Size())
	c.CrashAll()
	c.RestartAll()
	c.Commit(c.Size())
}
