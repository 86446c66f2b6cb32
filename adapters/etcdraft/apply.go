package etcdraft

import (
	"sync"

	"go.etcd.io/raft/v3"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A queue holds what waits for the service, so that no lock is held while it is
// sent on the apply channel. It has no bound: Start must not wait for a slow
// service either.
type queue struct {
	out  chan<- raftiface.ApplyMsg
	more chan struct{} // holds a token while messages wait

	mu      sync.Mutex
	waiting []raftiface.ApplyMsg
	last    int // index of the latest message, or where the service began
}

// newQueue returns the queue of a service that begins with the snapshot at an
// index.
func newQueue(out chan<- raftiface.ApplyMsg, begin int) *queue {
	return &queue{out: out, more: make(chan struct{}, 1), last: begin}
}

func (q *queue) add(msgs ...raftiface.ApplyMsg) {
	if len(msgs) == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, msgs...)
	last := msgs[len(msgs)-1]
	q.last = max(last.CommandIndex, last.SnapshotIndex, last.MembershipIndex)
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *queue) take() []raftiface.ApplyMsg {
	q.mu.Lock()
	defer q.mu.Unlock()
	msgs := q.waiting
	q.waiting = nil
	return msgs
}

// lastIndex returns the index that a service comes to with what it has been, or
// will be, sent so far.
func (q *queue) lastIndex() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.last
}

// deliver sends the queue's messages, in order, until stop is closed.
func (q *queue) deliver(stop <-chan struct{}) {
	for {
		select {
		case <-q.more:
		case <-stop:
			return
		}
		for _, msg := range q.take() {
			select {
			case q.out <- msg:
			case <-stop:
				return
			}
		}
	}
}

// apply applies what a Ready has for that, and returns what of it is for the service: a
// snapshot, or what is committed. Entries without content stay here, as the empty one
// that every leader begins its term with. It expects r.mu to be held.
func (r *Raft) apply(ready raft.Ready) []raftiface.ApplyMsg {
	var msgs []raftiface.ApplyMsg
	if s := ready.Snapshot; !raft.IsEmptySnap(s) {
		msgs = append(msgs, raftiface.ApplyMsg{
			SnapshotValid: true,
			Snapshot:      s.GetData(),
			SnapshotTerm:  int(s.GetMetadata().GetTerm()),
			SnapshotIndex: int(s.GetMetadata().GetIndex()),
			Membership:    membershipOf(s.GetMetadata().GetConfState()),
		})
	}
	for _, e := range ready.CommittedEntries {
		switch {
		case isChange(e):
			msgs = append(msgs, r.reconfigure(e))
		case len(e.GetData()) > 0:
			msgs = append(msgs, raftiface.ApplyMsg{
				CommandValid: true,
				Command:      decodeCommand(e.GetData()),
				CommandIndex: int(e.GetIndex()),
			})
		}
	}
	return msgs
}
