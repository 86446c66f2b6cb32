package node

import (
	"sync"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A queue holds what waits for the service, so that no lock is held while it is sent
// on the apply channel. It has no bound: a node does not wait for a slow service.
type queue struct {
	out  chan<- raftiface.ApplyMsg
	more chan struct{} // holds a token while messages wait

	mu      sync.Mutex
	waiting []raftiface.ApplyMsg
}

func newQueue(out chan<- raftiface.ApplyMsg) *queue {
	return &queue{out: out, more: make(chan struct{}, 1)}
}

func (q *queue) add(msg raftiface.ApplyMsg) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, msg)
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
