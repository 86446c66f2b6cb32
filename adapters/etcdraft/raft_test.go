package etcdraft

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// A new leader's empty entry is the first of the log, so commands begin at 2.
func TestStartReturnsTheIndex(t *testing.T) {
	for _, replicas := range []int{1, 3, 5} {
		inCluster(t, replicas, func(w *cluster) {
			leader := w.leader()
			want := map[int]any{}
			for i := range 20 {
				require.Equal(t, 2+i, w.start(leader, i), "of several calls at one instant")
				want[2+i] = i
			}
			for i := range replicas {
				require.Equal(t, want, w.commands(i))
			}
		})
	}
}

func TestStartOnFollower(t *testing.T) {
	inCluster(t, 3, func(w *cluster) {
		leader := w.leader()
		for _, r := range w.rafts {
			if r != leader {
				_, _, ok := r.Start("x")
				require.False(t, ok)
			}
		}
		for i := range 3 {
			require.Empty(t, w.commands(i), "a follower forwarded a command")
		}
	})
}

// A leader that is cut off takes commands and returns at once, and the next
// leader's win.
func TestStartOnDeposedLeader(t *testing.T) {
	inCluster(t, 3, func(w *cluster) {
		old := w.leader()
		me := w.me(old)
		w.crash(me)
		require.NotSame(t, old, w.leaderBut(old))
		_, _, ok := old.Start("lost")
		require.False(t, ok, "a killed leader took a command")
		w.start(w.leaderBut(old), "kept")
		w.boot(me)
		require.Equal(t, map[int]any{3: "kept"}, w.commands(me))
	})
}

func TestRestart(t *testing.T) {
	inCluster(t, 3, func(w *cluster) {
		leader := w.leader()
		for i := range 9 {
			w.start(leader, i)
		}
		w.net.Sleep(time.Second)
		for _, r := range w.rafts {
			r.Snapshot(6, []byte("up to 6"))
		}
		before, _ := leader.GetState()

		for i := range 3 {
			w.crash(i)
		}
		for i := range 3 {
			require.Equal(t, []byte("up to 6"), w.disks[i].ReadSnapshot())
			w.boot(i)
			term, leads := w.rafts[i].GetState()
			require.GreaterOrEqual(t, term, before)
			require.False(t, leads)
		}
		require.Equal(t, 12, w.start(w.leader(), "new"), "ten entries were saved, and the new leader has its own")
		for i := range 3 {
			require.Equal(t, map[int]any{7: 5, 8: 6, 9: 7, 10: 8, 12: "new"}, w.commands(i))
		}
	})
}

// A replica that lacks what all others have dropped gets the snapshot, though
// most copies of it are lost.
func TestSnapshotForFollower(t *testing.T) {
	inCluster(t, 3, func(w *cluster) {
		leader := w.leader()
		behind := (w.me(leader) + 1) % 3
		w.crash(behind)
		for i := range 9 {
			w.start(leader, i)
		}
		w.net.Sleep(time.Second)
		for i, r := range w.rafts {
			if i != behind {
				r.Snapshot(8, []byte("up to 8"))
			}
		}

		w.net.SetConditions(labrpc.Conditions{Delay: time.Millisecond, Loss: 0.6})
		w.boot(behind)
		w.net.Sleep(10 * time.Second)
		w.net.SetConditions(labrpc.Reliable)
		require.Equal(t, map[int]any{9: 7, 10: 8}, w.commands(behind))
		require.Equal(t, raftiface.ApplyMsg{SnapshotValid: true, Snapshot: []byte("up to 8"), SnapshotIndex: 8, SnapshotTerm: 1,
			Membership: raftiface.Everybody(3)},
			w.messages(behind)[0])
		require.Equal(t, []byte("up to 8"), w.disks[behind].ReadSnapshot())
	})
}

func TestSnapshotThatIsOld(t *testing.T) {
	inCluster(t, 1, func(w *cluster) {
		leader := w.leader()
		for i := range 9 {
			w.start(leader, i)
		}
		leader.Snapshot(8, []byte("up to 8"))
		leader.Snapshot(8, []byte("again"))
		leader.Snapshot(5, []byte("up to 5"))
		require.Equal(t, []byte("up to 8"), w.disks[0].ReadSnapshot())
	})
}

// The bubble fails a test in which a goroutine is left.
func TestKillLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		applyCh := make(chan raftiface.ApplyMsg) // nobody receives
		r, err := newRaft(raftiface.Env{Peers: make([]raftiface.Peer, 1), Members: raftiface.Everybody(1), Persister: new(memory),
			ApplyCh: applyCh, Logf: func(string, ...any) {}}, variant{})
		require.NoError(t, err)
		time.Sleep(time.Second)
		index, term, ok := r.Start("x")
		require.Equal(t, []any{2, 1, true}, []any{index, term, ok})
		time.Sleep(time.Second)

		r.Kill()
		r.Kill()
		synctest.Wait()
		_, _, ok = r.Start("y")
		require.False(t, ok)
		term, _ = r.GetState()
		require.Equal(t, 1, term)
		_, ok = r.ReadIndex()
		require.False(t, ok)
		r.Snapshot(2, nil)
		r.Step(&Message{})
	})
}
