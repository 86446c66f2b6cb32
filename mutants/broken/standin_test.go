package broken

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
	standinsync "github.com/raftcheck/raftcheck/standin/sync"
	standintime "github.com/raftcheck/raftcheck/standin/time"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// backlog has deliveries wait for a slow service.
var backlog = story("Backlog", func(c *world.Cluster) {
	leader := c.CheckOneLeader()
	c.SlowService(leader, 50*time.Millisecond)
	c.StartMany(leader, 8)
	c.Commit(c.Size())
})

// TestStandInsAcquit judges replicas that are correct on a real clock, with
// packages sync and time, and with the stand-ins for them.
func TestStandInsAcquit(t *testing.T) {
	judged := func(t *testing.T, sc harness.Scenario, broken func(raftiface.Env) breakage) *world.Failure {
		enough.Store(false)
		defer enough.Store(true)
		patience(t, "300ms")
		r, _ := harness.RunSeed(t, implementation(broken), "broken", sc, 1)
		return r.Failure
	}
	t.Run("sends one after the other", func(t *testing.T) {
		f := judged(t, backlog, serialised(func() sync.Locker { return new(sync.Mutex) }))
		require.NotNil(t, f)
		require.Equal(t, world.ContractWaiting, f.Property, "%v", f)
		require.Regexp(t, `a mutex is held by a goroutine that waits`, f)
		require.Nil(t, judged(t, backlog, serialised(func() sync.Locker { return new(standinsync.Mutex) })))
		require.Nil(t, judged(t, backlog, serialised(func() sync.Locker { return new(standinsync.RWMutex) })))
	})
	t.Run("looks until a deadline has passed", func(t *testing.T) {
		f := judged(t, commits, untilDeadlines(time.Sleep))
		require.NotNil(t, f)
		require.Equal(t, world.ContractWaiting, f.Property, "%v", f)
		require.Regexp(t, `a goroutine spins`, f)
		require.Nil(t, judged(t, commits, untilDeadlines(standintime.Sleep)))
	})
}

// serialised has a mutex for sends, which another goroutine needs, but no method
// of the Raft.
func serialised(newMutex func() sync.Locker) func(raftiface.Env) breakage {
	return func(env raftiface.Env) breakage {
		mu, sent := newMutex(), 0
		return breakage{
			deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
				mu.Lock()
				defer mu.Unlock()
				send(msg)
				sent++
			},
			run: func(r *Raft) {
				for !r.isKilled() {
					time.Sleep(10 * time.Millisecond)
					mu.Lock()
					env.Logf("%d sent", sent)
					mu.Unlock()
				}
			},
		}
	}
}

// untilDeadlines does something whenever a deadline has passed.
func untilDeadlines(sleep func(time.Duration)) func(raftiface.Env) breakage {
	run := func(r *Raft) {
		deadline := time.Now().Add(time.Second)
		for !r.isKilled() && !enough.Load() {
			if deadline.Before(time.Now()) {
				r.GetState()
				deadline = time.Now().Add(time.Second)
			} else if deadline.After(time.Now()) {
				sleep(time.Until(deadline))
			}
		}
	}
	return func(raftiface.Env) breakage { return breakage{run: run} }
}

func (r *Raft) isKilled() bool {
	select {
	case <-r.killed:
		return true
	default:
		return false
	}
}

// crosswise takes two locks in this order or in that.
func crosswise() breakage {
	var log, state standinsync.Mutex
	return breakage{
		start: func(r *Raft, command any) (index, term int, isLeader bool) {
			log.Lock()
			defer log.Unlock()
			time.Sleep(20 * time.Millisecond)
			state.Lock()
			defer state.Unlock()
			return r.Raft.Start(command)
		},
		state: func(r *Raft) (term int, isLeader bool) {
			state.Lock()
			defer state.Unlock()
			time.Sleep(20 * time.Millisecond)
			log.Lock()
			defer log.Unlock()
			return r.Raft.GetState()
		},
	}
}
