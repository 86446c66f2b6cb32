package raft

// AppendEntriesArgs is sent by leaders to replicate log entries, and as a
// heartbeat (§5.3, §5.2).
type AppendEntriesArgs struct {
	Term         int        // leader's term
	LeaderID     int        // so follower can redirect clients
	PrevLogIndex int        // index of log entry immediately preceding new ones
	PrevLogTerm  int        // term of PrevLogIndex entry
	Entries      []LogEntry // log entries to store, empty for heartbeat
	LeaderCommit int        // leader's commitIndex
}

// lastNew returns the index of the last entry a follower shares with the leader
// when it has taken the request: not that of its log, which may go on with
// entries the leader has not vouched for.
func (a *AppendEntriesArgs) lastNew() int { return a.PrevLogIndex + len(a.Entries) }

// AppendEntriesReply answers an AppendEntriesArgs. XTerm, XIndex and XLen say,
// when a request is rejected, where the follower's log parts from the leader's,
// so that the leader skips all of a term's entries at once (end of §5.3).
type AppendEntriesReply struct {
	Term    int  // currentTerm, for leader to update itself
	Success bool // true if follower contained entry matching PrevLogIndex and PrevLogTerm
	XTerm   int  // term of the follower's entry at PrevLogIndex, 0 if it has none
	XIndex  int  // index of the follower's first entry of term XTerm
	XLen    int  // index behind the follower's last entry
}

// AppendEntries handles a leader's request (§5.3). A heartbeat is no exception
// to anything.
func (r *Raft) AppendEntries(args *AppendEntriesArgs, reply *AppendEntriesReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == dead {
		return
	}
	reply.Term = r.currentTerm
	if args.Term < r.currentTerm {
		return
	}
	r.becomeFollower(args.Term) // a candidate recognizes the leader (§5.2)
	r.heardLeader()
	reply.Term = r.currentTerm
	if !r.log.matches(args.PrevLogIndex, args.PrevLogTerm) {
		r.explainConflict(args.PrevLogIndex, reply)
		return
	}
	if r.log.merge(args.PrevLogIndex, args.Entries) {
		r.persist()
	}
	reply.Success = true
	r.commitTo(min(args.LeaderCommit, args.lastNew()))
}

// explainConflict tells the leader what this server has in place of its entry
// at index.
func (r *Raft) explainConflict(index int, reply *AppendEntriesReply) {
	reply.XLen = r.log.lastIndex() + 1
	if index <= r.log.lastIndex() {
		reply.XTerm = r.log.term(index)
		reply.XIndex = r.log.firstOfTerm(reply.XTerm)
	}
}
