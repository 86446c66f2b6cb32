package labrpc

import (
	"fmt"
	"reflect"
)

// A datagram is a message on its way over one link.
type datagram struct {
	from, to            int
	method              string
	reply               bool
	body                []byte
	argsType, replyType reflect.Type // of the request; replyType nil if there is none
	target              *Node        // the instance it is meant for; nil: whichever is there
	key                 uint64

	arrive func(*Node) // a copy reached the instance
	fail   func()      // a copy never will
}

// peer is a node's link to one replica.
type peer struct {
	node *Node
	to   int
}

// Send implements [raftiface.Peer].
func (p *peer) Send(svcMeth string, args any) {
	body, err := encode(args)
	if err != nil {
		p.node.net.config.Report(p.node.replica, fmt.Errorf("labrpc: send %s: %w", svcMeth, err))
		return
	}
	d := &datagram{from: p.node.replica, to: p.to, method: svcMeth, body: body,
		argsType: indirectType(reflect.TypeOf(args)), fail: func() {}}
	d.arrive = func(target *Node) { target.handle(d) }
	p.node.net.mu.Lock()
	defer p.node.net.mu.Unlock()
	p.node.net.transmitLocked(p.node, d)
}

// Call implements [raftiface.Peer].
func (p *peer) Call(svcMeth string, args, reply any) bool {
	n := p.node.net
	rv := reflect.ValueOf(reply)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		n.config.Report(p.node.replica, fmt.Errorf("labrpc: call %s: reply must be a pointer that is not nil, got %T", svcMeth, reply))
		return false
	}
	body, err := encode(args)
	if err != nil {
		n.config.Report(p.node.replica, fmt.Errorf("labrpc: call %s: %w", svcMeth, err))
		return false
	}
	answer, ok := n.call(p.node, &datagram{from: p.node.replica, to: p.to, method: svcMeth, body: body,
		argsType: indirectType(reflect.TypeOf(args)), replyType: rv.Type().Elem()})
	if !ok {
		return false
	}
	if err := decode(answer, rv.Elem()); err != nil {
		n.config.Report(p.node.replica, fmt.Errorf("labrpc: call %s: decode reply %T: %w", svcMeth, reply, err))
		return false
	}
	return true
}

// A call waits for the first copy of its reply. It fails once no copy of the
// request or of a reply is under way any more, or after callLimit.
type call struct {
	caller   *Node
	request  *datagram
	underWay int // copies and running handlers
	finished bool
	answer   chan []byte // nil for a failure
}

func (n *Network) call(caller *Node, request *datagram) (answer []byte, ok bool) {
	c := &call{caller: caller, request: request, answer: make(chan []byte, 1)}
	n.mu.Lock()
	giveUp := n.afterLocked(callLimit, func() { n.finish(c, nil) })
	request.target = n.nodes[request.to]
	request.arrive = func(target *Node) { n.serve(c, target) }
	request.fail = func() { n.dropLocked(c) }
	c.underWay = n.transmitLocked(caller, request)
	if c.underWay == 0 {
		n.failSoonLocked(c)
	}
	n.mu.Unlock()
	answer = <-c.answer
	giveUp()
	return answer, answer != nil
}

// serve runs the handler for one copy of the request and sends its reply.
func (n *Network) serve(c *call, target *Node) {
	body, ok := target.handle(c.request)
	n.mu.Lock()
	defer n.mu.Unlock()
	if ok {
		reply := &datagram{from: c.request.to, to: c.request.from, method: c.request.method, reply: true, body: body, target: c.caller}
		reply.arrive = func(*Node) { n.finish(c, body) }
		reply.fail = func() { n.dropLocked(c) }
		c.underWay += n.transmitLocked(target, reply)
	}
	n.dropLocked(c)
}

// dropLocked notes that one copy, or one handler, will not finish the call.
func (n *Network) dropLocked(c *call) {
	if c.underWay--; c.underWay == 0 {
		n.failSoonLocked(c)
	}
}

func (n *Network) failSoonLocked(c *call) {
	d := dice{c.request.key}
	n.afterLocked(d.upTo(n.failWithin), func() { n.finish(c, nil) })
}

func (n *Network) finish(c *call, answer []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !c.finished {
		c.finished = true
		c.answer <- answer
	}
}

// transmitLocked sends a datagram and returns how many copies are under way.
func (n *Network) transmitLocked(sender *Node, d *datagram) (copies int) {
	if sender.halted {
		return 0
	}
	n.countLocked(d)
	id := identity{from: d.from, to: d.to, reply: d.reply, content: contentHash(d.method, d.body)}
	n.occurrences[id]++
	id.occurrence = n.occurrences[id]
	d.key = id.key(n.config.Seed)
	n.datagramEventLocked(EventSend, d)

	link := n.links[d.from][d.to]
	if link.cut {
		n.datagramEventLocked(EventCut, d)
		return 0
	}
	delays := link.conditions.fate(d.key)
	if len(delays) == 0 {
		n.datagramEventLocked(EventLost, d)
	}
	wait := max(0, n.stalled[d.from]-n.Now())
	for _, delay := range delays {
		n.afterLocked(wait+delay, func() { n.arrive(d) })
	}
	return len(delays)
}

// arrive is where a copy of a datagram comes to the end of its link.
func (n *Network) arrive(d *datagram) {
	n.mu.Lock()
	target, ok := n.admitLocked(d)
	n.mu.Unlock()
	if ok {
		d.arrive(target)
	}
}

// admitLocked returns the instance that a datagram has reached. It reports
// false if it reached none, or not yet.
func (n *Network) admitLocked(d *datagram) (target *Node, ok bool) {
	link := n.links[d.from][d.to]
	if link.holding {
		n.datagramEventLocked(EventHeld, d)
		link.held = append(link.held, func() { n.arrive(d) })
		return nil, false
	}
	if wait := n.stalled[d.to] - n.Now(); wait > 0 {
		n.afterLocked(wait, func() { n.arrive(d) })
		return nil, false
	}
	target = n.nodes[d.to]
	switch {
	case link.cut:
		n.datagramEventLocked(EventCut, d)
	case !target.upLocked(), d.target != nil && d.target != target:
		n.datagramEventLocked(EventDown, d)
	default:
		n.datagramEventLocked(EventDeliver, d)
		return target, true
	}
	d.fail()
	return nil, false
}

func (n *Network) datagramEventLocked(kind EventKind, d *datagram) {
	n.eventLocked(Event{Kind: kind, From: d.from, To: d.to, Datagram: d.key, Reply: d.reply, Size: len(d.body), Text: d.method})
}
