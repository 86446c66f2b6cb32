package child

import (
	"io"
	"sync"
)

// mostWaiting is how many bytes wait for a process that does not read.
const mostWaiting = 64 << 20

// A queue holds what is to be written, so that nobody waits for a slow reader.
type queue struct {
	more chan struct{} // holds a token while lines wait
	done chan struct{}

	mu      sync.Mutex
	waiting [][]byte
	size    int
}

func newQueue() *queue {
	return &queue{more: make(chan struct{}, 1), done: make(chan struct{})}
}

// add reports whether there is room.
func (q *queue) add(line []byte) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.size+len(line) > mostWaiting {
		return false
	}
	q.waiting = append(q.waiting, line)
	q.size += len(line)
	select {
	case q.more <- struct{}{}:
	default:
	}
	return true
}

func (q *queue) take() [][]byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines := q.waiting
	q.waiting, q.size = nil, 0
	return lines
}

// close is called once.
func (q *queue) close() { close(q.done) }

// writeTo writes the lines, in order, until close.
func (q *queue) writeTo(w io.Writer) {
	for {
		select {
		case <-q.more:
		case <-q.done:
			return
		}
		for _, line := range q.take() {
			if _, err := w.Write(line); err != nil {
				return // nobody reads any more; why is found out elsewhere
			}
		}
	}
}
