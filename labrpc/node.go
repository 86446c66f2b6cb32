package labrpc

import (
	"maps"
	"runtime/debug"
	"slices"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Node is one instance of a replica, from boot to halt. Its methods are safe
// for concurrent use.
type Node struct {
	net     *Network
	replica int
	methods map[string]method // nil until it serves
	halted  bool
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
// type T is called "T.Method"; it serves if it is exported, returns nothing,
// and takes pointers to arguments and reply, or a pointer to a datagram's
// content only. Serve fails if a receiver is nil or has no method that serves,
// or if two share a name.
func (node *Node) Serve(receivers ...any) error {
	methods, err := collectMethods(receivers)
	if err != nil {
		return err
	}
	node.net.mu.Lock()
	defer node.net.mu.Unlock()
	node.methods = methods
	return nil
}

// Halt takes the node off the network: whatever it sends from now on goes
// nowhere, its handlers answer nobody, and its calls return false.
func (node *Node) Halt() {
	node.net.mu.Lock()
	defer node.net.mu.Unlock()
	if !node.halted {
		node.halted = true
		node.net.eventLocked(Event{Kind: EventHalt, From: node.replica, To: -1})
	}
}

func (node *Node) upLocked() bool { return node != nil && !node.halted && node.methods != nil }

// handle runs the method that a datagram names and returns the encoded reply.
// It reports false if there is none: no such method, wrong types, or a panic.
func (node *Node) handle(d *datagram) (reply []byte, ok bool) {
	m, known := node.methods[d.method]
	if !known {
		node.net.config.Report(d.from, unknownMethod(d.method, node.replica, slices.Sorted(maps.Keys(node.methods))))
		return nil, false
	}
	if err := m.accepts(d.argsType, d.replyType); err != nil {
		node.net.config.Report(d.from, err)
		return nil, false
	}
	defer func() {
		if v := recover(); v != nil {
			node.net.config.Report(node.replica, &PanicError{Method: d.method, Value: v, Stack: debug.Stack()})
			reply, ok = nil, false
		}
	}()
	reply, err := m.invoke(d.body)
	if err != nil {
		node.net.config.Report(node.replica, err)
		return nil, false
	}
	return reply, true
}
