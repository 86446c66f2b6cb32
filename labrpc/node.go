package labrpc

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Node is one instance of a replica, from boot to halt. Its methods are safe
// for concurrent use.
type Node struct {
	net          *Network
	replica      int
	methods      map[string]method // nil until it serves, never changed after
	stalledUntil time.Duration
	halted       bool
	haltedAt     time.Duration
	instant      time.Duration // of the latest message
	sent         int           // messages in that instant
	flooded      atomic.Bool   // sent too many
	gone         chan struct{} // closed when it halts
}

// floodLimit is how many messages a node may send in one instant: hundreds of
// times what a cluster with thousands of commands under way needs.
const floodLimit = 100_000

// FloodError reports that a replica sent messages without end in an instant. From
// then on whatever sends from that node waits until it halts, so that a loop that
// would fill the memory stands still.
type FloodError struct {
	// Method is the method of the latest message, Messages how many there were.
	Method   string
	Messages int
}

// Error says how many messages there were.
func (e *FloodError) Error() string {
	return fmt.Sprintf("sent %d messages in one instant, the latest to %s", e.Messages, e.Method)
}

// countSentLocked counts a message and reports whether it is one too many.
func (node *Node) countSentLocked(now time.Duration) (flood bool) {
	if now != node.instant {
		node.instant, node.sent = now, 0
	}
	node.sent++
	return node.sent == floodLimit
}

// standStillIfFlooded returns when the node has halted if it has sent too much,
// else at once.
func (node *Node) standStillIfFlooded() {
	if node.flooded.Load() {
		<-node.gone
	}
}

// Peers returns the node's links to all replicas, itself included.
func (node *Node) Peers() []raftiface.Peer {
	peers := make([]raftiface.Peer, node.net.Replicas())
	for to := range peers {
		peers[to] = &peer{node: node, to: to}
	}
	return peers
}

// Serve makes the node answer calls with the receivers' methods. A method of a
// type T is called "T.Method"; it serves if it is exported, takes arguments (or
// a pointer to them) and a pointer to the reply, or a pointer to a datagram's
// content only, and returns nothing or an error. Serve fails if a receiver is
// nil or has no method that serves, if two share a name, or if the node serves
// already.
//
// If the handler of a call returns an error that is not nil, an empty reply
// travels back in place of the other, and Call returns false once it arrives.
// The error of a datagram's handler goes nowhere.
func (node *Node) Serve(receivers ...any) error {
	methods, err := collectMethods(receivers)
	if err != nil {
		return err
	}
	node.net.mu.Lock()
	defer node.net.mu.Unlock()
	if node.methods != nil {
		return fmt.Errorf("labrpc: replica %d serves already; give Serve all receivers at once", node.replica)
	}
	node.methods = methods
	return nil
}

// Halt takes the node off the network: whatever it sends from this instant on
// goes nowhere, its handlers answer nobody, and its calls return false.
func (node *Node) Halt() {
	node.net.mu.Lock()
	defer node.net.mu.Unlock()
	if !node.halted {
		node.halted, node.haltedAt = true, node.net.Now()
		close(node.gone)
		node.net.trace.Add(Event{At: node.haltedAt, Kind: EventHalt, From: node.replica, To: -1})
	}
}

// haltedBefore reports whether the node halted before a time, not at it.
func (node *Node) haltedBefore(t time.Duration) bool { return node.halted && node.haltedAt < t }

// takesLocked reports whether the node is there for a datagram: for the reply
// of its own call as long as it is up, for others once it serves.
func (node *Node) takesLocked(d *datagram) bool {
	if node.halted || d.target != nil && d.target != node {
		return false
	}
	return d.reply || node.methods != nil
}

// handle runs the method that a datagram names and returns its answer. It
// reports false if there is none: no such method, wrong types, or a panic.
func (node *Node) handle(d *datagram) (a answer, ok bool) {
	m, err := node.methodFor(d)
	if err != nil {
		node.net.config.Report(d.from, err)
		return answer{}, false
	}
	a, err = m.invoke(d.message)
	if err != nil {
		node.net.config.Report(node.replica, err)
		return answer{}, false
	}
	return a, true
}

// methodFor returns the method that a datagram names, if it fits.
func (node *Node) methodFor(d *datagram) (method, error) {
	m, known := node.methods[d.method]
	if !known {
		return method{}, unknownMethod(d.method, node.replica, node.methods)
	}
	return m, m.accepts(d.message.codec.t, d.replyType)
}
