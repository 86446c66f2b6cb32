package world

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

const (
	// clientPatience is how long a client waits for an answer.
	clientPatience = 2 * time.Second
	// retryAfter is how long a client waits before it asks the next replica.
	retryAfter = 20 * time.Millisecond
)

// Client is a client of the replicated service. Each of its operations is
// recorded for Porcupine. A client is used by one goroutine at a time.
type Client struct {
	c      *Cluster
	id     int
	rand   *rand.Rand
	target int // the replica that took its latest command
	count  int
	number int // of its operation, if it has a session; else 0
}

// NewClient returns a client that uses any replica that takes its commands.
func (c *Cluster) NewClient() *Client {
	c.clients.mu.Lock()
	defer c.clients.mu.Unlock()
	c.clients.next++
	id := storyClient + c.clients.next
	return &Client{c: c, id: id, rand: rand.New(rand.NewPCG(c.plan.Seed, 0xc11e47+uint64(id)))}
}

// StartClients starts n clients that put, append, compare-and-set and get the
// given number of keys, at random, until StopClients.
func (c *Cluster) StartClients(n, keys int) {
	for range n {
		cl := c.NewClient()
		c.startClient(cl, func() { cl.Do(cl.something(keys)) })
	}
}

// startClient lets a client operate again and again until StopClients.
func (c *Cluster) startClient(cl *Client, operate func()) {
	c.check()
	c.clients.mu.Lock()
	if c.clients.done == nil {
		c.clients.done = make(chan struct{})
	}
	done := c.clients.done
	c.clients.mu.Unlock()
	c.clients.wait.Go(func() {
		c.guard(func() {
			for !isClosed(done) {
				c.Sleep(10*time.Millisecond + time.Duration(cl.rand.IntN(int(40*time.Millisecond))))
				operate()
			}
		})
	})
}

// StopClients ends the clients started by StartClients and StartSessions and
// waits for their last operations.
func (c *Cluster) StopClients() {
	c.check()
	c.clients.stop()
	c.clients.wait.Wait()
	c.check()
}

// something is an operation at random.
func (cl *Client) something(keys int) checker.Input {
	key := fmt.Sprintf("c%d", cl.rand.IntN(keys))
	cl.count++
	value := fmt.Sprintf("%d.%d", cl.id, cl.count)
	switch n := cl.rand.IntN(10); {
	case n < 4:
		return checker.Input{Kind: checker.Get, Key: key}
	case n < 7:
		return checker.Input{Kind: checker.Put, Key: key, Value: value}
	case n < 9:
		return checker.Input{Kind: checker.Append, Key: key, Value: value + " "}
	default:
		return checker.Input{Kind: checker.CompareAndSet, Key: key, Expect: fmt.Sprintf("%d.%d", cl.id, cl.count-1), Value: value}
	}
}

// Get reads a key. ok is false if no answer came in time; the read counts for
// nothing then.
func (cl *Client) Get(key string) (output checker.Output, ok bool) {
	return cl.Do(checker.Input{Kind: checker.Get, Key: key})
}

// Put writes a key. ok is false if no answer came in time; the write may happen
// any time later then, or never.
func (cl *Client) Put(key, value string) (ok bool) {
	_, ok = cl.Do(checker.Input{Kind: checker.Put, Key: key, Value: value})
	return ok
}

// Append adds to a key's value. See Put for ok.
func (cl *Client) Append(key, value string) (output checker.Output, ok bool) {
	return cl.Do(checker.Input{Kind: checker.Append, Key: key, Value: value})
}

// CompareAndSet writes a key if it has the expected value. See Put for ok.
func (cl *Client) CompareAndSet(key, expect, value string) (output checker.Output, ok bool) {
	return cl.Do(checker.Input{Kind: checker.CompareAndSet, Key: key, Expect: expect, Value: value})
}

// GetFrom reads a key from one replica, whatever that replica believes.
func (cl *Client) GetFrom(replica int, key string) (output checker.Output, ok bool) {
	return cl.at(replica, checker.Input{Kind: checker.Get, Key: key})
}

