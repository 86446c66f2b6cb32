package etcdraft

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"

	"github.com/raftcheck/raftcheck/raftiface"
)

// change takes the cluster to another configuration, within ten seconds.
func (w *cluster) change(to raftiface.Membership) {
	w.Helper()
	for range 100 {
		for i, r := range w.rafts {
			if r.ChangeMembership(to); to.Has(i) && w.holds(i).Equal(to) {
				return
			}
		}
		w.net.Sleep(100 * time.Millisecond)
	}
	require.FailNow(w, "the configuration does not come", "%v", to)
}

// holds returns the configuration that a replica has applied.
func (w *cluster) holds(i int) (m raftiface.Membership) {
	r := w.rafts[i]
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.disk.membership()
}

// configurations returns the configurations among a replica's messages, in order.
func (w *cluster) configurations(i int) (all []raftiface.Membership) {
	for _, msg := range w.messages(i) {
		if msg.MembershipValid {
			all = append(all, msg.Membership)
		}
	}
	return all
}

func voters(replicas ...int) raftiface.Membership { return raftiface.Membership{Voters: replicas} }

func TestChangeMembership(t *testing.T) {
	way := []raftiface.Membership{
		voters(0, 1, 2, 3),
		{Voters: []int{0, 1, 2, 3}, Learners: []int{4}},
		voters(0, 1, 2, 3),
		{Voters: []int{0, 4}, Outgoing: []int{0, 1, 2, 3}},
		{Voters: []int{0, 4}, Learners: []int{1, 2}},
		{Voters: []int{0, 2, 4}, Learners: []int{1}},
		{Voters: []int{2, 4}, Learners: []int{1}},
		{Voters: []int{2, 4}, Learners: []int{0, 1}},
		{Voters: []int{1}, Outgoing: []int{2, 4}},
		voters(1),
		{Voters: []int{0, 1, 2, 3, 4}, Outgoing: []int{1}},
		raftiface.Everybody(5),
	}
	inClusterOf(t, 5, raftiface.Everybody(3), func(w *cluster) {
		for _, m := range way {
			if !m.Joint() {
				w.change(m)
			}
		}
		last := w.start(w.leader(), "x")
		for i := range w.rafts {
			require.Equal(t, way, w.configurations(i), "replica %d", i)
			require.Equal(t, w.messages(0), w.messages(i), "replica %d", i)
			require.Contains(t, w.commands(i), last)
		}
	})
}

func TestChangeMembershipIsRefused(t *testing.T) {
	inClusterOf(t, 5, raftiface.Everybody(3), func(w *cluster) {
		leader := w.leader()
		for name, m := range map[string]raftiface.Membership{
			"what holds": voters(0, 1, 2),
			"nobody":     {},
			"no replica": voters(0, 1, 5),
			"joint":      {Voters: []int{0, 1}, Outgoing: []int{0, 1, 2}},
		} {
			require.False(t, leader.ChangeMembership(m), name)
		}
		for _, r := range w.rafts {
			if r != leader {
				require.False(t, r.ChangeMembership(voters(0, 1)), "by a follower")
			}
		}
		before := leader.disk.lastIndex()
		require.True(t, leader.ChangeMembership(voters(0, 1, 2, 3)))
		require.False(t, leader.ChangeMembership(voters(0, 1, 2, 4)), "while another one is under way")
		require.False(t, leader.ChangeMembership(voters(0, 1, 2, 3)), "while it is under way")
		require.Equal(t, before+1, leader.disk.lastIndex(), "a change that is refused leaves an entry")
		w.net.Sleep(time.Second)
		require.True(t, leader.ChangeMembership(voters(0, 1, 2, 3, 4)))
	})
}

// A new leader knows no better than to take any entry for a change, until it has
// committed one of its own.
func TestNewLeaderRefusesChanges(t *testing.T) {
	inCluster(t, 3, func(w *cluster) {
		w.crash(w.me(w.leader()))
		refused := 0
		for range 3000 {
			w.net.Sleep(time.Millisecond)
			for _, r := range w.rafts {
				if _, leads := r.GetState(); !leads {
					continue
				}
				if !r.ChangeMembership(voters(0, 1)) {
					refused++
					continue
				}
				require.NotZero(t, refused)
				status := r.node.BasicStatus()
				require.Equal(t, status.GetTerm(), r.disk.term(status.GetCommit()))
				return
			}
		}
		require.FailNow(t, "the change is refused for ever")
	})
}

