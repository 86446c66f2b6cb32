package node

import (
	"time"
)

// readPatience is how long a read waits for the node to answer it: long enough for
// several heartbeats to be lost.
const readPatience = 5 * time.Second

// reads are the calls of ReadIndex that wait for an answer, by the id that the node
// was told.
type reads map[int]chan<- ReadAction

// answer answers a read, unless it has been given up.
func (rs reads) answer(a ReadAction) {
	if waiting, ok := rs[a.ID]; ok {
		waiting <- a // there is room
		delete(rs, a.ID)
	}
}

// ReadIndex implements [raftiface.ReadIndexer]. A node answers in its own time, or not
// at all.
func (r *Raft) ReadIndex() (index int, ok bool) {
	answer := make(chan ReadAction, 1)
	id := r.beginRead(answer)
	timer := time.NewTimer(readPatience)
	defer timer.Stop()
	select {
	case a := <-answer:
		return a.Index, a.OK
	case <-timer.C:
	case <-r.killed:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reads, id)
	return 0, false
}

func (r *Raft) beginRead(answer chan<- ReadAction) (id int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastRead++
	r.reads[r.lastRead] = answer
	if _, err := r.tell(Event{Event: Read, ID: r.lastRead}); err != nil {
		panic(err)
	}
	return r.lastRead
}
