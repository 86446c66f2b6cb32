package world

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
)

// passes runs a story with the reference.
func passes(t *testing.T, story func(c *Cluster)) *Account {
	t.Helper()
	a := Live(t, plan(raft.Implementation()), story)
	require.Nil(t, a.Failure, "%v", a.Failure)
	return a
}

// fails runs a story with puppets, and returns why it failed.
func fails(t *testing.T, property checker.Property, story func(c *Cluster)) (facts string) {
	t.Helper()
	a := live(t, story)
	require.NotNil(t, a.Failure)
	require.Equal(t, property, a.Failure.Property, "%v", a.Failure)
	return strings.Join(a.Failure.Facts, "\n")
}

func TestSleepAndUntil(t *testing.T) {
	a := live(t, func(c *Cluster) {
		begin := c.Now()
		c.Sleep(time.Second)
		require.InDelta(t, time.Second, c.Now()-begin, float64(time.Millisecond))

		begin, asked := c.Now(), 0
		require.True(t, c.Until(time.Second, func() bool { asked++; return asked == 4 }))
		require.InDelta(t, 3*pollEvery, c.Now()-begin, float64(pollEvery))

		begin = c.Now()
		require.False(t, c.Until(time.Second, func() bool { return false }))
		require.InDelta(t, time.Second, c.Now()-begin, float64(2*pollEvery))

		asked = 0
		require.False(t, c.Until(0, func() bool { asked++; return false }))
		require.Equal(t, 1, asked, "it asks at least once")
	})
	require.Nil(t, a.Failure, "%v", a.Failure)
}

func TestChecksFailTheScenario(t *testing.T) {
	require.Equal(t, "7 is not 8", fails(t, Claim, func(c *Cluster) { c.Check(7 == 8, "%d is not %d", 7, 8) }))
	require.Equal(t, "bytes: 11, want at most 10", fails(t, Efficiency, func(c *Cluster) {
		c.CheckCost("bytes", 10, 10)
		c.CheckCost("bytes", 11, 10)
	}))
	facts := fails(t, Claim, func(c *Cluster) { require.Equal(c, 1, 2, "one and two") })
	require.Contains(t, facts, "one and two")
	require.Contains(t, facts, "expected: 1")
}

func TestTheFirstFailureStands(t *testing.T) {
	require.Equal(t, "first", fails(t, Claim, func(c *Cluster) {
		defer func() { c.Check(false, "in a deferred call") }()
		c.Check(false, "first")
		t.Error("the story went on")
	}))
}

func TestFailureInAnotherGoroutine(t *testing.T) {
	after := false
	require.Contains(t, fails(t, Claim, func(c *Cluster) {
		c.Go(func() {
			c.Sleep(time.Second)
			require.Fail(c, "elsewhere")
		})
		c.Sleep(time.Minute)
		after = true
	}), "elsewhere")
	require.False(t, after, "the story ends where it is")
}

func TestPanicsOfTheStory(t *testing.T) {
	require.Equal(t, "the story panicked: whoops", fails(t, Harness, func(*Cluster) { panic("whoops") }))
	require.Equal(t, "the story panicked: whoops", fails(t, Harness, func(c *Cluster) {
		c.Go(func() { panic("whoops") })
		c.Sleep(time.Second)
	}))
}

func TestStoriesThatAreWrong(t *testing.T) {
	require.Equal(t, "the story calls Crash of replica 1, which is down", fails(t, Harness, func(c *Cluster) { c.Crash(1); c.Crash(1) }))
	require.Equal(t, "the story restarts replica 1, which is up", fails(t, Harness, func(c *Cluster) { c.Restart(1) }))
	require.Equal(t, "the story calls Term of replica 2, which is down", fails(t, Harness, func(c *Cluster) { c.Crash(2); c.Term(2) }))
	require.Contains(t, fails(t, Harness, func(c *Cluster) {
		for i := range c.Size() {
			c.Crash(i) // an hour of heartbeats costs seconds
		}
		<-make(chan int)
	}), "the story has not ended after 1h0m0s")
}

func TestCommit(t *testing.T) {
	passes(t, func(c *Cluster) {
		first := c.Commit(3)
		require.Equal(t, first+1, c.CommitValue("x", 3))
		for i := range c.Size() {
			require.GreaterOrEqual(t, c.Applied(i), first+1)
		}
		cmd, ok := c.ledger.committed(first + 1)
		require.True(t, ok)
		require.Equal(t, "x", cmd.Input.Value)
	})
}

// A larger promise is never harder to keep.
func TestPatienceGrowsWithThePromise(t *testing.T) {
	patience := func(timing raftiface.Timing) (p time.Duration) {
		impl := puppetry()
		impl.Timing = timing
		a := Live(t, plan(impl), func(c *Cluster) { p = c.Patience() })
		require.Nil(t, a.Failure, "%v", a.Failure)
		return p
	}
	require.Equal(t, 15*time.Second, patience(raftiface.Timing{}))
	require.Equal(t, 10*time.Second, patience(raftiface.Timing{Election: time.Second}), "the labs' own is the least")
	require.Equal(t, 45*time.Second, patience(raftiface.Timing{Election: 20 * time.Second}))
}

