package trial

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
	"github.com/raftcheck/raftcheck/checker"
)

// A client asks nodes, one thing at a time.
type client struct {
	number int
	id     string
	net    *network

	// Guarded by net.mu.
	last    int // msg_id that was used
	pending map[int]request
}

// A request waits for an answer.
type request struct {
	understand func(protocol.Body) (protocol.Answer, error)
	answer     chan protocol.Answer // has room for one
}

func (n *network) newClient() *client {
	n.mu.Lock()
	defer n.mu.Unlock()
	number := len(n.clients)
	c := &client{number: number, id: fmt.Sprint("c", number), net: n, pending: map[int]request{}}
	n.clients[c.id] = c
	return c
}

// ask sends a request and waits for the answer. answered is false if none came before the
// context ended.
func (c *client) ask(ctx context.Context, node string, send func(protocol.Message), body protocol.Body, understand func(protocol.Body) (protocol.Answer, error)) (a protocol.Answer, answered bool) {
	r := request{understand: understand, answer: make(chan protocol.Answer, 1)}
	c.net.mu.Lock()
	c.last++
	id := c.last
	c.pending[id] = r
	c.net.mu.Unlock()
	body.MsgID = &id
	send(protocol.Message{Src: c.id, Dest: node, Body: body.JSON()})
	select {
	case a := <-r.answer:
		return a, true
	case <-ctx.Done():
	}
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	delete(c.pending, id)
	return protocol.Answer{}, false
}

// take takes what a node says to the client, and has it travel if the client still waits
// for it. It expects net.mu to be held. Its error says why it is no answer.
func (c *client) take(m protocol.Message, travel func(arrive func())) error {
	b, err := protocol.ParseBody(m.Body)
	switch {
	case err != nil:
		return err
	case b.InReplyTo == nil:
		return fmt.Errorf("expected in_reply_to in what %s is told, got %s", c.id, protocol.Shown(m.Body))
	case *b.InReplyTo < 1 || *b.InReplyTo > c.last:
		return fmt.Errorf("expected in_reply_to to be the msg_id of a request that %s sent (1 to %d), got %s", c.id, c.last, protocol.Shown(m.Body))
	}
	id := *b.InReplyTo
	r, waits := c.pending[id]
	if !waits {
		return nil // it has given up, or was answered before
	}
	a, err := r.understand(b)
	if err != nil {
		return fmt.Errorf("%w: %s", err, protocol.Shown(m.Body))
	}
	travel(func() {
		if r, waits := c.pending[id]; waits {
			delete(c.pending, id)
			r.answer <- a
		}
	})
	return nil
}

// do carries out an operation on a node, and records it.
func (t *trial) do(ctx context.Context, c *client, node string, in checker.Input) (a protocol.Answer, answered bool) {
	id := t.recorder.Call(c.number, slices.Index(t.net.ids, node), in)
	timed, end := context.WithTimeout(ctx, requestWithin)
	defer end()
	a, answered = c.ask(timed, node, t.net.send, protocol.Request(in),
		func(b protocol.Body) (protocol.Answer, error) { return protocol.Understand(in, b) })
	switch {
	case !answered || a.Outcome == checker.Unknown:
		t.recorder.Unknown(id)
		t.keys.unanswered(in)
	case a.Served():
		t.recorder.Return(id, a.Output, 0)
		t.keys.learn(in, a.Output)
	default:
		t.recorder.NeverHappened(id)
	}
	if ctx.Err() == nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.record.Errors.count(a, answered)
	}
	return a, answered
}

// How long a client thinks between operations, and how much longer after an error.
const (
	think     = 100 * time.Millisecond
	afterFail = 100 * time.Millisecond
)

// ask asks nodes for this and that until the context ends.
func (t *trial) ask(ctx context.Context, c *client) {
	dice := rand.New(rand.NewPCG(t.Seed, uint64(1000+c.number)))
	for ctx.Err() == nil {
		id := t.net.ids[dice.IntN(t.Nodes)]
		pause := time.Duration(dice.Int64N(int64(think)))
		if t.net.isReady(id) {
			if a, answered := t.do(ctx, c, id, t.keys.operation(dice)); answered && !a.Served() {
				pause += afterFail
			}
		}
		sleep(ctx, pause)
	}
}

// sleep reports whether the context has not ended meanwhile.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
