package world

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
)

// fates returns the outcomes of the operations on a key.
func fates(a *Account, key string) (all []checker.Outcome) {
	for _, op := range a.History {
		if op.Input.Key == key {
			all = append(all, op.Outcome)
		}
	}
	return all
}

func TestClientLearnsResults(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		client := c.NewClient()
		output, ok := client.Get("x")
		require.True(t, ok)
		require.Equal(t, checker.Output{}, output)
		require.True(t, client.Put("x", "a"))
		output, ok = client.Append("x", "b")
		require.True(t, ok)
		require.Equal(t, checker.Output{Value: "ab", Found: true}, output)
		output, ok = client.CompareAndSet("x", "ab", "c")
		require.True(t, ok)
		require.True(t, output.Swapped)
		output, ok = client.GetFrom(c.CheckOneLeader(), "x")
		require.True(t, ok)
		require.Equal(t, "c", output.Value)
	})
	for _, op := range a.History {
		require.Equal(t, checker.Done, op.Outcome)
		require.Positive(t, op.Index, "what is known of the log is in the history")
		require.Greater(t, op.Return, op.Call)
	}
}

func TestOperationsOfAClientDoNotTouch(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		client := c.NewClient()
		for range 10 {
			client.Put("x", "a")
		}
	})
	for i := range 9 {
		require.Greater(t, a.History[i+1].Call, a.History[i].Return, "else they would count as concurrent")
	}
}

func TestRefusedOperationNeverHappened(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		require.False(t, c.NewClient().PutTo(c.NextAfter(c.CheckOneLeader(), 1), "x", "a"))
	})
	require.Equal(t, checker.NeverHappened, fates(a, "x")[0])
}

func TestOperationOfADeposedLeader(t *testing.T) {
	var during, after checker.Outcome
	a := passes(t, func(c *Cluster) {
		c.Commit(3)
		old := c.CheckOneLeader()
		c.Disconnect(old)
		require.False(t, c.NewClient().PutTo(old, "x", "lost"))
		during = c.recorder.History()[1].Outcome
		c.CheckOneLeader(c.Others(old)...)
		c.Commit(2)
		c.Connect(old)
		c.Commit(3)
	})
	after = fates(a, "x")[0]
	require.Equal(t, checker.Unknown, during, "the client gave up waiting")
	require.Equal(t, checker.NeverHappened, after, "another command is at its index")
}

func TestOperationOfACrashedLeader(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		c.Commit(3)
		leader := c.CheckOneLeader()
		c.SetNetwork(labrpc.Conditions{Delay: 20 * time.Millisecond})
		c.Go(func() { require.False(t, c.NewClient().PutTo(leader, "x", "saved")) })
		c.Sleep(10 * time.Millisecond)
		c.Crash(leader)
		c.Sleep(10 * time.Millisecond)
		require.Equal(t, checker.Unknown, c.recorder.History()[1].Outcome)
		c.SetNetwork(labrpc.Reliable)
		c.Restart(leader)
		c.Commit(3)
	})
	op := a.History[1]
	require.Equal(t, "x", op.Input.Key)
	require.Equal(t, checker.Unknown, op.Outcome, "its client did not see it")
	require.Equal(t, 2, op.Index, "but the log shows that it took effect")
}

func TestClientLeavesALeaderThatIsCutOff(t *testing.T) {
	passes(t, func(c *Cluster) {
		client := c.NewClient()
		require.True(t, client.Put("x", "a"))
		old := c.CheckOneLeader()
		require.Equal(t, old, client.target)
		c.Disconnect(old)
		c.CheckOneLeader(c.Others(old)...)
		require.False(t, client.Put("x", "b"), "unknown")
		require.True(t, client.Put("x", "c"), "another one leads")
	})
}

func TestStartClients(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		c.StartClients(3, 2)
		c.Sleep(2 * time.Second)
		c.StopClients()
		n := len(c.recorder.History())
		c.Sleep(time.Second)
		require.Len(t, c.recorder.History(), n, "they have stopped")
	})
	clients, kinds := map[int]bool{}, map[checker.Kind]bool{}
	for _, op := range a.History {
		clients[op.Client] = true
		kinds[op.Input.Kind] = true
	}
	require.GreaterOrEqual(t, len(clients), 3+2, "three clients, the story and its last reader")
	require.Len(t, kinds, 4)
	require.Greater(t, a.Check.Operations, 50)
}

func TestSettleReadsEveryKey(t *testing.T) {
	a := passes(t, func(c *Cluster) { c.NewClient().Put("x", "a") })
	all := fates(a, "x")
	require.Len(t, all, 2, "the write, and a read at the end")
	require.Equal(t, checker.Get, a.History[len(a.History)-1].Input.Kind)
}

func TestGoIsDeterministic(t *testing.T) {
	story := func(c *Cluster) {
		for i := range 5 {
			c.Go(func() {
				for range 1000 * rand.IntN(2) { // the scheduler has its way
					runtime.Gosched()
				}
				for range 5 {
					c.CommitValue(strings.Repeat("v", i+1), 2)
				}
			})
		}
		c.Sleep(time.Second)
		leader := c.CheckOneLeader()
		c.Crash(leader)
		c.Sleep(time.Second)
		c.Restart(leader)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	first := passes(t, story)
	for i := range 6 {
		runtime.GOMAXPROCS(1 + i)
		again := passes(t, story)
		require.Equal(t, first.Trace.Hash(), again.Trace.Hash())
	}
}

func TestAnotherCommandAtTheIndexIsNoAnswer(t *testing.T) {
	a := passes(t, func(c *Cluster) {
		c.Commit(3)
		old := c.CheckOneLeader()
		term := c.Term(old)
		c.Disconnect(old)
		c.CheckLeaderAfter(term, c.Others(old)...)
		c.Go(func() { c.NewClient().PutTo(old, "x", "lost") })
		c.Sleep(10 * time.Millisecond)
		c.Commit(2)
		c.Connect(old)
		c.Commit(3)
	})
	op := a.History[1]
	require.Equal(t, "x", op.Input.Key)
	require.Equal(t, checker.NeverHappened, op.Outcome)
	require.Positive(t, op.Return, "its client learned it")
	require.Less(t, op.Return, clientPatience, "before it gave up")
}
