package raft

// role is the part a server plays (§5.1, Figure 4).
type role int

const (
	follower  role = iota // answers leaders and candidates
	candidate             // asks for votes
	leader                // takes commands and replicates them
	dead                  // was killed: does nothing at all, for ever
)

// becomeFollower goes to the given term, if that is later, and follows. Only a
// later term frees the vote; a server never votes twice in one (§5.2). The
// election timer runs on, as hearing of a term is not hearing from its leader.
func (r *Raft) becomeFollower(term int) {
	if term > r.currentTerm {
		r.currentTerm = term
		r.votedFor = nobody
		r.persist()
	}
	if r.role == follower {
		return
	}
	r.logf("term %d: follower", r.currentTerm)
	if r.role == leader {
		r.stopHeartbeats()
		r.resetElectionTimer() // leaders have none
	}
	r.role = follower
	r.votes = nil
}

// becomeCandidate begins an election in a new term (§5.2).
func (r *Raft) becomeCandidate() {
	r.currentTerm++
	r.votedFor = r.me
	r.persist()
	r.role = candidate
	r.votes = make([]bool, len(r.peers))
	r.votes[r.me] = true
	r.resetElectionTimer()
	r.logf("term %d: candidate, log ends at %d of term %d", r.currentTerm, r.log.lastIndex(), r.log.lastTerm())
}

// becomeLeader takes office and says so (§5.2). Every follower's log is taken
// to be this leader's until it answers otherwise (§5.3).
func (r *Raft) becomeLeader() {
	r.role = leader
	r.votes = nil
	r.electionAlarm.stop()
	r.logf("term %d: leader, log ends at %d of term %d", r.currentTerm, r.log.lastIndex(), r.log.lastTerm())
	r.progress = make([]progress, len(r.peers))
	for peer := range r.others() {
		r.progress[peer] = r.newProgress(peer)
		r.sendHeartbeat(peer)
	}
	r.beginTerm()
}

// becomeDead ends the server: its timers stop, its goroutines return, and
// whatever still arrives finds the role and changes nothing.
func (r *Raft) becomeDead() {
	r.stopHeartbeats()
	r.electionAlarm.stop()
	r.role = dead
	close(r.killed)
	r.applicable.Broadcast()
}

// noteAnswer takes note of the term in an answer, as a server that is told of a
// later one follows (§5.1), and reports whether the answer counts: one that
// comes after the server has left the term it asked in, or the role, does not.
func (r *Raft) noteAnswer(asked, answered int, as role) (counts bool) {
	if r.role == dead {
		return false
	}
	if answered > r.currentTerm {
		r.becomeFollower(answered)
	}
	return r.role == as && r.currentTerm == asked && answered == asked
}
