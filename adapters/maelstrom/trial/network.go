package trial

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Node is a life of a node: it hears lines, and says some.
type Node interface {
	// Send hands over a line, which ends with a newline, and does not wait for it to be
	// read. It reports whether there was room.
	Send(line []byte) bool
	Pause() error
	Resume() error
	// Kill ends the life, and returns when it has ended. Nothing more is heard then.
	Kill()
	// LastWords are what it wrote last for people.
	LastWords() string
	// Work is what it has done up to now.
	Work() process.Work
}

// Launch begins a life of a node. hear is called for each line that it says, and gone at
// most once, if it ends without having been killed, both by goroutines of the node.
type Launch func(id string, hear func(line []byte), gone func(how error)) (Node, error)

// outside is the one end of all links that clients and services have.
const outside = "outside"

// mostTravelling is how many bytes are under way at a time. What is more gets lost.
const mostTravelling = 64 << 20

// network is who is there, and what is between them.
type network struct {
	launch Launch
	ids    []string
	fail   func(Finding)
	seed   uint64

	mu        sync.Mutex
	closed    bool
	nodes     map[string]*place
	links     map[[2]string]*link
	weather   Weather
	services  map[string]*store
	clients   map[string]*client
	travels   int // bytes under way
	delivered int // messages between nodes
	lost      int // of those, by faults or because there was no room
}

// place is where a node is.
type place struct {
	id    string
	node  Node // nil while it is killed
	life  int
	ready bool // it has answered init
	said  int  // messages to other nodes since the last fault began
}

func newNetwork(launch Launch, nodes int, seed uint64, fail func(Finding)) *network {
	n := &network{launch: launch, seed: seed, fail: fail, nodes: map[string]*place{}, links: map[[2]string]*link{}, services: services(seed), clients: map[string]*client{}}
	for i := range nodes {
		id := fmt.Sprint("n", i)
		n.ids = append(n.ids, id)
		n.nodes[id] = &place{id: id}
	}
	return n
}

// start begins a life of a node, in which init is the first that it hears.
func (n *network) start(id string, init protocol.Message) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.nodes[id]
	p.life++
	life := p.life
	node, err := n.launch(id, func(line []byte) { n.hear(p, life, line) }, func(how error) { n.gone(p, life, how) })
	if err != nil {
		return err
	}
	node.Send(init.Line())
	p.node = node
	return nil
}

// kill ends the life of a node.
func (n *network) kill(id string) {
	n.mu.Lock()
	p := n.nodes[id]
	node := p.node
	p.node = nil
	p.life++
	p.ready = false
	n.mu.Unlock()
	if node != nil {
		node.Kill()
	}
}

// close ends all lives.
func (n *network) close() {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	for _, id := range n.ids {
		n.kill(id)
	}
}

// gone is told of a life that ended unasked.
func (n *network) gone(p *place, life int, how error) {
	n.mu.Lock()
	node, current := p.node, p.life == life
	n.mu.Unlock()
	if current {
		n.fail(Finding{Property: world.NoExit, Node: p.id, Text: "expected a node that runs on, but " + how.Error() + words(node)})
	}
}

// words are the last words of a node, for a finding; none if it is killed.
func words(n Node) string {
	if n == nil {
		return ""
	}
	if last := n.LastWords(); last != "" {
		return "\nits last lines on standard error:\n  " + strings.ReplaceAll(last, "\n", "\n  ")
	}
	return "\nit wrote nothing to standard error"
}

// hear takes what a node says.
func (n *network) hear(p *place, life int, line []byte) {
	n.mu.Lock()
	node, err := p.node, error(nil)
	if p.life == life && !n.closed {
		err = n.route(p, line)
	}
	n.mu.Unlock()
	if err != nil {
		n.fail(Finding{Property: Protocol, Node: p.id, Text: err.Error() + words(node)})
	}
}

// route sends what a node says on its way. It expects n.mu to be held.
func (n *network) route(p *place, line []byte) error {
	m, err := protocol.Parse(line)
	if err != nil {
		return err
	}
	if m.Src != p.id {
		return fmt.Errorf("expected src %q, got %s", p.id, protocol.Shown(line))
	}
	switch client, service := n.clients[m.Dest], n.services[m.Dest]; {
	case n.nodes[m.Dest] != nil:
		p.said++
		n.travel(m.Src, m.Dest, len(line), func() { n.deliver(m) })
	case service != nil:
		body, err := protocol.ParseBody(m.Body)
		if err != nil {
			return err
		}
		n.travel(m.Src, outside, len(line), func() { n.serve(m, service, body) })
	case client != nil:
		return client.take(m, func(answered func()) { n.travel(m.Src, outside, len(line), answered) })
	default:
		return fmt.Errorf("expected the dest of a node, of a client that asked, or of a service that is offered (lin-kv, seq-kv), got %s", protocol.Shown(line))
	}
	return nil
}

// travel has a message arrive, once, twice, or not at all. arrive is called with n.mu
// held, as travel is.
func (n *network) travel(from, to string, size int, arrive func()) {
	between := from != outside && to != outside
	arrivals := n.link(from, to).fate(n.weather, between)
	if n.travels+size > mostTravelling {
		arrivals = nil
	}
	if between {
		n.delivered += len(arrivals)
	}
	if len(arrivals) == 0 {
		n.lost++
	}
	for _, after := range arrivals {
		if after == 0 {
			arrive()
			continue
		}
		n.travels += size
		time.AfterFunc(after, func() {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.travels -= size
			if !n.closed {
				arrive()
			}
		})
	}
}

func (n *network) link(from, to string) *link {
	l := n.links[[2]string{from, to}]
	if l == nil {
		l = newLink(n.seed, from, to)
		n.links[[2]string{from, to}] = l
	}
	return l
}

// deliver hands a message to a node, if it lives.
func (n *network) deliver(m protocol.Message) {
	if p := n.nodes[m.Dest]; p.node != nil && !p.node.Send(m.Line()) {
		n.lost++
	}
}

// serve has a service answer.
func (n *network) serve(m protocol.Message, s *store, request protocol.Body) {
	answer := s.answer(m.Src, request)
	answer.InReplyTo = request.MsgID
	reply := protocol.Message{Src: m.Dest, Dest: m.Src, Body: answer.JSON()}
	n.travel(outside, m.Src, len(reply.Body), func() { n.deliver(reply) })
}

// send has a client's message travel to a node.
func (n *network) send(m protocol.Message) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.travel(outside, m.Dest, len(m.Body), func() { n.deliver(m) })
}

// node returns a node, nil if it is killed.
func (n *network) node(id string) Node {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.nodes[id].node
}

// setReady lets clients ask the node.
func (n *network) setReady(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.nodes[id].ready = true
}

func (n *network) isReady(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.nodes[id].ready
}
