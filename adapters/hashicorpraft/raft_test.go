package hashicorpraft

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// cluster is one on a reliable network.
type cluster struct {
	net   *labrpc.Network
	nodes []*labrpc.Node
	rafts []*Raft
	disks []*stored
	mu    sync.Mutex
	log   []map[int]any                  // by replica and index, the commands that were applied
	views []map[int]raftiface.Membership // by replica and index, the configurations
	last  []int                          // by replica, the index that was delivered last
	done  chan struct{}
}

// newCluster starts so many replicas, of which some are members.
func newCluster(t *testing.T, replicas int, members raftiface.Membership) *cluster {
	c := &cluster{done: make(chan struct{})}
	c.net = labrpc.New(labrpc.Config{Replicas: replicas, Seed: 1, Conditions: labrpc.Reliable, Report: func(_ int, err error) { t.Error(err) }})
	t.Cleanup(func() { close(c.done); c.net.Close() })
	c.nodes, c.rafts, c.last = make([]*labrpc.Node, replicas), make([]*Raft, replicas), make([]int, replicas)
	for i := range replicas {
		c.log, c.views = append(c.log, map[int]any{}), append(c.views, map[int]raftiface.Membership{})
		c.disks = append(c.disks, &stored{})
		c.start(t, i, members)
	}
	return c
}

// start starts a replica on what it has saved.
func (c *cluster) start(t *testing.T, i int, members raftiface.Membership) {
	node := c.net.Boot(i)
	c.nodes[i] = node
	applyCh := make(chan raftiface.ApplyMsg)
	r, err := Implementation().Make(raftiface.Env{Peers: node.Peers(), Me: i, Members: members, Persister: c.disks[i], ApplyCh: applyCh,
		Rand: rand.New(rand.NewPCG(1, uint64(i))), Logf: func(string, ...any) {}})
	require.NoError(t, err)
	require.NoError(t, node.Serve(r))
	c.rafts[i] = r.(*Raft)
	go func() {
		for {
			select {
			case msg := <-applyCh:
				c.delivered(t, i, msg)
			case <-c.done:
				return
			}
		}
	}()
}

func (c *cluster) delivered(t *testing.T, replica int, msg raftiface.ApplyMsg) {
	c.mu.Lock()
	defer c.mu.Unlock()
	index := msg.CommandIndex + msg.MembershipIndex + msg.SnapshotIndex
	if index <= c.last[replica] {
		t.Errorf("replica %d delivers %d after %d", replica, index, c.last[replica])
	}
	c.last[replica] = index
	switch {
	case msg.MembershipValid:
		c.views[replica][index] = msg.Membership
	case msg.CommandValid:
		c.log[replica][index] = msg.Command
	}
}

func newTrio(t *testing.T) *cluster { return newCluster(t, 3, raftiface.Everybody(3)) }

func (c *cluster) leader(t *testing.T) int {
	for range 100 {
		for i, r := range c.rafts {
			if _, leads := r.GetState(); leads {
				return i
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("nobody leads")
	return 0
}

// kill ends the cluster. A goroutine that has not ended ten seconds later fails
// the test: it is left in the bubble.
func (c *cluster) kill() {
	for _, r := range c.rafts {
		r.Kill()
		r.Kill()
	}
	time.Sleep(10 * time.Second)
}

func TestStartKnowsTheIndex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTrio(t)
		defer c.kill()
		leader := c.leader(t)
		places := make([]int, 50)
		var started sync.WaitGroup
		for i := range places {
			started.Go(func() {
				index, term, ok := c.rafts[leader].Start(fmt.Sprint("command ", i))
				require.True(t, ok)
				require.Equal(t, 2, term)
				places[i] = index
			})
		}
		started.Wait()
		time.Sleep(time.Second)
		c.mu.Lock()
		defer c.mu.Unlock()
		for i, index := range places {
			for replica := range c.rafts {
				require.Equal(t, fmt.Sprint("command ", i), c.log[replica][index])
			}
		}
		_, _, ok := c.rafts[(leader+1)%3].Start("to a follower")
		require.False(t, ok)
	})
}

func TestStartDoesNotWaitForTheDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTrio(t)
		defer c.kill()
		leader := c.leader(t)
		c.disks[leader].takes.Store(int64(time.Second))
		begin := time.Now()
		index, _, ok := c.rafts[leader].Start("saved slowly")
		require.True(t, ok, "the library had nothing else to do")
		require.Zero(t, time.Since(begin))

		synctest.Wait()
		_, _, ok = c.rafts[leader].Start("while the library waits for its disk")
		require.False(t, ok)
		require.Less(t, time.Since(begin), time.Millisecond)
		time.Sleep(5 * time.Second)
		c.mu.Lock()
		defer c.mu.Unlock()
		require.Equal(t, "saved slowly", c.log[leader][index])
		require.NotContains(t, c.log[leader], index+1, "what was refused never happens")
	})
}

func TestKillLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTrio(t)
		leader := c.leader(t)
		for i := range 100 {
			c.rafts[leader].Start(i)
		}
		c.kill()
		_, _, ok := c.rafts[leader].Start("too late")
		require.False(t, ok)
		_, leads := c.rafts[leader].GetState()
		require.False(t, leads)
		c.rafts[leader].Snapshot(1, nil)
	})
}

// service takes what an FSM delivers.
type service struct {
	fsm  *fsm
	mu   sync.Mutex
	seen []raftiface.ApplyMsg
}

func newService(t *testing.T) *service {
	applyCh, stop := make(chan raftiface.ApplyMsg), make(chan struct{})
	s := &service{fsm: newFSM(applyCh, stop)}
	go func() {
		for {
			select {
			case msg := <-applyCh:
				s.mu.Lock()
				s.seen = append(s.seen, msg)
				s.mu.Unlock()
			case <-stop:
				return
			}
		}
	}()
	t.Cleanup(func() { close(stop) })
	return s
}

// snapshots returns those that were delivered.
func (s *service) snapshots() (all []raftiface.ApplyMsg) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, msg := range s.seen {
		if msg.SnapshotValid {
			all = append(all, msg)
		}
	}
	return all
}

func (s *service) apply(from, to uint64) {
	for i := from; i <= to; i++ {
		s.fsm.Apply(&raft.Log{Index: i, Term: 1, Data: encodeCommand(int(i))})
	}
}

// configured is added to the index of a configuration.
const configured = 1000

// got returns what was delivered since the last call: commands by their index,
// configurations by theirs and configured, snapshots by minus theirs.
func (s *service) got() (indexes []int) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, msg := range s.seen {
		if msg.MembershipValid {
			msg.MembershipIndex += configured
		}
		indexes = append(indexes, msg.CommandIndex-msg.SnapshotIndex+msg.MembershipIndex)
	}
	s.seen = nil
	return indexes
}

// snapshotAt returns what the FSM of a service that applied up to last and
// handed over its state at index gives the library.
func snapshotAt(t *testing.T, index, last uint64) io.ReadCloser {
	s := newService(t)
	s.fsm.start()
	s.apply(1, last)
	require.True(t, s.fsm.handedOver(index, []byte("state")))
	require.False(t, s.fsm.handedOver(index, []byte("again")))
	taken, err := s.fsm.Snapshot()
	require.NoError(t, err)
	return reader(taken)
}

// reader returns a snapshot as its receiver gets it.
func reader(taken raft.FSMSnapshot) io.ReadCloser {
	return io.NopCloser(bytes.NewReader(taken.(snapshot).encode()))
}

func TestSnapshotIsTranslated(t *testing.T) {
	for _, test := range []struct {
		name    string
		applied uint64 // before the snapshot at 3 with 4 and 5 behind it comes
		want    []int
	}{
		{"a replica that has nothing", 0, []int{-3, 4, 5}},
		{"a replica that is behind the content", 2, []int{-3, 4, 5}},
		{"a replica that is at the content", 3, []int{4, 5}},
		{"a replica that is amid the commands behind it", 4, []int{5}},
		{"a replica that has it all", 5, nil},
		{"a replica that the library moves back", 6, []int{-3, 4, 5}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.fsm.start()
				s.apply(1, test.applied)
				s.got()
				require.NoError(t, s.fsm.Restore(snapshotAt(t, 3, 5)))
				require.Equal(t, test.want, s.got())
				s.apply(6, 6)
				require.Equal(t, []int{6}, s.got())
			})
		})
	}
}

func TestRestartDeliversWhatTheContentLacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		require.NoError(t, s.fsm.Restore(snapshotAt(t, 3, 5)), "by NewRaft")
		require.Empty(t, s.got())
		s.fsm.start()
		require.Equal(t, []int{4, 5}, s.got())
	})
}
