package raft

import "time"

// heartbeatInterval is the longest a leader leaves a follower without a
// message, and how long it waits for an answer before it asks again (§5.2,
// §5.1). Three of them fit into the shortest election timeout.
const heartbeatInterval = 100 * time.Millisecond

// maxInFlight is how many requests may be on their way to one follower.
const maxInFlight = 4

// progress is what a leader knows of another server's log.
//
// A request goes out when no other is on its way. Until it is answered, new
// commands gather for the next one, so a burst of them costs a few messages and
// each command crosses each link once. What fills whole messages need not wait:
// up to maxInFlight of them are sent one behind the other. If one is lost, or
// overtaken, the follower rejects those behind it, and the leader sends from
// there again.
//
// A follower that rejected a request, or left one unanswered, is probed: it is
// sent one request at a time until it accepts one.
type progress struct {
	nextIndex  int // index of the next log entry to send to that server; > matchIndex
	matchIndex int // index of highest log entry known to be replicated there; never falls

	inFlight  []int // last entry of each request on its way from nextIndex on, rising
	probing   bool  // nextIndex is a guess, or the server is silent
	round     int   // rejections acted on: one can only speak for what was sent since
	heartbeat alarm // rings when nothing was sent for a heartbeatInterval

	heard    time.Time // when that server answered last, or the term's begin
	answered time.Time // when the latest request was sent that it has answered
}

// newProgress returns what a leader takes for granted when its term starts.
func (r *Raft) newProgress(peer int) progress {
	term := r.currentTerm
	return progress{
		nextIndex: r.log.lastIndex() + 1,
		probing:   true,
		heartbeat: newAlarm(func() { r.heartbeatTimeout(peer, term) }),
		heard:     time.Now(),
	}
}

// nextToSend returns the first entry that is not on its way.
func (p *progress) nextToSend() int {
	if n := len(p.inFlight); n > 0 {
		return p.inFlight[n-1] + 1
	}
	return p.nextIndex
}

// sent takes note of a request that ends with the given entry.
func (p *progress) sent(last int) {
	p.inFlight = append(p.inFlight, last)
	p.heartbeat.set(heartbeatInterval)
}

// idle reports whether nothing is on its way, so that any request may go.
func (p *progress) idle() bool { return len(p.inFlight) == 0 }

// open reports whether a full request may go, behind those on their way.
func (p *progress) open() bool {
	return p.idle() || !p.probing && len(p.inFlight) < maxInFlight
}

// stored notes that the follower's log is this leader's up to index. Answers
// may come in any order; an earlier one says nothing about a later entry.
func (p *progress) stored(index int) {
	p.matchIndex = max(p.matchIndex, index)
	if p.nextIndex <= p.matchIndex+1 {
		p.nextIndex = p.matchIndex + 1
		p.probing = false
	}
	for len(p.inFlight) > 0 && p.inFlight[0] <= p.matchIndex {
		p.inFlight = p.inFlight[1:]
	}
}

// backUp goes back to sending from index next, after a rejection.
func (p *progress) backUp(next int) {
	p.nextIndex = max(next, p.matchIndex+1)
	p.inFlight = nil
	p.probing = true
	p.round++
}

// replicate sends a follower what it lacks and the window has room for.
func (r *Raft) replicate(peer int) {
	for p := &r.progress[peer]; p.open(); {
		next := p.nextToSend()
		if next <= r.log.base {
			if p.idle() {
				r.sendSnapshot(peer)
			}
			return
		}
		last, more := r.log.batch(next)
		if last < next || !more && !p.idle() {
			return
		}
		r.sendEntries(peer, next, last)
	}
}

// sendEntries sends the entries from first to last, which are then on their way.
func (r *Raft) sendEntries(peer, first, last int) {
	p := &r.progress[peer]
	p.sent(last)
	go r.appendEntries(peer, p.round, r.appendEntriesArgs(first-1, r.log.slice(first, last)))
}

// sendHeartbeat sends no entries. While a follower is probed, entries wait for
// the answer; otherwise they do not, for it is of no interest.
func (r *Raft) sendHeartbeat(peer int) {
	p := &r.progress[peer]
	prev := max(p.nextIndex-1, r.log.base)
	if p.probing {
		p.sent(prev)
	} else {
		p.heartbeat.set(heartbeatInterval)
	}
	go r.appendEntries(peer, p.round, r.appendEntriesArgs(prev, nil))
}

func (r *Raft) appendEntriesArgs(prev int, entries []LogEntry) *AppendEntriesArgs {
	return &AppendEntriesArgs{
		Term:         r.currentTerm,
		LeaderID:     r.me,
		PrevLogIndex: prev,
		PrevLogTerm:  r.log.term(prev),
		Entries:      entries,
		LeaderCommit: r.commitIndex,
	}
}

// heartbeatTimeout runs when a follower was sent nothing for an interval. If a
// request is still without an answer, it is taken for lost and repeated, once:
// a server that leaves the repetition unanswered too is probably down, and is
// sent heartbeats until it answers one.
func (r *Raft) heartbeatTimeout(peer, term int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role != leader || r.currentTerm != term || !r.progress[peer].heartbeat.rang() {
		return
	}
	if r.lostQuorum() {
		r.becomeFollower(r.currentTerm)
		return
	}
	p := &r.progress[peer]
	lost := !p.idle()
	p.inFlight = nil
	if lost && !p.probing {
		p.probing = true
		r.replicate(peer)
		return
	}
	r.sendHeartbeat(peer)
}

// stopHeartbeats ends a leader's timers and forgets its followers.
func (r *Raft) stopHeartbeats() {
	for peer := range r.progress {
		if peer != r.me {
			r.progress[peer].heartbeat.stop()
		}
	}
	r.progress = nil
	r.refuseReads()
}

// appendEntries delivers one request to one follower and takes its answer. The
// round is the follower's when the request was made.
func (r *Raft) appendEntries(peer, round int, args *AppendEntriesArgs) {
	var reply AppendEntriesReply
	sent := time.Now()
	if !r.peers[peer].Call("Raft.AppendEntries", args, &reply) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.noteFollower(peer, sent, args.Term, reply.Term):
	case reply.Success:
		r.acknowledged(peer, args.lastNew())
	case round == r.progress[peer].round:
		r.rejected(peer, args.PrevLogIndex, &reply)
	}
}

// acknowledged takes note that a follower stores this leader's log up to index,
// which may commit entries, let the follower be sent more, and let it take over.
func (r *Raft) acknowledged(peer, index int) {
	r.progress[peer].stored(index)
	r.advanceCommitIndex()
	if !r.leads(peer) { // the members have changed (§6)
		return
	}
	r.replicate(peer)
	r.handOver(peer)
}

// rejected backs up to where the follower's log may agree with the leader's,
// and sends from there (§5.3). A follower that has since been found to agree
// beyond prev rejected before it did.
func (r *Raft) rejected(peer, prev int, reply *AppendEntriesReply) {
	p := &r.progress[peer]
	if prev <= p.matchIndex {
		return
	}
	p.backUp(min(r.agreement(reply)+1, prev))
	r.replicate(peer)
}

// agreement returns the last index at which a follower that sent the given
// rejection may agree with this leader (end of §5.3). Below the follower's
// entries of XTerm lies one it may share; within them too, if the leader has
// entries of that term: then both logs agree up to the end of the shorter run.
func (r *Raft) agreement(reply *AppendEntriesReply) int {
	if reply.XTerm == 0 {
		return reply.XLen - 1
	}
	if last, ok := r.log.lastOfTerm(reply.XTerm); ok {
		return last
	}
	return reply.XIndex - 1
}
