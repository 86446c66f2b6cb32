package raft

import (
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A leader hands over in three steps: it takes no more commands, brings the log of
// its successor up to date, and has it begin an election at once (thesis, section
// 3.10). The successor is the first to ask for votes, and so most likely wins.

var _ raftiface.LeaderTransferrer = (*Raft)(nil)

// A handover is the leader's in one term. When its time is up it is as if it had
// not been asked for.
type handover struct {
	to, term int
	until    time.Time
}

// TimeoutNowArgs is sent by a leader to the server that it hands over to.
type TimeoutNowArgs struct {
	Term     int // leader's term
	LeaderID int // so follower can redirect clients
}

// TimeoutNowReply answers a TimeoutNowArgs.
type TimeoutNowReply struct {
	Term int // currentTerm, for leader to update itself
}

// TransferLeadership implements [raftiface.LeaderTransferrer].
func (r *Raft) TransferLeadership(to int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role != leader || r.handsOver() || to == r.me || !r.members.Votes(to) {
		return false
	}
	r.handover = handover{to: to, term: r.currentTerm, until: time.Now().Add(maxElectionTimeout)}
	r.logf("term %d: hands over to %d", r.currentTerm, to)
	r.handOver(to)
	return true
}

// handsOver reports whether this server leads, and is about to hand over.
func (r *Raft) handsOver() bool {
	return r.role == leader && r.handover.term == r.currentTerm && time.Now().Before(r.handover.until)
}

// handOver has a follower begin an election, if it is the successor and has all
// entries. As this is tried after each of its answers, a lost request is repeated.
func (r *Raft) handOver(peer int) {
	if !r.handsOver() || peer != r.handover.to || r.progress[peer].matchIndex < r.log.lastIndex() {
		return
	}
	go r.timeoutNow(peer, &TimeoutNowArgs{Term: r.currentTerm, LeaderID: r.me})
}

// timeoutNow delivers the request to begin an election.
func (r *Raft) timeoutNow(peer int, args *TimeoutNowArgs) {
	var reply TimeoutNowReply
	if !r.peers[peer].Call("Raft.TimeoutNow", args, &reply) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noteAnswer(args.Term, reply.Term, leader)
}

// TimeoutNow handles a leader's request to begin an election at once. One that comes
// when its term is over, or again, finds no follower in that term.
func (r *Raft) TimeoutNow(args *TimeoutNowArgs, reply *TimeoutNowReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == dead {
		return
	}
	reply.Term = r.currentTerm
	if r.role != follower || args.Term != r.currentTerm || !r.mayCampaign() {
		return
	}
	r.becomeCandidate()
	r.summoned = r.currentTerm
	r.campaign()
}
