package labrpc

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A world is a network whose replicas all serve a server. Replica 0 does the
// calling.
type world struct {
	*Network
	t *testing.T

	mu      sync.Mutex
	nodes   []*Node
	servers []*server
	reports []error
}

// steady takes a message a millisecond.
var steady = Conditions{Delay: time.Millisecond}

// inWorld runs f in a bubble with a world. What is reported to the network and
// not taken with takeReports fails the test.
func inWorld(t *testing.T, config Config, f func(w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t}
		if config.Replicas == 0 {
			config.Replicas = 2
		}
		config.Report = func(_ int, err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.reports = append(w.reports, err)
		}
		w.Network = New(config)
		w.nodes, w.servers = make([]*Node, config.Replicas), make([]*server, config.Replicas)
		for i := range config.Replicas {
			w.boot(i)
		}
		defer w.Close()
		f(w)
		require.Empty(t, w.takeReports())
	})
}

func (w *world) boot(replica int) {
	node, server := w.Boot(replica), &server{}
	require.NoError(w.t, node.Serve(server))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nodes[replica], w.servers[replica] = node, server
}

func (w *world) restart(replica int) {
	w.node(replica).Halt()
	w.boot(replica)
}

// node returns the latest instance of a replica, server what it serves.
func (w *world) node(replica int) *Node {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.nodes[replica]
}

func (w *world) server(replica int) *server {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.servers[replica]
}

func (w *world) peer(from, to int) raftiface.Peer { return w.node(from).Peers()[to] }

// ping calls replica 1 from replica 0. It returns the reply, zero if there was
// none, and the time it took.
func (w *world) ping(number int) (doubled int, ok bool, took time.Duration) {
	begin := w.Now()
	var reply pong
	ok = w.peer(0, 1).Call("server.Ping", &ping{Number: number}, &reply)
	return reply.Doubled, ok, w.Now() - begin
}

func (w *world) takeReports() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, err := range w.reports {
		all = append(all, err.Error())
	}
	w.reports = nil
	return all
}

// story returns the kinds of the datagram events so far, those of replies in
// brackets.
func (w *world) story() string {
	var kinds []string
	for _, e := range w.Trace().Events() {
		switch {
		case e.Datagram == 0:
		case e.Reply:
			kinds = append(kinds, "("+string(e.Kind)+")")
		default:
			kinds = append(kinds, string(e.Kind))
		}
	}
	return strings.Join(kinds, " ")
}

type ping struct {
	Number int
	List   []int
}

type pong struct {
	Doubled int
	List    []int
}

type note struct{ Text string }

// server is what replicas serve. Its hooks run before the default behaviour.
type server struct {
	onPing func(args *ping, reply *pong)
	onNote func(n *note)

	mu    sync.Mutex
	pings []int
	notes []string
}

func (s *server) Ping(args *ping, reply *pong) {
	s.mu.Lock()
	s.pings = append(s.pings, args.Number)
	s.mu.Unlock()
	reply.Doubled = 2 * args.Number
	if s.onPing != nil {
		s.onPing(args, reply)
	}
}

func (s *server) Note(n *note) {
	s.mu.Lock()
	s.notes = append(s.notes, n.Text)
	s.mu.Unlock()
	if s.onNote != nil {
		s.onNote(n)
	}
}

func (s *server) pinged() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pings)
}

func (s *server) noted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.notes...)
}
