package raft

import (
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A read needs no place in the log if the server that answers it knows two things: what
// was committed when it was asked, and that it led then. What is committed it knows once
// an entry of its own term is, so it begins the term with one. That it led it knows when
// a quorum has answered what it sent later (§8; thesis, section 6.4).

var _ raftiface.ReadIndexer = (*Raft)(nil)

// A read waits until this server knows that it led when it was asked.
type read struct {
	asked time.Time
	led   chan<- bool // has room for the answer
}

// ReadIndex implements [raftiface.ReadIndexer]. It does not wait for ever, as a leader
// that no quorum answers resigns (checkquorum.go).
func (r *Raft) ReadIndex() (index int, ok bool) {
	index, led := r.beginRead()
	return index, <-led
}

// beginRead returns up to where the service has to come for a read that begins now, and
// what will tell whether this server leads now. All reads that come while a quorum is
// asked share the next round.
func (r *Raft) beginRead() (index int, led <-chan bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := make(chan bool, 1)
	now := read{asked: time.Now(), led: answer}
	switch {
	case r.role != leader || r.log.term(r.commitIndex) != r.currentTerm:
		answer <- false
	case r.hasLease() || r.answeredSince(now.asked): // in a cluster of one
		answer <- true
	default:
		r.reads = append(r.reads, now)
		if len(r.reads) == 1 {
			r.askFollowers()
		}
	}
	return r.lastDelivered(), answer
}

// beginTerm appends the first entry of a leader's term, which has no command.
func (r *Raft) beginTerm() {
	if !r.does.ReadIndex {
		return
	}
	r.log.append(LogEntry{Term: r.currentTerm})
	r.persist()
	if r.quorum() == 1 {
		r.advanceCommitIndex()
	}
	for peer := range r.others() {
		r.replicate(peer)
	}
}

// lastDelivered returns the last of the committed entries for which something is
// delivered, 0 if there is none. A service never comes to one that is empty.
func (r *Raft) lastDelivered() int {
	index := r.commitIndex
	for index > r.log.base && r.log.entry(index).empty() {
		index--
	}
	return index
}

// askFollowers asks whether this server leads. That is beside all else that it sends: it
// puts off no heartbeat, by which a lost request is repeated.
func (r *Raft) askFollowers() {
	for peer := range r.others() {
		p := &r.progress[peer]
		go r.appendEntries(peer, p.round, r.appendEntriesArgs(max(p.nextIndex-1, r.log.base), nil))
	}
}

// followsSince takes note that a follower answered a request in this leader's term, which
// was sent at some time: it was asked by the leader of that time.
func (r *Raft) followsSince(peer int, sent time.Time) {
	p := &r.progress[peer]
	if sent.After(p.answered) {
		p.answered = sent
	}
	r.answerReads()
}

// answerReads answers those reads that a quorum allows, and asks again for the others.
func (r *Raft) answerReads() {
	n := 0
	for n < len(r.reads) && r.answeredSince(r.reads[n].asked) {
		r.reads[n].led <- true
		n++
	}
	r.reads = r.reads[n:]
	if n > 0 && len(r.reads) > 0 {
		r.askFollowers()
	}
}

// refuseReads ends all that wait, as this server leads no longer.
func (r *Raft) refuseReads() {
	for _, waits := range r.reads {
		waits.led <- false
	}
	r.reads = nil
}

// answeredSince reports whether a quorum has answered what this leader has sent it since
// some time.
func (r *Raft) answeredSince(t time.Time) bool {
	answered := make([]bool, len(r.peers))
	answered[r.me] = true
	for peer := range r.others() {
		answered[peer] = !r.progress[peer].answered.Before(t)
	}
	return r.majority(answered)
}
