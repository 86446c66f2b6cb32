//go:build unix

package node_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// shelf is a persister that remembers what was saved last.
type shelf struct{ state, snapshot []byte }

func (s *shelf) Save(state, snapshot []byte) { s.state, s.snapshot = state, snapshot }
func (s *shelf) ReadRaftState() []byte       { return s.state }
func (s *shelf) ReadSnapshot() []byte        { return s.snapshot }
func (s *shelf) RaftStateSize() int          { return len(s.state) }
func (s *shelf) SnapshotSize() int           { return len(s.snapshot) }

// A single is a replica alone in a bubble.
type single struct {
	raftiface.Raft
	disk  *shelf
	apply chan raftiface.ApplyMsg
	log   []string
}

// inBubble starts a node of a mode as the only replica, on what is saved, and kills it
// in the end. No goroutine is left then, or the bubble fails the test.
func inBubble(t *testing.T, mode string, saved *shelf, f func(s *single)) {
	impl, err := node.Implementation(ofMode(t, mode))
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		net := labrpc.New(labrpc.Config{Replicas: 1})
		defer net.Close()
		n := net.Boot(0)
		s := &single{disk: saved, apply: make(chan raftiface.ApplyMsg)}
		s.Raft, err = impl.Make(raftiface.Env{
			Peers: n.Peers(), Persister: saved, ApplyCh: s.apply, Members: raftiface.Everybody(1), Rand: rand.New(rand.NewPCG(1, 2)),
			Logf: func(format string, args ...any) { s.log = append(s.log, fmt.Sprintf(format, args...)) },
		})
		require.NoError(t, err)
		require.NoError(t, n.Serve(s.Raft))
		defer s.Kill()
		f(s)
	})
}

// obliging does all that it is asked for, answers one read, and logs its timers.
var obliging = map[string]string{
	node.Init: `{"term":1,"leader":true,"actions":[{"timer":{"id":"b","after":2000}},{"timer":{"id":"a","after":2000}},` +
		`{"timer":{"id":"c","after":1000}},{"timer":{"id":"never","after":500}},{"stop":{"id":"never"}}]}`,
	node.TimedOut: `{"term":1,"leader":true,"actions":[{"log":"TIMER"}]}`,
	node.Snapshot: `{"term":1,"leader":true,"actions":[{"save":{"state":[1,2],"snapshot":"AAE="}},{"save":{"state":[3]}}]}`,
	node.Read:     `{"term":2,"leader":true,"actions":[{"read":{"id":7,"ok":true,"index":1}},{"read":{"id":1,"ok":true,"index":5}}]}`,
	node.Transfer: `{"term":2,"leader":false,"ok":true}`,
	node.Change: `{"term":2,"leader":true,"ok":true,"actions":[{"configuration":{"index":4,"members":{"voters":[0]}}},` +
		`{"install":{"index":6,"snapshot":"AgM=","members":{"voters":[0]}}}]}`,
}

func TestWhatANodeIsAskedFor(t *testing.T) {
	inBubble(t, "obliging", new(shelf), func(s *single) {
		s.Raft.(raftiface.Snapshotter).Snapshot(3, []byte{0, 1})
		require.Equal(t, &shelf{state: []byte("[3]"), snapshot: []byte{0, 1}}, s.disk, "a save without a snapshot keeps the latest one")

		index, ok := s.Raft.(raftiface.ReadIndexer).ReadIndex()
		require.True(t, ok)
		require.Equal(t, 5, index)
		term, leads := s.GetState()
		require.Equal(t, 2, term)
		require.True(t, leads)

		begin := time.Now()
		_, ok = s.Raft.(raftiface.ReadIndexer).ReadIndex()
		require.False(t, ok, "nobody answers this one")
		require.Equal(t, 5*time.Second, time.Since(begin))
		require.Equal(t, []string{"c", "b", "a"}, s.log, "those of one instant in the order in which they were set, and none that was stopped")

		require.True(t, s.Raft.(raftiface.MembershipChanger).ChangeMembership(raftiface.Everybody(1)))
		require.Equal(t, raftiface.ApplyMsg{MembershipValid: true, MembershipIndex: 4, Membership: raftiface.Everybody(1)}, <-s.apply)
		require.Equal(t, raftiface.ApplyMsg{SnapshotValid: true, SnapshotIndex: 6, Snapshot: []byte{2, 3}, Membership: raftiface.Everybody(1)}, <-s.apply)
		require.True(t, s.Raft.(raftiface.LeaderTransferrer).TransferLeadership(0))
		_, leads = s.GetState()
		require.False(t, leads)
	})
}

// TestInit has a node tell what it is told at its begin.
func TestInit(t *testing.T) {
	inBubble(t, "telling", &shelf{state: []byte(`{"term":3}`), snapshot: []byte{0, 1}}, func(s *single) {
		require.Len(t, s.log, 1)
		require.Regexp(t, `^{"now":0,"event":"init","protocol":1,"replica":0,"replicas":1,"seed":\d+,"state":{"term":3},"members":{"voters":\[0\]},"snapshot":"AAE="}\n$`, s.log[0])
	})
}

// TestKilledWhileReading has a read end with its replica, whose process lives on for
// another one.
func TestKilledWhileReading(t *testing.T) {
	inBubble(t, "resetting", new(shelf), func(s *single) {
		time.AfterFunc(time.Second, s.Kill)
		begin := time.Now()
		_, ok := s.Raft.(raftiface.ReadIndexer).ReadIndex()
		require.False(t, ok)
		require.Equal(t, time.Second, time.Since(begin))
		require.False(t, s.Raft.(raftiface.MembershipChanger).ChangeMembership(raftiface.Everybody(1)), "a killed replica asks nothing of it")
	})
}

// TestTimersThatBreakANode has the next call from outside tell.
func TestTimersThatBreakANode(t *testing.T) {
	inBubble(t, "breaking", new(shelf), func(s *single) {
		time.Sleep(time.Second)
		require.PanicsWithError(t, fmt.Sprintf("node %v, event 2 of its life (timer \"t\"): expected an object, got []\nthe process was ended for that, and wrote nothing to standard error", ofMode(t, "breaking")),
			func() { s.GetState() })
	})
}

// TestKilledWhileItThinks kills replicas that wait for an answer: that is no fault of the
// program's, whose output ends then.
func TestKilledWhileItThinks(t *testing.T) {
	impl, err := node.Implementation(ofMode(t, "plain"))
	require.NoError(t, err)
	for n := range 30 {
		net := labrpc.New(labrpc.Config{Replicas: 1})
		r, err := impl.Make(raftiface.Env{Peers: net.Boot(0).Peers(), Persister: new(shelf), ApplyCh: make(chan raftiface.ApplyMsg),
			Members: raftiface.Everybody(1), Rand: rand.New(rand.NewPCG(1, 2)), Logf: t.Logf})
		require.NoError(t, err)
		told, killed, panicked := make(chan struct{}), make(chan struct{}), make(chan any)
		go func() {
			defer func() { panicked <- recover() }()
			for {
				select {
				case told <- struct{}{}:
				case <-killed:
					return
				}
				r.(raftiface.Snapshotter).Snapshot(1, nil)
			}
		}()
		for range 1 + n {
			<-told
		}
		r.Kill()
		close(killed)
		require.Nil(t, <-panicked)
		net.Close()
	}
}