// PutTo writes a key at one replica, whatever that replica believes. See Put
// for ok.
func (cl *Client) PutTo(replica int, key, value string) (ok bool) {
	_, ok = cl.at(replica, checker.Input{Kind: checker.Put, Key: key, Value: value})
	return ok
}

// at performs an operation at one replica, in one attempt.
func (cl *Client) at(replica int, input checker.Input) (output checker.Output, ok bool) {
	op := cl.call(replica, input)
	f, _ := cl.attempt(op, replica, input, clientPatience)
	cl.c.record(op, f)
	cl.c.check()
	return f.output, f.outcome == checker.Done
}

// Do performs an operation: it asks replica after replica until one takes the
// command, and again if the command is certainly lost. An attempt whose fate
// stays open ends it. See Get and Put for ok.
func (cl *Client) Do(input checker.Input) (output checker.Output, ok bool) {
	c := cl.c
	op := cl.call(-1, input)
	f := fate{outcome: checker.NeverHappened}
	for deadline := c.Now() + clientPatience; f.outcome == checker.NeverHappened && c.Now() < deadline; {
		var taken bool
		if f, taken = cl.attempt(op, cl.target, input, clientPatience); !taken {
			cl.rest()
		} else if f.outcome == checker.NeverHappened {
			cl.pause()
		}
		if f.outcome != checker.Done {
			cl.target = c.NextAfter(cl.target, 1) // this one may be cut off and not know
		}
	}
	c.record(op, f)
	c.check()
	return f.output, f.outcome == checker.Done
}

// call records that an operation begins, a moment from now: one that began in
// the very instant in which another one ended would count as concurrent with it.
func (cl *Client) call(replica int, input checker.Input) (op int) {
	cl.pause()
	return cl.c.recorder.Call(cl.id, replica, input)
}

// rest is what a client does before it asks the next replica. A crash may send
// several of them there in one instant.
func (cl *Client) rest() { cl.c.sleepAs(uint64(cl.id)+1, retryAfter) }

// pause gives the client an instant of its own.
func (cl *Client) pause() { cl.c.Sleep(time.Duration(cl.rand.IntN(int(time.Millisecond)))) }

// attempt asks one replica once, at an instant of the client's own, and waits so
// long for its answer. taken is false if the replica did not take the command; it
// certainly never happens then.
func (cl *Client) attempt(op, replica int, input checker.Input, patience time.Duration) (f fate, taken bool) {
	c := cl.c
	never := fate{outcome: checker.NeverHappened}
	in := c.replicas[replica].running()
	if in == nil {
		return never, false
	}
	if input.Kind == checker.Get && c.plan.Implementation.Features.ReadIndex {
		f = in.readIndex(input, patience)
		return f, f.outcome == checker.Done
	}
	decided := make(chan fate, 1)
	if !cl.propose(op, in, input, func(f fate) { decided <- f }) {
		return never, false
	}
	late, cancel := c.timer(patience)
	defer cancel()
	select {
	case f = <-decided:
		return f, true
	case <-late:
	case <-c.stopped:
	}
	return fate{outcome: checker.Unknown}, true
}

// propose gives a command to a replica and reports whether it took it.
func (cl *Client) propose(op int, in *instance, input checker.Input, decide func(fate)) (taken bool) {
	c := cl.c
	cmd := cl.command(input)
	id := cmd.plain().ID
	c.ledger.proposed(id, op, 0) // Start may never return
	index, _, taken := in.start(cmd, decide)
	if taken {
		c.ledger.proposed(id, op, index)
	} else {
		c.ledger.refused(id)
	}
	return taken
}

// command returns a fresh command that asks for the client's operation.
func (cl *Client) command(input checker.Input) command {
	cmd := Command{int(cl.c.nextID.Add(1)), input}
	if cl.number == 0 {
		return cmd
	}
	return SessionCommand{cmd, cl.id, cl.number}
}
