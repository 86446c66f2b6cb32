package raft

import (
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// command is what the services of these tests replicate.
type command struct {
	Client, Seq int
	Op          string
	Value       string
}

func init() { gob.RegisterName("command", command{}) }

// cluster is a set of servers with a service each, in a synctest bubble.
type cluster struct {
	t             *testing.T
	net           *network
	servers       []*Raft
	stores        []*storage
	services      []*service
	down          []chan struct{}
	starts        uint64
	snapshotEvery int // entries between two snapshots, 0 for none
	does          raftiface.Features
	members       raftiface.Membership // that it began with
	latest        raftiface.Membership // that was delivered
	latestIndex   int                  // its index

	history map[int]any // command at each index, the same on all servers
	leaders map[int]int // leader of each term, one at most
}

// service is the state machine of one instance of a server: it keeps a hash of
// all commands in their order.
type service struct {
	applied chan struct{} // closed when the instance has stopped
	index   int
	hash    uint64
}

func newCluster(t *testing.T, servers int, seed uint64, f faults) *cluster {
	c := &cluster{
		t:        t,
		net:      newNetwork(servers, seed, f),
		servers:  make([]*Raft, servers),
		stores:   make([]*storage, servers),
		services: make([]*service, servers),
		down:     make([]chan struct{}, servers),
		history:  map[int]any{},
		leaders:  map[int]int{},
	}
	for i := range servers {
		c.stores[i] = &storage{}
	}
	return c
}

// boot starts every server, each at its own instant.
func (c *cluster) boot() {
	for i := range c.servers {
		c.restart(i)
		time.Sleep(time.Microsecond)
	}
}

func (c *cluster) restart(i int) {
	c.down[i] = make(chan struct{})
	peers := make([]raftiface.Peer, len(c.servers))
	for to := range peers {
		peers[to] = &link{net: c.net, from: i, to: to, down: c.down[i]}
	}
	c.starts++
	applyCh := make(chan raftiface.ApplyMsg)
	r, err := start(raftiface.Env{
		Peers:     peers,
		Me:        i,
		Members:   c.members,
		Persister: c.stores[i],
		ApplyCh:   applyCh,
		Rand:      rand.New(rand.NewPCG(c.net.seed, c.starts)),
	}, beyond{does: c.does})
	require.NoError(c.t, err)
	c.servers[i] = r
	s := &service{applied: make(chan struct{})}
	s.restore(c.stores[i].ReadSnapshot())
	c.services[i] = s
	go c.serve(i, r, s, applyCh, c.down[i])
	c.net.mu.Lock()
	c.net.servers[i] = r
	c.net.mu.Unlock()
}

func (c *cluster) crash(i int) {
	c.net.mu.Lock()
	c.net.servers[i] = nil
	c.net.mu.Unlock()
	c.stores[i] = c.stores[i].fork()
	close(c.down[i])
	c.servers[i].Kill()
	<-c.services[i].applied
	c.servers[i] = nil
}

func (c *cluster) stop() {
	for i, r := range c.servers {
		if r != nil {
			c.crash(i)
		}
	}
}

func (c *cluster) setConnected(i int, connected bool) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	c.net.cut[i] = !connected
}

// serve applies what a server delivers and checks it against the others.
func (c *cluster) serve(i int, r *Raft, s *service, applyCh chan raftiface.ApplyMsg, down chan struct{}) {
	defer close(s.applied)
	for {
		select {
		case m := <-applyCh:
			c.net.mu.Lock()
			c.apply(i, s, m)
			c.net.mu.Unlock()
			if c.snapshotEvery > 0 && m.CommandValid && m.CommandIndex%c.snapshotEvery == 0 {
				r.Snapshot(m.CommandIndex, s.snapshot())
			}
		case <-down:
			return
		}
	}
}

func (c *cluster) apply(i int, s *service, m raftiface.ApplyMsg) {
	if m.SnapshotValid {
		if m.CommandValid || m.SnapshotIndex <= s.index {
			c.t.Errorf("server %d delivers snapshot %d after index %d", i, m.SnapshotIndex, s.index)
		}
		s.restore(m.Snapshot)
		if s.index != m.SnapshotIndex {
			c.t.Errorf("server %d delivers as snapshot %d that of %d", i, m.SnapshotIndex, s.index)
		}
		return
	}
	index, cmd := m.CommandIndex, m.Command
	if m.MembershipValid {
		index, cmd = m.MembershipIndex, configuration(m.Membership)
		if index > c.latestIndex {
			c.latestIndex, c.latest = index, m.Membership
		}
	}
	if gaps := c.does.ReadIndex; index <= s.index || index > s.index+1 && !gaps {
		c.t.Errorf("server %d delivers index %d after index %d", i, index, s.index)
	}
	s.apply(index, cmd)
	if known, ok := c.history[index]; ok && known != cmd {
		c.t.Errorf("index %d is %v on one server and %v on server %d", index, known, cmd, i)
	}
	c.history[index] = cmd
}

func (s *service) apply(index int, cmd any) {
	h := fnv.New64a()
	fmt.Fprint(h, s.hash, index, cmd)
	s.index, s.hash = index, h.Sum64()
}

func (s *service) snapshot() []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(s.index))
	return binary.LittleEndian.AppendUint64(b, s.hash)
}

func (s *service) restore(snapshot []byte) {
	if len(snapshot) > 0 {
		s.index = int(binary.LittleEndian.Uint64(snapshot))
		s.hash = binary.LittleEndian.Uint64(snapshot[8:])
	}
}

// leader waits for a connected leader with no later one, and returns it.
func (c *cluster) leader() int {
	c.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		best, bestTerm := -1, -1
		for i, r := range c.servers {
			if r == nil || c.net.target(i, i) == nil {
				continue
			}
			term, isLeader := r.GetState()
			if !isLeader {
				continue
			}
			if other, ok := c.leaders[term]; ok && other != i {
				c.t.Fatalf("term %d has leaders %d and %d", term, other, i)
			}
			c.leaders[term] = i
			if term > bestTerm {
				best, bestTerm = i, term
			}
		}
		if best >= 0 {
			return best
		}
	}
	c.t.Fatal("no leader within 10 s")
	return -1
}

// applied returns how many servers have applied the given command at index.
func (c *cluster) applied(index int, cmd any) int {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.history[index] != cmd {
		return 0
	}
	n := 0
	for i, s := range c.services {
		if c.servers[i] != nil && s.index >= index {
			n++
		}
	}
	return n
}

// waitApplied waits until the given number of servers have applied index.
func (c *cluster) waitApplied(index, servers int) {
	c.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		c.net.mu.Lock()
		cmd := c.history[index]
		c.net.mu.Unlock()
		if cmd != nil && c.applied(index, cmd) >= servers {
			return
		}
	}
	c.t.Fatalf("index %d is not applied within 20 s", index)
}

// commit has a command committed and applied by at least the given number of
// servers, retrying it with other leaders, and returns its index.
func (c *cluster) commit(cmd any, servers int) int {
	c.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		index, _, ok := c.servers[c.leader()].Start(cmd)
		for wait := time.Now().Add(2 * time.Second); ok && time.Now().Before(wait); time.Sleep(time.Millisecond) {
			if c.applied(index, cmd) >= servers {
				return index
			}
		}
	}
	c.t.Fatalf("%v is not committed within 20 s", cmd)
	return 0
}
