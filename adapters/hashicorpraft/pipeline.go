package hashicorpraft

import (
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// pipeline replicates as one connection does: what is sent arrives in the order
// in which it was sent, is answered in that order, and once something is lost
// the connection is broken. Calls overtake each other, so the next one is made
// when the one before it has returned.
//
// It waits where the library's own pipeline does, so that whoever would be stuck
// there is stuck here: the library's default is two requests in flight, one that
// waits for its answer and one whose sender waits for its turn.
type pipeline struct {
	send     func(*raft.AppendEntriesRequest, *raft.AppendEntriesResponse) error
	sent     func() // called once a request was accepted
	requests chan *appendFuture
	done     chan raft.AppendFuture
	broken   chan struct{} // closed at the first failure
	closed   chan struct{} // closed by Close
	close    sync.Once
	stop     <-chan struct{} // closed by Kill
}

// AppendEntriesPipeline implements [raft.Transport].
func (t *transport) AppendEntriesPipeline(_ raft.ServerID, target raft.ServerAddress) (raft.AppendPipeline, error) {
	p := &pipeline{
		send: func(args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
			return t.appendEntries(target, args, resp)
		},
		sent:     func() { t.dice.shake("pipelined to " + string(target)) },
		requests: make(chan *appendFuture),
		done:     make(chan raft.AppendFuture),
		broken:   make(chan struct{}),
		closed:   make(chan struct{}),
		stop:     t.stop,
	}
	go p.run()
	return p, nil
}

// run makes the calls, and hands out the requests that failed as well.
func (p *pipeline) run() {
	for {
		var f *appendFuture
		select {
		case f = <-p.requests:
		case <-p.closed:
			return
		case <-p.stop:
			return
		}
		if f.err = p.send(f.args, f.resp); f.err != nil {
			close(p.broken)
		}
		select {
		case p.done <- f:
		case <-p.closed:
			return
		case <-p.stop:
			return
		}
		if f.err != nil {
			return
		}
	}
}

// AppendEntries implements [raft.AppendPipeline].
func (p *pipeline) AppendEntries(args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) (raft.AppendFuture, error) {
	f := &appendFuture{start: time.Now(), args: args, resp: resp}
	select {
	case p.requests <- f:
		p.sent()
		return f, nil
	case <-p.broken:
		return nil, errNoReply
	case <-p.closed:
	case <-p.stop:
	}
	return nil, raft.ErrPipelineShutdown
}

// Consumer implements [raft.AppendPipeline].
func (p *pipeline) Consumer() <-chan raft.AppendFuture { return p.done }

// Close implements [raft.AppendPipeline].
func (p *pipeline) Close() error {
	p.close.Do(func() { close(p.closed) })
	return nil
}

// appendFuture is a request in a pipeline. It is handed out once it is decided,
// and so never waited for.
type appendFuture struct {
	start time.Time
	args  *raft.AppendEntriesRequest
	resp  *raft.AppendEntriesResponse
	err   error
}

// Error implements [raft.AppendFuture].
func (f *appendFuture) Error() error { return f.err }

// Start implements [raft.AppendFuture].
func (f *appendFuture) Start() time.Time { return f.start }

// Request implements [raft.AppendFuture].
func (f *appendFuture) Request() *raft.AppendEntriesRequest { return f.args }

// Response implements [raft.AppendFuture].
func (f *appendFuture) Response() *raft.AppendEntriesResponse { return f.resp }
