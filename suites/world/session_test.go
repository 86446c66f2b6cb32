package world

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestSessionIsAnsweredAsTheFirstTime(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		s := c.NewSession()
		leader := c.CheckOneLeader()
		require.True(t, s.AppendUnheard(leader, "x", "a"))
		require.True(t, s.RetryUnheard(leader))
		c.Commit(3)
		_, ok := c.NewClient().Append("x", "b")
		require.True(t, ok)
		output, ok := s.Retry()
		require.True(t, ok)
		require.Equal(t, checker.Output{Value: "a"}, output)
		output, ok = s.Append("x", "c")
		require.True(t, ok)
		require.Equal(t, checker.Output{Value: "abc", Found: true}, output)
	})
	require.Equal(t, []checker.Outcome{checker.Done, checker.Done, checker.Done, checker.Done}, fates(a, "x"),
		"one operation, however often it was asked for, and the last read")
	first := a.History[0]
	require.Equal(t, 1, first.Index, "where it took effect, not where it was answered")
}

func TestSessionThatGivesUp(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		old := c.CheckOneLeader()
		s := c.NewSession()
		require.False(t, s.AppendUnheard(c.NextAfter(old, 1), "never", "a"), "it does not lead")
		require.True(t, s.AppendUnheard(old, "unheard", "a"), "the one before is given up")
		c.Commit(3)

		c.Disconnect(old)
		require.True(t, s.AppendUnheard(old, "lost", "a"))
		require.True(t, s.RetryUnheard(old))
		c.CheckOneLeader(c.Others(old)...)
		c.Commit(2)
		c.Commit(2)
		c.Connect(old)
		c.Commit(3)
	})
	require.Equal(t, checker.NeverHappened, fates(a, "never")[0])
	require.Equal(t, checker.Unknown, fates(a, "unheard")[0])
	require.Equal(t, checker.NeverHappened, fates(a, "lost")[0], "other commands are at both indexes")
	for _, op := range a.History {
		if op.Input.Key == "unheard" && op.Input.Kind == checker.Append {
			require.Equal(t, 1, op.Index, "the log shows that it took effect")
		}
	}
}

// A session that lost one of its commands and has another one under way does
// not know what becomes of its operation.
func TestSessionWithOneLostCommand(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		c.Commit(3)
		old := c.CheckOneLeader()
		s := c.NewSession()
		c.Disconnect(old)
		require.True(t, s.AppendUnheard(old, "x", "a"))
		next := c.CheckOneLeader(c.Others(old)...)
		c.Commit(2)
		c.Connect(old)
		c.Commit(3)
		require.True(t, s.RetryUnheard(next))
		c.Commit(3)
	})
	op := a.History[1]
	require.Equal(t, "x", op.Input.Key)
	require.Equal(t, checker.Unknown, op.Outcome)
	require.Equal(t, 4, op.Index, "behind two commands of the story")
}

func TestRetryOfNothing(t *testing.T) {
	text := fails(t, Harness, func(c *Cluster) { c.NewSession().Retry() })
	require.Contains(t, text, "the story calls Retry of a session that has had all its answers")
}

func TestStartSessions(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		c.StartSessions(3, 2)
		for range 3 {
			c.Sleep(2 * time.Second)
			leader := c.CheckOneLeader()
			c.Disconnect(leader)
			c.Sleep(2 * time.Second)
			c.Connect(leader)
		}
		c.StopClients()
	})
	clients := map[int]int{}
	for _, op := range a.History {
		if op.Client != storyClient {
			require.Equal(t, checker.Done, op.Outcome, "it asks until it is answered")
			clients[op.Client]++
		}
	}
	require.Len(t, clients, 3+1, "and the last reader")
}
