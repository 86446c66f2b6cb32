package labrpc

import (
	"fmt"
	"sync"
	"time"
)

const (
	// callLimit is when a Call that had no reply gives up, whatever happened to
	// it: the 6.824 lab's longest wait.
	callLimit = 7 * time.Second
	// defaultFailWithin is the longest time until a Call that cannot succeed
	// returns false: the lab's, where it does not simulate long waits.
	defaultFailWithin = 100 * time.Millisecond
)

// Config describes a network. Replicas is required.
type Config struct {
	// Replicas is the number of replicas, at least 1.
	Replicas int
	// Seed determines the fate of every datagram.
	Seed uint64
	// Conditions are those of all links at first.
	Conditions Conditions
	// Fates are what becomes of single datagrams, by [Event.Datagram], in place of what
	// the conditions of their links would do.
	Fates map[uint64]Fate
	// Contents has the trace keep what messages say: [Event.Content]. It costs
	// time and memory, and changes nothing else.
	Contents bool
	// Note, if it is not nil, is called with each message as it is sent, and what it
	// returns is kept with the message's events: [Event.Note]. It gets the method,
	// the content, or the error that a handler returned in its place, and of a reply
	// the note of its request, if that has one. It must keep nothing of the content,
	// which its sender may change.
	Note func(method string, request, content any) any
	// Watch, if it is not nil, is called with each event of the trace, in its order,
	// once the event's instant is over. It must neither block nor use the network or
	// the trace.
	Watch func(Event)
	// Saves, if it is not nil, says how often a replica has saved its state so far,
	// for [Event.Saves]. It must not use the network.
	Saves func(replica int) int
	// Report is called, on any goroutine, when a replica panics in a handler
	// (a *PanicError), sends messages without end in one instant (a
	// *FloodError), sends what cannot be sent, or what the other replica has no
	// method for (any other error). It must not block. If Report is nil, the
	// error is panicked with.
	Report func(replica int, err error)
}

// PanicError reports that a handler panicked.
type PanicError struct {
	Method string
	Value  any
	Stack  []byte
}

// Error returns the method and what it panicked with.
func (e *PanicError) Error() string { return fmt.Sprintf("%s panicked: %v", e.Method, e.Value) }

// Network connects the replicas of a cluster. All methods are safe for
// concurrent use. A network made in a synctest bubble belongs to it, and is to
// be closed before the bubble ends.
type Network struct {
	config   Config
	schedule *schedule
	trace    *Trace

	mu          sync.Mutex // never held while a handler or Report runs
	links       [][]*Link  // by from, to
	changes     []LinkChange
	nodes       []*Node // the latest of each replica
	deferred    []bool  // by replica; see DeferSends
	failWithin  time.Duration
	occurrences map[digest]uint64 // how often a content was sent on a link
}

// New returns a network on which no replica is up. The network needs to be
// closed. New panics if the configuration has no replicas or its conditions are
// not valid.
func New(config Config) *Network {
	if config.Replicas < 1 {
		panic(fmt.Sprintf("labrpc: Config.Replicas must be at least 1, got %d", config.Replicas))
	}
	config.Conditions.mustBeValid()
	if config.Report == nil {
		config.Report = func(replica int, err error) { panic(fmt.Sprintf("labrpc: replica %d: %v", replica, err)) }
	}
	n := &Network{
		config:      config,
		schedule:    newSchedule(),
		trace:       &Trace{watch: config.Watch, notes: config.Contents},
		deferred:    make([]bool, config.Replicas),
		failWithin:  defaultFailWithin,
		occurrences: map[digest]uint64{},
	}
	for from := range config.Replicas {
		n.nodes = append(n.nodes, &Node{net: n, replica: from, halted: true})
		row := make([]*Link, config.Replicas)
		for to := range row {
			row[to] = &Link{net: n, from: from, to: to, conditions: config.Conditions}
		}
		n.links = append(n.links, row)
	}
	return n
}

// Close ends the network and its goroutines, but for handlers that still run.
// What was to happen later does not: no message arrives, no function given to
// After is called, and what waits in Call or Sleep waits on. The trace and the
// counters stay.
func (n *Network) Close() { n.schedule.close() }

// Now returns the time since the network was made.
func (n *Network) Now() time.Duration { return n.schedule.now() }

