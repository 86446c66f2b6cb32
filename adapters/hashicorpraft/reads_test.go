package hashicorpraft

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
)

func TestReadIndexIsOneThatTheServiceComesTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTrio(t)
		defer c.kill()
		leader := c.leader(t)
		time.Sleep(time.Second)
		index, ok := c.rafts[leader].ReadIndex()
		require.True(t, ok)
		require.Zero(t, index, "the log has Env.Members and the first entry of a term")

		started, _, _ := c.rafts[leader].Start("command")
		time.Sleep(time.Second)
		index, ok = c.rafts[leader].ReadIndex()
		require.True(t, ok)
		require.Equal(t, started, index)
		_, ok = c.rafts[(leader+1)%3].ReadIndex()
		require.False(t, ok, "of a follower")

		c.rafts[leader].Kill()
		next := leader
		for next == leader {
			time.Sleep(10 * time.Millisecond)
			for i := range 3 {
				if _, leads := c.rafts[i].GetState(); leads && i != leader {
					next = i
				}
			}
		}
		time.Sleep(time.Second)
		index, ok = c.rafts[next].ReadIndex()
		require.True(t, ok)
		require.Equal(t, started, index, "the entry behind it is the first of a term")
	})
}

func TestReadIndexNeedsAQuorum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTrio(t)
		defer c.kill()
		leader := c.leader(t)
		time.Sleep(time.Second)
		c.net.SetConditions(labrpc.Conditions{Loss: 1})
		begin := time.Now()
		_, ok := c.rafts[leader].ReadIndex()
		require.False(t, ok)
		require.LessOrEqual(t, time.Since(begin), readPatience)
	})
}

func TestKillAnswersReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTrio(t)
		leader := c.leader(t)
		time.Sleep(time.Second)
		c.disks[leader].takes.Store(int64(time.Second))
		c.rafts[leader].Start("has the library wait for its disk")
		answered := make(chan bool, 1)
		go func() {
			_, ok := c.rafts[leader].ReadIndex()
			answered <- ok
		}()
		synctest.Wait()
		c.kill()
		require.False(t, <-answered)
		_, ok := c.rafts[leader].ReadIndex()
		require.False(t, ok)
	})
}

func TestWhatIsDeliveredUpToACommitIndex(t *testing.T) {
	var log records
	for _, e := range []raft.Log{
		{Index: 1, Term: 1, Type: raft.LogConfiguration},
		{Index: 2, Term: 2, Type: raft.LogNoop},
		{Index: 3, Term: 2, Type: raft.LogCommand},
		{Index: 4, Term: 2, Type: raft.LogConfiguration},
		{Index: 5, Term: 3, Type: raft.LogNoop},
		{Index: 6, Term: 3, Type: raft.LogNoop},
	} {
		log = log.put(&e)
	}
	whole := state{log: log}
	compacted := state{log: log.remove(1, 4), meta: &raft.SnapshotMeta{Index: 4, Term: 2}, snapshot: snapshot{index: 3}}
	trailing := compacted
	trailing.log = log
	torn := state{log: log.remove(4, 5)}
	for _, test := range []struct {
		name        string
		state       state
		commit      uint64
		index, term uint64
	}{
		{"nothing", state{}, 0, 0, 0},
		{"what the cluster began with", whole, 1, 0, 0},
		{"the first entry of a term", whole, 2, 0, 2},
		{"a command", whole, 3, 3, 2},
		{"a configuration", whole, 4, 4, 2},
		{"behind a configuration", whole, 6, 4, 3},
		{"in the snapshot", compacted, 4, 3, 2},
		{"behind the snapshot", compacted, 6, 3, 3},
		{"behind a snapshot with trailing entries", trailing, 6, 3, 3},
		{"behind a gap", torn, 6, 0, 0},
	} {
		index, term := test.state.deliveredUpTo(test.commit)
		require.Equal(t, test.index, index, test.name)
		require.Equal(t, test.term, term, test.name)
	}
}
