package steps

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// A view is what a replica's messages have said of it.
type view struct {
	down   bool
	role   role
	term   int
	last   Entry // of its log
	commit int   // the highest index that it knows to be committed
}

// A role is a replica's in its term.
type role byte

const (
	follower role = iota
	candidate
	leader
)

// view returns what is known of a replica now.
func (a *abstract) view(number int) view {
	r := a.replicas[number]
	v := view{down: r.halted, term: r.highest.term, last: r.holds.entry, commit: r.commit}
	led := a.offices[v.term]
	switch {
	case r.halted || v.term <= r.former.term: // it was something in another life at most
	case led != nil && led.leader == number:
		v.role = leader
	case led == nil && r.madeEntriesOf(v.term, number):
		v.role = candidate
	}
	return v
}

// look counts the state that the cluster is in after an event.
func (c *Course) look(e labrpc.Event) {
	switch e.Kind {
	case labrpc.EventSend, labrpc.EventHalt, labrpc.EventBoot:
	default:
		return // tells nothing of a replica
	}
	if now := c.abstract.view(e.From); now != c.views[e.From] {
		c.views[e.From] = now
		c.States.add(numberOf(c.views))
	}
}

// numberOf returns a number for the state that a cluster is in. It is the same for
// states that differ in what replicas are called, or in how high terms and indexes are,
// but not in which are higher.
func numberOf(views []view) uint64 {
	term, commit, last := 0, 0, Entry{}
	for _, v := range views {
		term, commit = max(term, v.term), max(commit, v.commit)
		if after(v.last, last) {
			last = v.last
		}
	}
	each := make([]byte, len(views))
	for i, v := range views {
		each[i] = byte(v.role)
		for _, is := range [...]bool{v.down, v.term == term, v.last == last, v.last.Term == last.Term, v.last.Index > commit} {
			each[i] <<= 1
			if is {
				each[i]++
			}
		}
	}
	slices.Sort(each)
	sum := sha256.Sum256(each)
	return binary.BigEndian.Uint64(sum[:])
}

// learns notes what a message tells of how far its sender knows its log to be committed.
func (r *replica) learns(m *Message) {
	switch {
	case m.fromLeader():
		r.commit = max(r.commit, m.Commit, m.Last.Index) // a snapshot covers what is committed
	case m.Kind == raftiface.MessageAppendEntriesReply && m.accepts():
		r.commit = max(r.commit, min(m.Request.Commit, m.Request.end().Index))
	case m.Kind == raftiface.MessageInstallSnapshotReply && m.Request != nil:
		r.commit = max(r.commit, m.Request.Last.Index)
	}
}
