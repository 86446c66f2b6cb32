package checker

import (
	"fmt"
	"sync"
	"time"
)

// Recorder collects a history while clients run. It is safe for concurrent
// use; its methods do not block.
//
// What a client learned may be sharpened later: an operation of unknown
// outcome may turn out to have taken effect at some index, or never. Anything
// else that is said twice is a mistake of the caller, and panics.
type Recorder struct {
	now func() time.Duration

	mu  sync.Mutex
	ops History // ops[i] has ID i+1; Outcome is empty while the call is under way
}

// NewRecorder returns an empty recorder. now returns the time since the start
// of the run and must never go back; it is called with the recorder locked.
func NewRecorder(now func() time.Duration) *Recorder {
	return &Recorder{now: now}
}

// Call records that a client begins an operation on a replica, -1 for none,
// and returns the operation's ID. Record the call before anything is sent.
func (r *Recorder) Call(client, replica int, in Input) (id int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	op := Operation{ID: len(r.ops) + 1, Client: client, Replica: replica, Input: in, Call: r.now()}
	r.ops = append(r.ops, op)
	return op.ID
}

// Return records the answer, and the log index at which the operation took
// effect, 0 if that is not known. It panics unless the operation is under way.
func (r *Recorder) Return(id int, out Output, index int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	op := r.op("Return", id)
	if op.Outcome != "" {
		panic(fmt.Sprintf("checker: Return(%d): %v already has the outcome %q", id, *op, string(op.Outcome)))
	}
	op.Outcome, op.Output, op.Return = Done, out, r.now()
	op.took(index)
}

// NeverHappened records that the operation took no effect and never will. It
// may follow Unknown, and be said again; it panics after Return.
//
// If the operation is also known to have taken effect (see
// [Recorder.TookEffect]), the Raft contradicts itself. That is for [Safety] to
// report; here the operation stays unknown, so that no verdict rests on either
// claim.
func (r *Recorder) NeverHappened(id int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	op := r.op("NeverHappened", id)
	switch {
	case op.Outcome == Done:
		panic(fmt.Sprintf("checker: NeverHappened(%d): %v has returned", id, *op))
	case op.Index > 0:
		op.Outcome, op.Return = Unknown, 0
	case op.Outcome != NeverHappened:
		op.Outcome, op.Return = NeverHappened, r.now()
	}
}

// Unknown records that the client gave up: the operation may take effect at
// any later time, or never. It changes nothing if more is known already, and
// panics after Return.
func (r *Recorder) Unknown(id int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	op := r.op("Unknown", id)
	switch op.Outcome {
	case Done:
		panic(fmt.Sprintf("checker: Unknown(%d): %v has returned", id, *op))
	case "":
		op.Outcome = Unknown
	}
}

// TookEffect records the log index at which an operation took effect; the
// first index wins. It may be said at any time, also of an operation whose
// answer never reaches the client, which keeps the outcome unknown: the client
// did not see it, so it may not close the interval.
func (r *Recorder) TookEffect(id, index int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	op := r.op("TookEffect", id)
	op.took(index)
	if op.Outcome == NeverHappened && op.Index > 0 {
		op.Outcome, op.Return = Unknown, 0
	}
}

// History returns a copy of what was recorded. Calls still under way are
// Unknown in it.
func (r *Recorder) History() History {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := make(History, len(r.ops))
	copy(h, r.ops)
	for i := range h {
		if h[i].Outcome == "" {
			h[i].Outcome = Unknown
		}
	}
	return h
}

// op finds an operation. It expects r.mu to be held.
func (r *Recorder) op(method string, id int) *Operation {
	if id < 1 || id > len(r.ops) {
		panic(fmt.Sprintf("checker: %s(%d): no such operation; Call has given out 1 to %d", method, id, len(r.ops)))
	}
	return &r.ops[id-1]
}

// took sets the index unless it is known.
func (op *Operation) took(index int) {
	if op.Index == 0 {
		op.Index = index
	}
}
