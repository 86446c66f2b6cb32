package world

import (
	gosync "sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/standin/sync"
)

// stalled returns how long each of two places takes to lock, at so many instants,
// by as many goroutines as there are.
func stalled(t *testing.T, seed uint64, n, instants, goroutines int) (took [][2]time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		net := labrpc.New(labrpc.Config{Replicas: 1, Seed: seed})
		defer net.Close()
		s := newStalls(net, seed)
		s.set(n, time.Hour)
		defer s.end()
		for range instants {
			net.Sleep(time.Second)
			var all [2]gosync.Map
			for range goroutines {
				go func() {
					var m sync.Mutex
					begin := net.Now()
					m.Lock()
					all[0].Store(net.Now()-begin, true)
				}()
				go func() {
					var m sync.RWMutex
					begin := net.Now()
					m.RLock()
					all[1].Store(net.Now()-begin, true)
				}()
			}
			net.Sleep(2 * mostStall)
			var each [2]time.Duration
			for i := range all {
				different := 0
				all[i].Range(func(d, _ any) bool { different++; each[i] = d.(time.Duration); return true })
				require.Equal(t, 1, different, "all that come to a place at one instant stall alike")
			}
			took = append(took, each)
		}
	})
	return took
}

func TestStallsFollowFromTheSeed(t *testing.T) {
	var took [][][2]time.Duration
	for _, seed := range []uint64{1, 1, 2} { // one call: where it is inlined, its locks have places of their own
		took = append(took, stalled(t, seed, 4, 200, 3))
	}
	first := took[0]
	require.Equal(t, first, took[1])
	require.NotEqual(t, first, took[2])
	stalls, alike := 0, 0
	for _, each := range first {
		for _, d := range each {
			if d == 0 {
				continue
			}
			stalls++
			require.GreaterOrEqual(t, d, time.Millisecond)
			require.Less(t, d, mostStall+time.Millisecond)
			require.Less(t, d%time.Millisecond, time.Microsecond, "a replica keeps its place within the millisecond, or finds the next free one")
		}
		if each[0] > 0 && each[0] == each[1] {
			alike++
		}
	}
	require.InDelta(t, 100, stalls, 30, "one lock in four of 400")
	require.Less(t, alike, 5, "two places stall apart")
}

// TestStallsEndWithTheirTime has locks stall for a while, and then for no time.
func TestStallsEndWithTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := labrpc.New(labrpc.Config{Replicas: 1})
		defer net.Close()
		s := newStalls(net, 1)
		var m sync.Mutex
		takes := func() bool {
			begin := net.Now()
			m.Lock()
			defer m.Unlock()
			return net.Now() > begin
		}
		s.set(1, time.Second)
		require.True(t, takes())
		net.Sleep(time.Second)
		require.False(t, takes(), "the time is over")
		s.set(1, time.Hour)
		require.True(t, takes())
		s.set(1, 0)
		require.False(t, takes(), "there is no time")
		s.set(1, time.Hour)
		s.end()
		require.False(t, takes(), "they were ended")
	})
}

// TestStallsEndWithTheFaults has a story in which every lock stalls to its end.
func TestStallsEndWithTheFaults(t *testing.T) {
	var m sync.Mutex
	during, after := false, false
	stalls := func(c *Cluster) bool {
		begin := c.Now()
		m.Lock()
		defer m.Unlock()
		return c.Now() > begin
	}
	var cluster *Cluster
	impl := puppetry()
	make := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		if cluster != nil {
			after = after || stalls(cluster)
		}
		return make(env)
	}
	a := Live(t, plan(impl), func(c *Cluster) {
		c.StallLocks(1, time.Hour)
		during = stalls(c)
		c.Crash(1)
		cluster = c
	})
	require.Nil(t, a.Failure)
	require.True(t, during)
	require.False(t, after, "the replica that comes back in the end")
	require.Equal(t, "one lock in 1 stalls for up to 400ms, for 1h0m0s", a.Faults[0].Text)
}

// sleepy is a puppet whose GetState takes twenty seconds.
type sleepy struct{ *puppet }

func (p sleepy) GetState() (term int, isLeader bool) {
	time.Sleep(20 * time.Second)
	return p.puppet.GetState()
}

// TestCallsTakeLongerWhereLocksStall waits longer for what queues behind stalls.
func TestCallsTakeLongerWhereLocksStall(t *testing.T) {
	impl := puppetry()
	start := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		r, err := start(env)
		return sleepy{r.(*puppet)}, err
	}
	for _, stall := range []bool{true, false} {
		a := Live(t, plan(impl), func(c *Cluster) {
			if stall {
				c.StallLocks(1_000_000, time.Hour)
			}
			c.Sleep(time.Minute)
			c.fail(Claim, "the story came to its end")
		})
		require.NotNil(t, a.Failure)
		if stall {
			require.Equal(t, Claim, a.Failure.Property, "%v", a.Failure)
		} else {
			require.Equal(t, ContractWaiting, a.Failure.Property)
			require.Contains(t, a.Failure.Facts[0], "has not returned 5s later; it must return at once")
		}
	}
}
