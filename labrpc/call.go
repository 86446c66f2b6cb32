package labrpc

// A call waits for the first copy of its reply. It fails once nothing is left
// that could bring one, or after callLimit.
type call struct {
	key      uint64 // of its request
	open     int    // copies of request and reply under way, handlers that run
	finished bool
	answer   chan *message // nil for a failure
}

// call sends the request and waits for the answer, which is nil if none came.
func (n *Network) call(request *datagram) (answer *message) {
	c := &call{open: 1, answer: make(chan *message, 1)}
	request.call = c
	giveUp := n.startCall(c, request)
	answer = <-c.answer
	n.schedule.cancel(giveUp)
	return answer
}

func (n *Network) startCall(c *call, request *datagram) (giveUp *task) {
	n.mu.Lock()
	defer n.mu.Unlock()
	request.target = n.nodes[request.to]
	n.transmitLocked(request)
	c.key = request.key
	return n.schedule.after(callLimit, request.key, func() { n.finish(c, nil) })
}

// serve runs the handler for one copy of the request and sends its reply.
func (n *Network) serve(request *datagram, target *Node) {
	a, ok := target.handle(request)
	content, note := n.answerContent(a), n.answerNote(request, a)
	n.mu.Lock()
	defer n.mu.Unlock()
	if !ok {
		n.failLocked(request)
		return
	}
	n.transmitLocked(&datagram{sender: target, target: request.sender, from: request.to, to: request.from,
		method: request.method, message: a.message, content: content, note: note, call: request.call, reply: true, failed: a.err != nil})
}

// failLocked notes that a copy of a datagram, or the handler it got to, will
// not bring the answer. A call that hopes for nothing else fails.
func (n *Network) failLocked(d *datagram) {
	c := d.call
	if c == nil {
		return
	}
	if c.open--; c.open == 0 {
		// The request's own dice have made its fate. Its failure needs others,
		// or what was lost would fail early.
		fresh := dice{mix(d.key)}
		n.schedule.after(fresh.upTo(n.failWithin), d.key, func() { n.finish(c, nil) })
	}
}

func (n *Network) finish(c *call, answer *message) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !c.finished {
		c.finished = true
		c.answer <- answer
	}
}