func TestLeaderRemovesItself(t *testing.T) {
	for _, replicas := range []int{2, 3} {
		inCluster(t, replicas, func(w *cluster) {
			old := w.leader()
			me := w.me(old)
			var rest raftiface.Membership
			for i := range replicas {
				if i != me {
					rest.Voters = append(rest.Voters, i)
				}
			}
			require.True(t, old.ChangeMembership(rest))
			_, leads := old.GetState()
			require.True(t, leads, "it leads until that is committed")
			next := w.leaderBut(old)
			_, leads = old.GetState()
			require.False(t, leads)
			index := w.start(next, "x")
			require.NotContains(t, w.commands(me), index, "it goes on following")
			w.net.Sleep(time.Minute)
			term, leads := next.GetState()
			require.True(t, leads, "it was disturbed by the one that is removed")

			w.change(raftiface.Everybody(replicas))
			index = w.start(next, "y")
			require.Equal(t, "y", w.commands(me)[index])
			after, _ := next.GetState()
			require.Equal(t, term, after)
		})
	}
}

// What is declared as stuck.
func TestLeaderOfTwoRemovesItself(t *testing.T) {
	inCluster(t, 2, func(w *cluster) {
		leader := w.leader()
		me := w.me(leader)
		w.net.Sleep(time.Second)
		require.True(t, leader.ChangeMembership(voters(1-me)))
		for w.rafts[1-me].disk.lastIndex() < leader.disk.lastIndex() {
			w.net.Sleep(10 * time.Microsecond)
		}
		w.net.Link(me, 1-me).Cut() // the acknowledgement is under way
		w.start(leader, "x")
		w.net.Sleep(time.Second)
		require.Equal(t, voters(1-me), w.holds(me))
		require.Equal(t, raftiface.Everybody(2), w.holds(1-me))
		w.net.Link(me, 1-me).Mend()
		w.net.Sleep(time.Minute)
		for _, r := range w.rafts {
			_, leads := r.GetState()
			require.False(t, leads, "the library has been mended: remove what says that it gets stuck")
		}
	})
}

// Whoever leads next leaves a joint configuration, however far the old leader came.
func TestJointConfigurationIsLeft(t *testing.T) {
	for delay := range 12 {
		inClusterOf(t, 5, raftiface.Everybody(3), func(w *cluster) {
			old := w.leader()
			require.True(t, old.ChangeMembership(voters(0, 3, 4)))
			w.net.Sleep(time.Duration(delay) * time.Millisecond)
			w.crash(w.me(old))
			next := w.leaderBut(old)
			w.net.Sleep(5 * time.Second)
			m := w.holds(w.me(next))
			require.False(t, m.Joint(), "%v", m)
			w.boot(w.me(old))
			w.change(voters(0, 3, 4))
		})
	}
}

// What holds, and what held at the snapshot, is known after a restart.
func TestMembershipAfterRestart(t *testing.T) {
	inClusterOf(t, 5, raftiface.Everybody(3), func(w *cluster) {
		w.change(voters(0, 1, 2, 3))
		at := w.start(w.leader(), "x")
		w.net.Sleep(time.Second)
		w.change(voters(0, 1, 4))
		w.net.Sleep(time.Second)
		for i, r := range w.rafts {
			if i != 2 && i != 3 { // they may not have heard
				r.Snapshot(at, []byte("up to x"))
			}
		}
		for i := range w.rafts {
			w.crash(i)
		}
		for i := range w.rafts {
			w.boot(i)
		}
		require.True(t, w.holds(0).Equal(voters(0, 1, 2, 3)), "nothing is applied yet: %v", w.holds(0))
		w.leader()
		want := []raftiface.Membership{{Voters: []int{0, 1, 4}, Outgoing: []int{0, 1, 2, 3}}, voters(0, 1, 4)}
		for _, i := range []int{0, 1, 4} {
			require.Equal(t, want, w.configurations(i))
		}
	})
}