// A slow service does not outlive what made it slow.
func TestServiceThatIsSlowNoMore(t *testing.T) {
	passes(t, func(c *Cluster) {
		c.SlowService(2, time.Hour)
		index := c.Commit(2)
		c.SlowService(2, 0)
		c.Sleep(time.Second)
		require.Equal(t, index, c.Applied(2))
	})
}

func TestCommitNeedsAQuorum(t *testing.T) {
	a := Live(t, plan(raft.Implementation()), func(c *Cluster) {
		leader := c.CheckOneLeader()
		c.Disconnect(c.Others(leader)...)
		c.Commit(2)
	})
	require.NotNil(t, a.Failure)
	require.Equal(t, CommitLiveness, a.Failure.Property)
	require.Regexp(t, `a command was not applied by 2 of 3 replicas within 15s; the last attempt: replica \d took it at index \d+ in term \d, and 0 replicas have applied that far`,
		a.Failure.Facts[0])
}

// Rafts that do no more than elect are given no command; a leader that others
// follow is all that is asked of them.
func TestElectionsOnly(t *testing.T) {
	impl := raft.Implementation()
	impl.ElectionsOnly = true
	a := Live(t, plan(impl), func(c *Cluster) { require.Zero(t, c.Commit(3)) })
	require.Nil(t, a.Failure, "%v", a.Failure)
	require.Zero(t, a.Commits)

	a = Live(t, plan(impl), func(c *Cluster) {
		c.Disconnect(c.CheckOneLeader())
		c.Commit(2)
		c.Commit(3)
	})
	require.NotNil(t, a.Failure)
	require.Equal(t, ElectionLiveness, a.Failure.Property)
	require.Equal(t, "there was no leader within 15s whose term 3 of 3 replicas were in", a.Failure.Facts[0])
}

func TestProposals(t *testing.T) {
	passes(t, func(c *Cluster) {
		leader := c.CheckOneLeader()
		_, ok := c.Start(c.NextAfter(leader, 1))
		require.False(t, ok, "a follower takes nothing")

		p, ok := c.Start(leader)
		require.True(t, ok)
		c.CheckApplied(p, 3)

		c.Disconnect(leader)
		lost, ok := c.Start(leader)
		require.True(t, ok)
		c.CheckNotApplied(lost, time.Second)
		c.CheckOneLeader(c.Others(leader)...)
		c.Commit(2)
		require.False(t, c.WaitApplied(lost, 1, time.Minute), "another command took its place")
		c.Connect(leader)

		taken := c.StartMany(c.CheckOneLeader(), 5)
		require.Len(t, taken, 5)
		require.Equal(t, taken[0].Index+4, taken[4].Index)
	})
}

func TestCheckNotAppliedFails(t *testing.T) {
	require.Regexp(t, `the command that replica 0 took at index 1 in term \d was applied, but no quorum could have agreed to it`,
		fails(t, QuorumRequired, func(c *Cluster) {
			p, _ := c.Start(0)
			c.CheckNotApplied(p, time.Second)
		}))
}

func TestLeaderChecks(t *testing.T) {
	require.Regexp(t, `replica 1 says it leads term \d, but only \[1 2\] of 3 replicas `,
		fails(t, QuorumRequired, func(c *Cluster) {
			c.Go(func() {
				c.Sleep(time.Second)
				c.Crash(0)
			})
			c.CheckNoLeader(1, 2)
		}))
	a := live(t, func(c *Cluster) { c.CheckNoLeader() })
	require.Nil(t, a.Failure, "it led before: %v", a.Failure)
	passes(t, func(c *Cluster) {
		leader := c.CheckOneLeader()
		require.True(t, c.IsLeader(leader))
		require.Equal(t, c.Term(leader), c.CheckTerms())
		c.Crash(c.Others(leader)...)
		c.CheckOneLeader() // which does not know
		c.Crash(leader)
		c.CheckNoLeader()
	})
}

func TestLeaderStaysOrResigns(t *testing.T) {
	require.Regexp(t, `^replica 1, which led term \d, no longer does when replica 2 came$`, fails(t, Progress, func(c *Cluster) {
		term := c.Term(0)
		c.CheckStays(0, term, "when nothing happened")
		c.CheckStays(1, term, "when replica %d came", 2)
	}))
	require.Regexp(t, `^replica 0 still leads term \d, 10s after it lost replica 2$`, fails(t, Progress, func(c *Cluster) {
		c.CheckResigns(1, c.Term(1), "it never led")
		c.CheckResigns(0, c.Term(0)-1, "it led an earlier term")
		c.CheckResigns(0, c.Term(0), "it lost replica %d", 2)
	}))
}

