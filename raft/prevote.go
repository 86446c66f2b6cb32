package raft

import "time"

// A server that is cut off from a quorum campaigns in vain, in one term after the
// other, and when it comes back its term deposes the leader. With pre-votes it
// first asks whether it could win, and raises its term only if a quorum says so
// (thesis, section 9.6).

// preCandidate asks whether it would be voted for. It is a follower in all else:
// it has neither raised its term nor voted.
const preCandidate = dead + 1

// preCampaign asks all other servers whether they would vote for this one in the
// next term.
func (r *Raft) preCampaign() {
	r.becomePreCandidate()
	if r.elected() { // by its own vote, in a cluster of one
		r.becomeCandidate()
		r.campaign()
		return
	}
	args := &RequestVoteArgs{
		Term:         r.currentTerm + 1,
		CandidateID:  r.me,
		LastLogIndex: r.log.lastIndex(),
		LastLogTerm:  r.log.lastTerm(),
	}
	for peer := range r.others() {
		go r.requestPreVote(peer, args)
	}
}

// becomePreCandidate begins to ask. Nothing is saved, as nothing is promised.
func (r *Raft) becomePreCandidate() {
	r.role = preCandidate
	r.votes = make([]bool, len(r.peers))
	r.votes[r.me] = true
	r.resetElectionTimer()
	r.logf("term %d: asks for pre-votes", r.currentTerm)
}

// RequestPreVote handles the question of a server that may become a candidate, in
// the term and with the log that it would have then. A server that hears from a
// leader wants no other one. The answer binds nobody: the vote stays free.
func (r *Raft) RequestPreVote(args *RequestVoteArgs, reply *RequestVoteReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == dead {
		return
	}
	reply.Term = r.currentTerm
	reply.VoteGranted = args.Term > r.currentTerm && !r.hasLeader() && r.upToDate(args.LastLogIndex, args.LastLogTerm)
}

// hasLeader reports whether this server leads, or has heard a leader for less than
// the shortest election timeout.
func (r *Raft) hasLeader() bool {
	return r.role == leader || time.Since(r.leaderHeard) < minElectionTimeout
}

// heardLeader takes note that the leader of this term lives, which puts off the next
// election (§5.2).
func (r *Raft) heardLeader() {
	r.leaderHeard = time.Now()
	r.resetElectionTimer()
}

// requestPreVote asks one server whether it would vote for this one, and counts the
// answer. With those of a quorum the election begins.
func (r *Raft) requestPreVote(peer int, args *RequestVoteArgs) {
	var reply RequestVoteReply
	if !r.peers[peer].Call("Raft.RequestPreVote", args, &reply) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == dead {
		return
	}
	if reply.Term > r.currentTerm {
		r.becomeFollower(reply.Term)
	}
	if r.role != preCandidate || r.currentTerm+1 != args.Term || !reply.VoteGranted {
		return
	}
	r.votes[peer] = true
	if r.elected() {
		r.becomeCandidate()
		r.campaign()
	}
}
