package etcdraft

import (
	"encoding/binary"
	"time"

	"go.etcd.io/raft/v3"
)

// readPatience is how long a read waits for a quorum to confirm the leader:
// long enough for several heartbeats to be lost.
const readPatience = time.Second

// reads are the calls of ReadIndex that wait for an answer. The library drops
// requests silently when it loses its leadership, and answers the others in its
// own time, by the context each came with.
type reads struct {
	next    uint64
	waiting map[uint64]chan<- int
}

// add returns a context for a read that wants its answer on the channel, which
// must have room for it.
func (rs *reads) add(answer chan<- int) (context uint64) {
	if rs.waiting == nil {
		rs.waiting = map[uint64]chan<- int{}
	}
	rs.next++
	rs.waiting[rs.next] = answer
	return rs.next
}

// answer tells the reads that the library has confirmed up to where all entries
// go that are committed and in the queue.
//
// That is not the library's own index, which may be that of an entry without a
// command: no service ever comes to it. It reflects all commands that the
// library's index does.
func (rs *reads) answer(confirmed []raft.ReadState, index int) {
	for _, s := range confirmed {
		context := binary.BigEndian.Uint64(s.RequestCtx)
		if answer, ok := rs.waiting[context]; ok {
			answer <- index
			delete(rs.waiting, context)
		}
	}
}

// ReadIndex implements [raftiface.ReadIndexer]. The library's ReadOnlySafe, the
// default, takes a round of heartbeats for each answer and trusts no clock. A
// follower could ask the leader; here it leaves that to the client.
func (r *Raft) ReadIndex() (index int, ok bool) {
	answer := make(chan int, 1)
	var context uint64
	r.do(func() {
		if r.node.BasicStatus().RaftState == raft.StateLeader {
			context = r.reads.add(answer)
			r.node.ReadIndex(binary.BigEndian.AppendUint64(nil, context))
		}
	})
	if context == 0 {
		return 0, false
	}
	timer := time.NewTimer(readPatience)
	defer timer.Stop()
	select {
	case index = <-answer:
		return index, true
	case <-timer.C:
	case <-r.killed:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reads.waiting, context)
	return 0, false
}
