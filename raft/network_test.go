package raft

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// network connects the servers of a test. What becomes of a message is drawn
// from its content and how often it was sent, so that a seed gives one run.
type network struct {
	seed   uint64
	faults faults

	mu      sync.Mutex
	servers []*Raft // nil while down
	cut     map[int]bool
	copies  map[string]uint64 // how often each content was sent
	calls   map[string]int    // by method
	bytes   int
	trace   []string // one line a delivery
}

// faults are what can happen to each message, request or reply.
type faults struct {
	delay     time.Duration // up to this
	loss      float64       // probability
	duplicate float64       // probability that a request arrives twice
	late      float64       // probability that up to lateDelay is added
	lateDelay time.Duration
}

// fate is what happens to one call.
type fate struct {
	there, back, again time.Duration // again: of the second copy, 0 without one
	lostThere          bool
	lostBack           bool
}

func newNetwork(servers int, seed uint64, f faults) *network {
	return &network{
		seed:    seed,
		faults:  f,
		servers: make([]*Raft, servers),
		cut:     map[int]bool{},
		copies:  map[string]uint64{},
		calls:   map[string]int{},
	}
}

func (n *network) fate(content string) fate {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.copies[content]++
	h := fnv.New64a()
	h.Write([]byte(content))
	rng := rand.New(rand.NewPCG(n.seed^h.Sum64(), n.copies[content]))
	delay := func() time.Duration {
		d := time.Duration(1 + rng.Int64N(int64(n.faults.delay)+1))
		if rng.Float64() < n.faults.late {
			d += time.Duration(rng.Int64N(int64(n.faults.lateDelay)))
		}
		return d
	}
	f := fate{there: delay(), back: delay()}
	if rng.Float64() < n.faults.duplicate {
		f.again = delay()
	}
	f.lostThere = rng.Float64() < n.faults.loss
	f.lostBack = rng.Float64() < n.faults.loss
	return f
}

// target returns the server at the end of a link, nil if it cannot be reached.
func (n *network) target(from, to int) *Raft {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cut[from] || n.cut[to] {
		return nil
	}
	return n.servers[to]
}

func (n *network) sent(method string, size int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.calls[method]++
	n.bytes += size
}

// count returns how often a method was called.
func (n *network) count(method string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls[method]
}

func (n *network) totalCalls() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	total := 0
	for calls := range maps.Values(n.calls) {
		total += calls
	}
	return total
}

func (n *network) totalBytes() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.bytes
}

func (n *network) note(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.trace = append(n.trace, fmt.Sprintf("%d ", time.Now().UnixNano())+fmt.Sprintf(format, args...))
}

// sortedTrace returns the deliveries in order of their time.
func (n *network) sortedTrace() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Sorted(slices.Values(n.trace))
}

// link is a raftiface.Peer. It belongs to one instance of a server.
type link struct {
	net      *network
	from, to int
	down     chan struct{} // closed when that instance crashes
}

// noReply is how long a Call without reply takes at most.
const noReply = 7 * time.Second

func (l *link) Call(method string, args, reply any) bool {
	request := encode(args)
	l.net.sent(method, len(request))
	f := l.net.fate(fmt.Sprintf("%d-%d %s %x", l.from, l.to, method, request))
	if f.again > 0 {
		go func() {
			if l.wait(f.again) {
				l.deliver(method, request, reply)
			}
		}()
	}
	if f.lostThere || !l.wait(f.there) {
		l.wait(noReply)
		return false
	}
	answer := l.deliver(method, request, reply)
	if answer == nil || f.lostBack || !l.wait(f.back) || l.net.target(l.from, l.to) == nil {
		l.wait(noReply)
		return false
	}
	decode(answer, reply)
	return true
}

func (l *link) Send(string, any) { panic("not used") }

// wait reports false if the instance crashed meanwhile.
func (l *link) wait(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-l.down:
		return false
	}
}

// deliver hands a request to its handler and returns the encoded reply.
func (l *link) deliver(method string, request []byte, reply any) []byte {
	server := l.net.target(l.from, l.to)
	if server == nil {
		return nil
	}
	handler := reflect.ValueOf(server).MethodByName(method[len("Raft."):])
	args := reflect.New(handler.Type().In(0).Elem())
	result := reflect.New(reflect.TypeOf(reply).Elem())
	decode(request, args.Interface())
	handler.Call([]reflect.Value{args, result})
	l.net.note("%d-%d %s %+v %+v", l.from, l.to, method, args.Elem(), result.Elem())
	return encode(result.Interface())
}

func encode(v any) []byte {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func decode(data []byte, v any) {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(v); err != nil {
		panic(err)
	}
}

// storage is a raftiface.Persister.
type storage struct {
	mu              sync.Mutex
	state, snapshot []byte
	saves           int
}

var _ raftiface.Persister = (*storage)(nil)

// fork returns what is stored, for the next instance; what this one goes on to
// save is lost.
func (s *storage) fork() *storage {
	return &storage{state: s.ReadRaftState(), snapshot: s.ReadSnapshot()}
}

func (s *storage) Save(state, snapshot []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.snapshot = slices.Clone(state), slices.Clone(snapshot)
	s.saves++
}

func (s *storage) ReadRaftState() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state)
}

func (s *storage) ReadSnapshot() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.snapshot)
}

func (s *storage) RaftStateSize() int { return len(s.ReadRaftState()) }

func (s *storage) SnapshotSize() int { return len(s.ReadSnapshot()) }
