package agreement

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// The servers of the paper's Figure 8, where they are called S1 to S5.
type figure struct{ s1, s2, s3, s4, s5 int }

// untilC tells steps (a) to (c): an entry of an earlier term comes to be stored
// on three of five servers, and on none of them for good. It reports false if
// elections did not come out that way.
func untilC(c *world.Cluster) (s figure, ok bool) {
	c.Commit(5)
	s1 := c.CheckOneLeader()
	s = figure{s1: s1, s2: c.NextAfter(s1, 1), s3: c.NextAfter(s1, 2), s4: c.NextAfter(s1, 3), s5: c.NextAfter(s1, 4)}

	// (a) S1 is leader and partially replicates an entry, to S2.
	c.Partition([]int{s.s1, s.s2})
	c.Start(s.s1)
	c.Sleep(2 * c.Heartbeat())

	// (b) S1 crashes. S5 is elected with the votes of S3, S4 and itself, and
	// takes a different entry at that index. A no-op that S5 may append when it
	// is elected reaches nobody either: the network is slow, and S5 cut off soon.
	c.Crash(s.s1)
	c.SetNetwork(labrpc.Conditions{Delay: 30 * time.Millisecond})
	if !c.Elect(s.s5, s.s3, s.s4) {
		return s, false
	}
	c.Partition([]int{s.s5})
	c.SetNetwork(labrpc.Reliable)
	c.Start(s.s5)

	// (c) S5 crashes. S1 restarts, is elected and goes on replicating: the entry
	// is on S1, S2 and S3.
	c.Crash(s.s5)
	c.Restart(s.s1)
	if !c.Elect(s.s1, s.s2, s.s3) {
		return s, false
	}
	c.Sleep(5 * c.Heartbeat())
	return s, true
}

// figure8Overwritten goes on with step (d). A Raft that appends a no-op of its
// own term when it is elected has committed the entry with it in step (c), and
// S5 cannot win. Whether S1 was right to apply the entry shows in nothing else.
func figure8Overwritten(c *world.Cluster) {
	s, ok := untilC(c)
	if !ok {
		return
	}

	// (d) S1 crashes. S5 is elected with the votes of S2, S3 and S4, and
	// replaces the entry by its own.
	c.Crash(s.s1)
	c.Restart(s.s5)
	c.Star(s.s5, s.s2, s.s3, s.s4)
	if c.Until(c.ElectionTimeout(), func() bool { return c.IsLeader(s.s5) }) {
		commitMany(c, []int{s.s5, s.s2, s.s3, s.s4}, 1)
	}
}

// figure8Committed goes on with step (e).
func figure8Committed(c *world.Cluster) {
	s, ok := untilC(c)
	if !ok {
		return
	}

	// (e) S1 replicates an entry of its own term to S2 and S3 before it crashes,
	// and so commits the earlier one. S5 cannot win an election.
	commitMany(c, []int{s.s1, s.s2, s.s3}, 1)
	c.Crash(s.s1)
	c.Restart(s.s5)
	c.Star(s.s5, s.s2, s.s3, s.s4)
	c.Until(c.ElectionTimeout(), func() bool {
		c.Check(!c.IsLeader(s.s5), "replica %d leads term %d, though replicas %d and %d hold a committed entry that it lacks",
			s.s5, c.Term(s.s5), s.s2, s.s3)
		return false
	})
}
