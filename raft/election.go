package raft

import "time"

// The election timeout is drawn from this range (§5.2). Its lower end leaves a
// follower room for two lost heartbeats; its width is several times the delay
// of a vote, so that one candidate is mostly done before the next one wakes.
const (
	minElectionTimeout = 300 * time.Millisecond
	maxElectionTimeout = 600 * time.Millisecond
)

// RequestVoteArgs is sent by candidates to gather votes (§5.2).
type RequestVoteArgs struct {
	Term         int  // candidate's term
	CandidateID  int  // candidate requesting the vote
	LastLogIndex int  // index of candidate's last log entry (§5.4)
	LastLogTerm  int  // term of candidate's last log entry (§5.4)
	Summoned     bool // the leader has told the candidate to be one (thesis, section 3.10)
}

// RequestVoteReply answers a RequestVoteArgs.
type RequestVoteReply struct {
	Term        int  // currentTerm, for candidate to update itself
	VoteGranted bool // true means candidate received the vote
}

// RequestVote handles a candidate's request (§5.2, §5.4.1).
func (r *Raft) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == dead {
		return
	}
	reply.Term = r.currentTerm
	if r.keepsFaith() && !args.Summoned {
		return
	}
	if args.Term > r.currentTerm {
		r.becomeFollower(args.Term)
	}
	reply.Term = r.currentTerm
	if args.Term < r.currentTerm {
		return
	}
	if !r.mayVoteFor(args.CandidateID) || !r.upToDate(args.LastLogIndex, args.LastLogTerm) {
		return
	}
	if r.votedFor == nobody {
		r.votedFor = args.CandidateID
		r.persist()
		r.logf("term %d: votes for %d", r.currentTerm, r.votedFor)
	}
	reply.VoteGranted = true
	r.resetElectionTimer()
}

// mayVoteFor reports whether this server's vote in the current term is free or
// the candidate's already: a request is repeated when its answer was lost.
func (r *Raft) mayVoteFor(id int) bool {
	return r.votedFor == nobody || r.votedFor == id
}

// upToDate reports whether a log that ends with the given entry is at least as
// up-to-date as this server's: the later term in the last entry decides, and
// of two logs that end with the same term the longer one (§5.4.1).
func (r *Raft) upToDate(lastIndex, lastTerm int) bool {
	if lastTerm != r.log.lastTerm() {
		return lastTerm > r.log.lastTerm()
	}
	return lastIndex >= r.log.lastIndex()
}

// electionTimeout runs when the election timer goes off: no leader was heard
// and no vote given for a whole timeout, or an election came to nothing (§5.2).
func (r *Raft) electionTimeout() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == leader || r.role == dead || !r.electionAlarm.rang() {
		return
	}
	if !r.mayCampaign() { // no voter (§6)
		return
	}
	if r.does.PreVote {
		r.preCampaign()
		return
	}
	r.becomeCandidate()
	r.campaign()
}

// campaign asks all other servers for their votes.
func (r *Raft) campaign() {
	if r.elected() { // by its own vote, in a cluster of one
		r.becomeLeader()
		return
	}
	args := &RequestVoteArgs{
		Term:         r.currentTerm,
		CandidateID:  r.me,
		LastLogIndex: r.log.lastIndex(),
		LastLogTerm:  r.log.lastTerm(),
		Summoned:     r.summoned == r.currentTerm,
	}
	for peer := range r.others() {
		go r.requestVote(peer, args)
	}
}

// requestVote asks one server for its vote and counts it. Lost requests are not
// repeated within a term; the next election asks again.
func (r *Raft) requestVote(peer int, args *RequestVoteArgs) {
	var reply RequestVoteReply
	if !r.peers[peer].Call("Raft.RequestVote", args, &reply) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.noteAnswer(args.Term, reply.Term, candidate) || !reply.VoteGranted {
		return
	}
	r.votes[peer] = true
	if r.elected() {
		r.becomeLeader()
	}
}

// elected reports whether a majority voted for this candidate.
func (r *Raft) elected() bool { return r.majority(r.votes) }

// resetElectionTimer puts the next election a random timeout ahead. What does
// so is a vote given, the current leader heard, or an election begun, and
// nothing else (Figure 2, Followers and Candidates), but that a server that
// starts, or leads no longer, has a timer to start.
func (r *Raft) resetElectionTimer() {
	spread := int((maxElectionTimeout - minElectionTimeout) / time.Millisecond)
	r.electionAlarm.set(minElectionTimeout + time.Duration(r.rand.IntN(spread))*time.Millisecond)
}
