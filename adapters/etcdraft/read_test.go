package etcdraft

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReadIndex(t *testing.T) {
	for _, replicas := range []int{1, 3} {
		inCluster(t, replicas, func(w *cluster) {
			leader := w.leader()
			index, ok := leader.ReadIndex()
			require.True(t, ok)
			require.Zero(t, index, "no service ever comes to the index of the leader's empty entry")

			last := 0
			for i := range 9 {
				last = w.start(leader, i)
			}
			w.net.Sleep(time.Second)
			index, ok = leader.ReadIndex()
			require.True(t, ok)
			require.Equal(t, last, index)
			for _, r := range w.rafts {
				if r != leader {
					_, ok = r.ReadIndex()
					require.False(t, ok, "a follower answered a read")
				}
			}
		})
	}
}

func TestReadIndexAfterRestart(t *testing.T) {
	inCluster(t, 1, func(w *cluster) {
		leader := w.leader()
		for i := range 9 {
			w.start(leader, i)
		}
		leader.Snapshot(10, []byte("up to 10"))
		w.crash(0)
		w.boot(0)
		index, ok := w.leader().ReadIndex()
		require.True(t, ok)
		require.Equal(t, 10, index, "the service restores itself from the snapshot")
	})
}

// A leader that is cut off still believes in itself, but cannot answer.
func TestReadIndexWithoutQuorum(t *testing.T) {
	inCluster(t, 3, func(w *cluster) {
		leader := w.leader()
		for i := range w.rafts {
			if i != w.me(leader) {
				w.net.Link(w.me(leader), i).Cut()
				w.net.Link(i, w.me(leader)).Cut()
			}
		}
		begin := w.net.Now()
		_, ok := leader.ReadIndex()
		require.False(t, ok)
		require.InDelta(t, readPatience, w.net.Now()-begin, float64(time.Millisecond))
		leader.do(func() { require.Empty(t, leader.reads.waiting) })
		_, leads := leader.GetState()
		require.True(t, leads)
	})
}

func TestReadIndexOfKilledLeader(t *testing.T) {
	inCluster(t, 3, func(w *cluster) {
		leader := w.leader()
		for i := range w.rafts {
			w.net.Link(i, w.me(leader)).Cut()
		}
		w.net.After(100*time.Millisecond, leader.Kill)
		begin := w.net.Now()
		_, ok := leader.ReadIndex()
		require.False(t, ok)
		require.Less(t, w.net.Now()-begin, 200*time.Millisecond)
	})
}
