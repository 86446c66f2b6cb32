package world

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
)

// once is a Raft whose Kill does what most do: it closes a channel.
type once struct {
	raftiface.Raft
	raftiface.Snapshotter
	stop   chan struct{}
	killed atomic.Bool
}

func (r *once) RPCReceiver() any { return r.Raft }

func (r *once) Kill() {
	close(r.stop)
	r.killed.Store(true)
	r.Raft.Kill()
}

// A Raft is killed once, whatever becomes of its replica: it crashes by a verb, at
// a crash point, while it is made, and in the end.
func TestKillIsCalledOnce(t *testing.T) {
	var mu sync.Mutex
	var all []*once
	impl := raft.Implementation()
	makeRaft := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		r, err := makeRaft(env)
		if err != nil {
			return nil, err
		}
		if len(env.Persister.ReadRaftState()) > 0 {
			env.Persister.Save(env.Persister.ReadRaftState(), env.Persister.ReadSnapshot())
		}
		mu.Lock()
		defer mu.Unlock()
		all = append(all, &once{Raft: r, Snapshotter: r.(raftiface.Snapshotter), stop: make(chan struct{})})
		return all[len(all)-1], nil
	}
	a := Live(t, plan(impl), func(c *Cluster) {
		c.Commit(3)
		c.Crash(0)
		c.Restart(0)
		c.CrashBeforeSave(1, 1)
		c.Commit(2)
		c.RestartAll()
		c.CrashAfterSave(2, 1)
		c.Commit(2)
		c.RestartAll()
		c.Crash(1)
		c.replicas[1].storage.arm(1, true, func() { c.replicas[1].instance.Load().crash() })
		c.replicas[1].boot(c.ground) // it saves while it is made
		require.False(t, c.IsUp(1))
		c.Commit(2)
	})
	require.Nil(t, a.Failure, "%v", a.Failure)
	require.Greater(t, len(all), 6)
	for _, r := range all {
		require.True(t, r.killed.Load(), "nobody is forgotten")
	}
}