func TestCrashKeepsWhatWasSaved(t *testing.T) {
	passes(t, func(c *Cluster) {
		index := c.Commit(3)
		c.CrashAll()
		for i := range c.Size() {
			require.False(t, c.IsUp(i))
			require.False(t, c.Connected(i))
			require.Zero(t, c.Applied(i))
			require.Positive(t, c.RaftStateSize(i))
		}
		c.RestartAll()
		require.Equal(t, index+1, c.Commit(3))
	})
}

func TestCrashPointOfAReplica(t *testing.T) {
	passes(t, func(c *Cluster) {
		leader := c.CheckOneLeader()
		size := c.RaftStateSize(leader)
		c.CrashBeforeSave(leader, 1)
		c.Start(leader)
		require.False(t, c.IsUp(leader))
		require.Equal(t, size, c.RaftStateSize(leader), "the save was lost")

		c.Restart(leader)
		leader = c.CheckOneLeader()
		size = c.RaftStateSize(leader)
		c.CrashAfterSave(leader, 2)
		c.Start(leader)
		require.True(t, c.IsUp(leader))
		c.Start(leader)
		require.False(t, c.IsUp(leader))
		require.Greater(t, c.RaftStateSize(leader), size, "the save was kept")
	})
}

func TestNetworkFaults(t *testing.T) {
	passes(t, func(c *Cluster) {
		leader := c.CheckOneLeader()
		other := c.NextAfter(leader, 1)
		delivered := func() (n int) {
			for _, e := range c.net.Trace().Events() {
				if e.Kind == labrpc.EventDeliver && e.From == leader && e.To == other && !e.Reply {
					n++
				}
			}
			return n
		}
		quiet := func(text string) {
			t.Helper()
			c.Sleep(time.Millisecond)
			before := delivered()
			c.Sleep(200 * time.Millisecond)
			require.Equal(t, before, delivered(), text)
		}
		c.CutLink(leader, other)
		quiet("cut")
		c.MendLink(leader, other)
		before := delivered()
		c.Sleep(200 * time.Millisecond)
		require.Greater(t, delivered(), before, "mended")

		leader = c.CheckOneLeader()
		other = c.NextAfter(leader, 1)
		c.HoldLink(leader, other)
		quiet("held")
		before = delivered()
		c.ReleaseLink(leader, other)
		c.Sleep(10 * time.Millisecond)
		require.Greater(t, delivered(), before, "what waited arrives")

		c.Partition([]int{0, 1}, []int{2})
		leader, other = 0, 2
		quiet("partitioned")
		require.True(t, c.Connected(2), "Partition is not Disconnect")
		c.Disconnect(1)
		require.False(t, c.Connected(1))
		leader, other = 0, 1
		quiet("disconnected")
		c.Heal()
		require.True(t, c.Connected(1))
		c.Commit(3)
	})
}

func TestPauseAndSlowStorage(t *testing.T) {
	passes(t, func(c *Cluster) {
		leader := c.CheckOneLeader()
		c.Pause(leader, time.Second)
		p, ok := c.Start(leader)
		require.True(t, ok, "it goes on, as far as it knows")
		c.Sleep(900 * time.Millisecond)
		require.NotEqual(t, leader, c.CheckOneLeader(c.Others(leader)...))
		_, applied := c.ledger.committed(p.Index)
		require.False(t, applied)
	})
	wait := func(slow time.Duration) (took time.Duration) {
		passes(t, func(c *Cluster) {
			c.Commit(3)
			leader := c.CheckOneLeader()
			for i := range c.Size() {
				c.SlowStorage(i, slow)
			}
			begin := c.Now()
			p, _ := c.Start(leader)
			c.CheckApplied(p, 1)
			took = c.Now() - begin
		})
		return took
	}
	require.Greater(t, wait(250*time.Millisecond), 10*time.Millisecond+wait(0))
}

func TestSlowService(t *testing.T) {
	passes(t, func(c *Cluster) {
		c.Commit(3)
		c.SlowService(2, 300*time.Millisecond)
		begin := c.Now()
		index := c.Commit(2)
		require.Less(t, c.Now()-begin, 300*time.Millisecond)
		require.Less(t, c.Applied(2), index)
		c.Sleep(400 * time.Millisecond)
		require.Equal(t, index, c.Applied(2))
	})
}

func TestRealtime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as it says")
	}
	realtime := func(story func(c *Cluster)) *Account {
		p := plan(puppetry())
		p.Realtime = true
		return Live(t, p, story)
	}
	begin := time.Now()
	a := realtime(func(c *Cluster) { c.Sleep(100 * time.Millisecond) })
	require.Nil(t, a.Failure, "%v", a.Failure)
	require.Greater(t, time.Since(begin), 100*time.Millisecond)
	require.Greater(t, a.Virtual, 100*time.Millisecond)

	a = realtime(func(c *Cluster) { c.Check(false, "no") })
	require.Equal(t, Claim, a.Failure.Property)
}