// Trace returns the record of what happened on the network.
func (n *Network) Trace() *Trace { return n.trace }

// Replicas returns the number of replicas.
func (n *Network) Replicas() int { return len(n.links) }

// Link returns the link from one replica to another. It panics if there is no
// such replica.
func (n *Network) Link(from, to int) *Link { return n.links[from][to] }

// SetConditions sets the conditions of all links. It panics if a fraction is
// not from 0 to 1 or a time is negative.
func (n *Network) SetConditions(c Conditions) {
	for _, row := range n.links {
		for _, l := range row {
			l.SetConditions(c)
		}
	}
}

// SetFailWithin sets the longest time until a Call that cannot succeed, because
// a datagram was lost or the other replica is away, returns false. The time is
// drawn uniformly, up to a limit of 7 s. The default is 100 ms.
func (n *Network) SetFailWithin(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failWithin = min(d, callLimit)
}

// Stall makes a replica stand still towards the network for d from now, like a
// process that waits for its disk or is not scheduled: what arrives waits, and
// what it sends leaves no earlier than at the end. A second Stall lasts until
// the later of the two ends. A crash ends it, and what waits is lost.
func (n *Network) Stall(replica int, d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	node := n.nodes[replica]
	node.stalledUntil = max(node.stalledUntil, n.Now()+d)
}

// DeferSends makes what a replica sends from now on leave it an instant later
// than it was sent. Whoever calls Stall from what the replica does, and not at an
// instant of its own, calls this before: whatever the replica sends in the
// instant in which it is stalled then waits, whether its goroutines sent it
// before or after.
func (n *Network) DeferSends(replica int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.deferred[replica] = true
}

// After calls f on another goroutine d from now, or up to a millisecond
// later: at an instant that is no other event's, modulo a millisecond. Whoever
// drives a cluster uses After and Sleep for all its own actions, so that they
// don't meet the replicas' timers. It returns a function that cancels the call
// and reports whether it did so before the call began.
//
// What is due at one instant happens in the order in which it was asked for. If
// several goroutines ask for the same, they need to do so at different
// instants, or the Go scheduler chooses their order: see AfterAs.
func (n *Network) After(d time.Duration, f func()) (cancel func() bool) { return n.AfterAs(0, d, f) }

// AfterAs is After for one of several who may ask at one instant for the same. Then
// the one with the smaller number comes first.
func (n *Network) AfterAs(who uint64, d time.Duration, f func()) (cancel func() bool) {
	t := n.schedule.after(d, who, f)
	return func() bool { return n.schedule.cancel(t) }
}

// Sleep returns d from now, or up to a millisecond later, at an instant that is
// no other event's. See After for several goroutines.
func (n *Network) Sleep(d time.Duration) {
	done := make(chan struct{})
	n.schedule.after(d, 0, func() { close(done) })
	<-done
}

// Boot makes a node for a replica that is down and returns it. The node's peers
// can send at once, and its calls be answered, but no message reaches the node
// before it serves. Boot panics if the replica is up.
func (n *Network) Boot(replica int) *Node {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.nodes[replica].halted {
		panic(fmt.Sprintf("labrpc: replica %d is up already", replica))
	}
	node := &Node{net: n, replica: replica, gone: make(chan struct{})}
	n.nodes[replica] = node
	n.trace.Add(Event{At: n.Now(), Kind: EventBoot, From: replica, To: -1})
	return node
}

// content returns what the trace keeps of a message's content.
func (n *Network) content(v any) string {
	if !n.config.Contents {
		return ""
	}
	return render(v)
}

// note returns what is kept of a message.
func (n *Network) note(method string, request, content any) any {
	if n.config.Note == nil {
		return nil
	}
	return n.config.Note(method, request, content)
}

// answerNote returns what is kept of an answer to a request.
func (n *Network) answerNote(request *datagram, a answer) any {
	switch {
	case request.note == nil:
		return nil
	case a.err != nil:
		return n.note(request.method, request.note, a.err)
	}
	return n.note(request.method, request.note, a.reply)
}

// answerContent returns what the trace keeps of an answer's content.
func (n *Network) answerContent(a answer) string {
	if a.err != nil {
		return n.content(handlerError{a.err})
	}
	return n.content(a.reply)
}
