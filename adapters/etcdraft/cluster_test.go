package etcdraft

import (
	"slices"
	"sync"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// memory is a persister.
type memory struct {
	mu              sync.Mutex
	state, snapshot []byte
}

var _ raftiface.Persister = (*memory)(nil)

func (m *memory) Save(state, snapshot []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state, m.snapshot = slices.Clone(state), slices.Clone(snapshot)
}

func (m *memory) ReadRaftState() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.state)
}

func (m *memory) ReadSnapshot() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.snapshot)
}

func (m *memory) RaftStateSize() int { return len(m.ReadRaftState()) }
func (m *memory) SnapshotSize() int  { return len(m.ReadSnapshot()) }

// cluster is one of replicas whose service keeps what it is given.
type cluster struct {
	*testing.T
	net   *labrpc.Network
	nodes []*labrpc.Node
	disks []*memory
	rafts []*Raft
	begin raftiface.Membership

	mu        sync.Mutex
	delivered [][]raftiface.ApplyMsg
}

// inCluster runs a test in a bubble. The bubble fails it if a goroutine is left at
// the end, when all replicas are killed.
func inCluster(t *testing.T, replicas int, f func(w *cluster)) {
	inClusterOf(t, replicas, raftiface.Everybody(replicas), f)
}

// inClusterOf does so in a cluster that begins with some of the replicas as members.
func inClusterOf(t *testing.T, replicas int, begin raftiface.Membership, f func(w *cluster)) {
	cryptotest.SetGlobalRandom(t, 1)
	synctest.Test(t, func(t *testing.T) {
		w := &cluster{T: t, net: labrpc.New(labrpc.Config{Replicas: replicas, Conditions: labrpc.Reliable}), begin: begin,
			nodes: make([]*labrpc.Node, replicas), rafts: make([]*Raft, replicas),
			delivered: make([][]raftiface.ApplyMsg, replicas)}
		defer func() {
			for _, r := range w.rafts {
				r.Kill()
			}
			w.net.Sleep(10 * time.Second) // for calls to return
			w.net.Close()
		}()
		for i := range replicas {
			w.disks = append(w.disks, new(memory))
			w.boot(i)
		}
		f(w)
	})
}

func (w *cluster) boot(i int) {
	w.net.Sleep(0)
	applyCh := make(chan raftiface.ApplyMsg)
	w.nodes[i] = w.net.Boot(i)
	r, err := newRaft(raftiface.Env{Peers: w.nodes[i].Peers(), Me: i, Members: w.begin, Persister: w.disks[i], ApplyCh: applyCh,
		Logf: func(string, ...any) {}}, variant{})
	require.NoError(w, err)
	require.NoError(w, w.nodes[i].Serve(r))
	w.rafts[i] = r
	w.forget(i)
	go func() {
		for {
			select {
			case msg := <-applyCh:
				w.mu.Lock()
				w.delivered[i] = append(w.delivered[i], msg)
				w.mu.Unlock()
			case <-r.killed:
				return
			}
		}
	}()
}

func (w *cluster) crash(i int) {
	w.nodes[i].Halt()
	w.rafts[i].Kill()
}

// leader waits for an election and returns its winner.
func (w *cluster) leader() *Raft { return w.leaderBut(nil) }

// leaderBut waits for the election of another.
func (w *cluster) leaderBut(old *Raft) *Raft {
	for range 100 {
		w.net.Sleep(100 * time.Millisecond)
		for _, r := range w.rafts {
			if _, leads := r.GetState(); leads && r != old {
				return r
			}
		}
	}
	require.FailNow(w, "there is no leader after ten seconds")
	return nil
}

// me returns the replica that r is.
func (w *cluster) me(r *Raft) int { return slices.Index(w.rafts, r) }

// start gives the leader a command and returns its index.
func (w *cluster) start(r *Raft, command any) int {
	index, _, ok := r.Start(command)
	require.True(w, ok)
	return index
}

// forget drops what a replica's earlier instances delivered.
func (w *cluster) forget(i int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delivered[i] = nil
}

// messages returns what a replica has delivered a second from now.
func (w *cluster) messages(i int) []raftiface.ApplyMsg {
	w.net.Sleep(time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.delivered[i])
}

// commands returns the commands among a replica's messages, by index.
func (w *cluster) commands(i int) map[int]any {
	commands := map[int]any{}
	for _, msg := range w.messages(i) {
		if msg.CommandValid {
			commands[msg.CommandIndex] = msg.Command
		}
	}
	return commands
}