// A snapshot brings the configuration that holds at its index.
func TestMembershipBySnapshot(t *testing.T) {
	inClusterOf(t, 4, raftiface.Everybody(3), func(w *cluster) {
		leader := w.leader()
		behind := (w.me(leader) + 1) % 3
		learns := raftiface.Membership{Voters: []int{0, 1, 2}, Learners: []int{3}}
		w.change(learns)
		w.net.Sleep(time.Second)
		for i := range w.rafts {
			w.net.Link(i, behind).Cut()
			w.net.Link(behind, i).Cut()
		}
		w.change(raftiface.Everybody(4))
		at := w.start(leader, "x")
		w.net.Sleep(time.Second)
		require.Equal(t, learns, w.holds(behind))
		for i, r := range w.rafts {
			if i != behind {
				r.Snapshot(at, []byte("up to x"))
			}
			w.net.Link(i, behind).Mend()
			w.net.Link(behind, i).Mend()
		}
		w.net.Sleep(5 * time.Second) // the one that is behind may need an election first
		msgs := w.messages(behind)
		last := msgs[len(msgs)-1]
		require.Equal(t, []any{at, raftiface.Everybody(4)}, []any{last.SnapshotIndex, last.Membership})
		require.Equal(t, raftiface.Everybody(4), w.holds(behind))
	})
}

// The only snapshot is one from before a replica joins.
func TestJoinByAnEarlierSnapshot(t *testing.T) {
	inClusterOf(t, 4, raftiface.Everybody(3), func(w *cluster) {
		leader := w.leader()
		for i := range 9 {
			w.start(leader, i)
		}
		w.net.Sleep(time.Second)
		for i := range 3 {
			w.rafts[i].Snapshot(8, []byte("up to 8"))
		}
		w.change(raftiface.Everybody(4))
		require.Equal(t, raftiface.ApplyMsg{SnapshotValid: true, Snapshot: []byte("up to 8"), SnapshotIndex: 8, SnapshotTerm: 1,
			Membership: raftiface.Everybody(3)}, w.messages(3)[0])
		require.Equal(t, []raftiface.Membership{raftiface.Everybody(4)}, w.configurations(3))
		require.Equal(t, map[int]any{9: 7, 10: 8}, w.commands(3))

		w.crash(3)
		w.boot(3)
		require.Equal(t, []byte("up to 8"), w.disks[3].ReadSnapshot())
		require.Equal(t, map[int]any{9: 7, 10: 8}, w.commands(3))
		require.True(t, w.holds(3).Equal(raftiface.Everybody(4)))
	})
}

// A log that has what an earlier snapshot ends with is not cut by it; another one is.
func TestEarlierSnapshotAndTheLog(t *testing.T) {
	for _, c := range []struct{ term, last uint64 }{{1, 5}, {2, 3}} {
		inClusterOf(t, 4, raftiface.Everybody(3), func(w *cluster) {
			r := w.rafts[3]
			from := raftpb.Message{From: new(nodeID(0)), To: new(nodeID(3)), Term: new(uint64(2))}
			entries, snapshot := proto.CloneOf(&from), proto.CloneOf(&from)
			entries.Type, snapshot.Type = raftpb.MsgApp.Enum(), raftpb.MsgSnap.Enum()
			for i := range uint64(5) {
				entries.Entries = append(entries.Entries, entry(i+1, 1))
			}
			snapshot.Snapshot = &raftpb.Snapshot{Data: []byte("up to 3"), Metadata: &raftpb.SnapshotMetadata{
				ConfState: confState(raftiface.Everybody(3)), Index: new(uint64(3)), Term: new(c.term)}}
			for range 2 {
				r.Step(encode(entries))
				r.Install(encode(snapshot), &Received{})
			}
			require.EqualValues(t, c.last, r.disk.lastIndex())
			term, _ := r.GetState()
			require.Equal(t, 2, term)
		})
	}
}

func TestOnlyVotersAreHandedOverTo(t *testing.T) {
	begin := raftiface.Membership{Voters: []int{0, 1}, Learners: []int{2}}
	inClusterOf(t, 4, begin, func(w *cluster) {
		leader := w.leader()
		for _, to := range []int{-1, 2, 3, 4, w.me(leader)} {
			require.False(t, leader.TransferLeadership(to), to)
		}
		require.True(t, leader.TransferLeadership(1-w.me(leader)))
		require.False(t, leader.ChangeMembership(voters(0, 1)), "while it is handing over")
	})
}

// A service comes to the index of a configuration.
func TestReadIndexOfAConfiguration(t *testing.T) {
	inClusterOf(t, 2, voters(0), func(w *cluster) {
		last := w.start(w.leader(), "x")
		w.change(voters(0, 1))
		index, ok := w.rafts[0].ReadIndex()
		require.True(t, ok)
		require.Equal(t, last+1, index)
	})
}
