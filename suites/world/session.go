package world

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

const (
	// sessionPatience is how long a session asks until it is answered: through
	// long faults, and through an election after them.
	sessionPatience = time.Minute
	// replyPatience is less than how long a session waits for its first reply.
	// That is often too short, so that it asks again for what was done already.
	replyPatience = 200 * time.Millisecond
	// mostDoublings is how often it doubles its patience: to ask is to put another
	// command into the log, and a cluster that is slow must not drown in them.
	mostDoublings = 5
)

// Session is a client that asks again until it is answered (Ongaro's thesis,
// section 6.3). It numbers its operations, so that the service does what it
// asks for once, and the history has one operation, however often it asked. A
// session is used by one goroutine at a time.
type Session struct {
	cl      *Client
	pending *pending // nil if all its operations were answered
}

// pending is an operation without an answer.
type pending struct {
	op    int
	input checker.Input
	taken bool // a replica took it, so it may yet take effect
}

// NewSession returns a session that uses any replica that takes its commands.
func (c *Cluster) NewSession() *Session { return &Session{cl: c.NewClient()} }

// StartSessions starts n sessions that put, append, compare-and-set and get the
// given number of keys, at random, until StopClients.
func (c *Cluster) StartSessions(n, keys int) {
	for range n {
		s := c.NewSession()
		c.startClient(s.cl, func() { s.do(s.cl.something(keys)) })
	}
}

// Append adds to a key's value. ok is false if no answer came in time; it may
// happen any time later then, or never. See Retry.
func (s *Session) Append(key, value string) (output checker.Output, ok bool) {
	return s.do(checker.Input{Kind: checker.Append, Key: key, Value: value})
}

// AppendUnheard gives an append to one replica, whose reply is lost. It reports
// whether the replica took it. See Retry.
func (s *Session) AppendUnheard(replica int, key, value string) (taken bool) {
	s.begin(replica, checker.Input{Kind: checker.Append, Key: key, Value: value})
	return s.askUnheard(replica)
}

// RetryUnheard asks one replica again for the operation that has no answer yet,
// and the reply is lost again. It reports whether the replica took it.
func (s *Session) RetryUnheard(replica int) (taken bool) {
	s.must("RetryUnheard")
	return s.askUnheard(replica)
}

// Retry asks again for the operation that has no answer yet. See Append for ok.
func (s *Session) Retry() (output checker.Output, ok bool) {
	s.must("Retry")
	return s.ask()
}

func (s *Session) must(verb string) {
	if s.pending == nil {
		s.cl.c.fail(Harness, fmt.Sprintf("the story calls %s of a session that has had all its answers", verb))
	}
}

func (s *Session) do(input checker.Input) (output checker.Output, ok bool) {
	s.begin(-1, input)
	return s.ask()
}

// begin begins the next operation. One that has no answer yet is given up.
func (s *Session) begin(replica int, input checker.Input) {
	s.giveUp()
	s.cl.number++
	s.pending = &pending{op: s.cl.call(replica, input), input: input}
}

func (s *Session) giveUp() {
	if s.pending == nil {
		return
	}
	f := fate{outcome: checker.NeverHappened}
	if s.pending.taken {
		f.outcome = checker.Unknown
	}
	s.cl.c.record(s.pending.op, f)
}

// ask asks replica after replica for the pending operation until it is
// answered.
func (s *Session) ask() (output checker.Output, ok bool) {
	c, p := s.cl.c, s.pending
	for deadline, tries := c.Now()+sessionPatience, 0; c.Now() < deadline; tries++ {
		wait := time.Duration(s.cl.rand.IntN(int(replyPatience))) << min(tries, mostDoublings)
		s.cl.pause() // the latest attempt may have been decided by a crash, in the instant of that
		f, taken := s.cl.attempt(p.op, s.cl.target, p.input, wait)
		p.taken = p.taken || taken
		if f.outcome == checker.Done {
			c.record(p.op, f)
			s.pending = nil
			c.check()
			return f.output, true
		}
		if !taken {
			s.cl.rest()
		}
		s.cl.target = c.NextAfter(s.cl.target, 1) // this one may be cut off and not know
	}
	return checker.Output{}, false
}

func (s *Session) askUnheard(replica int) (taken bool) {
	c, p := s.cl.c, s.pending
	s.cl.pause()
	if in := c.replicas[replica].running(); in != nil {
		taken = s.cl.propose(p.op, in, p.input, func(fate) {})
	}
	p.taken = p.taken || taken
	c.check()
	return taken
}
