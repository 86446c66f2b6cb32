package steps

import (
	"fmt"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// step returns a message as one that breaks a rule. It is held against another one, or
// nil.
func step(e *labrpc.Event, rule checker.Property, against *labrpc.Event, fact string, args ...any) *Step {
	s := &Step{Event: *e, Rule: rule, Facts: []string{fmt.Sprintf(fact, args...)}}
	if against != nil {
		s.Against = append(s.Against, *against)
	}
	return s
}

// votes is where a replica says that it has voted. It may forget a vote for somebody
// who lost, and be it itself, once it has heard who won: that elects nobody.
func (a *abstract) votes(e *labrpc.Event, term, candidate int) *Step {
	r := a.replicas[e.From]
	given, voted := r.votes[term]
	won := a.offices[term]
	lost := won != nil && r.heard == term && given.candidate != won.leader
	if voted && given.candidate != candidate && !lost {
		return step(e, OneVote, given.event, "replica %d votes for replica %d in term %d, in which it voted for replica %d at %.6fs",
			e.From, candidate, term, given.candidate, given.event.At.Seconds())
	}
	if !voted || lost {
		r.votes[term] = vote{candidate, e}
	}
	return nil
}

// campaigns is where a replica asks for votes.
func (a *abstract) campaigns(e *labrpc.Event, m *Message) *Step {
	r := a.replicas[e.From]
	if a.lacks(e.From, m.Term, m.Last) {
		return step(e, KeepsEntries, r.holds.event, "replica %d asks for votes in term %d with a log that ends with %v; at %.6fs it said that it has %v, and no leader of a later term has reached it since",
			e.From, m.Term, m.Last, r.holds.event.At.Seconds(), r.holds.entry)
	}
	r.says(e, m.Term-1, m.Last) // the leader of this term may replace it
	if r.stood.term != m.Term {
		r.stood = standing{m.Term, r.applied}
	}
	return nil
}

// grants is where a replica gives its vote.
func (a *abstract) grants(e *labrpc.Event, m *Message) *Step {
	if s := a.goesBack(e, m, "votes"); s != nil {
		return s
	}
	if a.lacks(e.From, m.Request.Term, m.Request.Last) {
		holds := a.replicas[e.From].holds
		return step(e, UpToDateVote, holds.event, "replica %d votes in term %d for replica %d, whose log ends with %v; at %.6fs it said that it has %v itself, and no leader of a later term has reached it since",
			e.From, m.Request.Term, e.To, m.Request.Last, holds.event.At.Seconds(), holds.entry)
	}
	return nil
}

// unsaved is where a replica gives a vote that it has not given before. It has learnt
// of the candidate from its first request. In the term in which it came back from a
// crash it may have found that vote on its disk, though it never gave it: one of a
// former term, if term and vote are saved one after the other. That is saved, too.
func (a *abstract) unsaved(e *labrpc.Event, m *Message) *Step {
	r := a.replicas[e.From]
	asked := r.asked[ballot{m.Request.Term, e.To}]
	given, voted := r.votes[m.Request.Term]
	found := r.revived && (r.entered == 0 || r.entered == m.Request.Term)
	if asked == nil || e.Saves > asked.arrived.saves || voted && given.candidate == e.To || found {
		return nil
	}
	return step(e, SavedFirst, nil, "replica %d votes for replica %d in term %d; it has saved nothing since that asked it for the first time, at %.6fs",
		e.From, e.To, m.Request.Term, asked.arrived.at.Seconds())
}

// lacks reports whether a log that ends with last lacks what a replica said in a
// term before another that it has, and must still have.
func (a *abstract) lacks(replica, term int, last Entry) bool {
	r := a.replicas[replica]
	return r.holds.event != nil && r.holds.term < term && r.heard <= r.holds.term && after(r.holds.entry, last)
}

// returns is where a replica acts in a term of its own. In an earlier life it had
// been in a later one.
func (a *abstract) returns(e *labrpc.Event, m *Message) *Step {
	former := a.replicas[e.From].former
	if former.event == nil || former.term <= m.Term {
		return nil
	}
	return step(e, NoOlderTerm, former.event, "replica %d acts in term %d after its restart; at %.6fs, before that, it was in term %d",
		e.From, m.Term, former.event.At.Seconds(), former.term)
}

// goesBack is where a replica takes part in a term. It had been in a later one
// before the request came.
func (a *abstract) goesBack(e *labrpc.Event, m *Message, does string) *Step {
	later, request := a.replicas[e.From].highest, m.Request
	if request.arrived == nil || later.event == nil || later.term <= request.Term || later.event.At >= request.arrived.at {
		return nil
	}
	return step(e, NoOlderTerm, later.event, "replica %d %s in term %d; at %.6fs, before it was asked, it was in term %d",
		e.From, does, m.Request.Term, later.event.At.Seconds(), later.term)
}

// leads is where a replica sends what only a leader does.
func (a *abstract) leads(e *labrpc.Event, m *Message) *Step {
	held := a.offices[m.Term]
	if held != nil && held.leader == e.From {
		return nil
	}
	if held != nil {
		return step(e, OneLeader, held.event, "replica %d leads in term %d, in which replica %d does, since %.6fs", e.From, m.Term, held.leader, held.event.At.Seconds())
	}
	a.offices[m.Term] = &office{leader: e.From, event: e, log: map[int]termOf{}}
	r := a.replicas[e.From]
	voters := slices.Clone(r.grants[m.Term])
	if !slices.Contains(voters, e.From) {
		voters = append(voters, e.From)
	}
	applied := 0
	if r.stood.term == m.Term {
		applied = r.stood.applied
	}
	configurations := a.members.from(applied)
	won := func(members raftiface.Membership) bool {
		return members.Quorum(func(voter int) bool { return slices.Contains(voters, voter) })
	}
	if a.votesRead && !slices.ContainsFunc(configurations, won) {
		slices.Sort(voters)
		return step(e, OfficeWon, nil, "replica %d leads in term %d with the votes of %v, no quorum of %s", e.From, m.Term, voters, describe(configurations))
	}
	return nil
}

// places is where a leader says what its log has where. The term of an entry that
// only its snapshot has it need not know. What a heartbeat says of the log is held
// against nobody: to many it is as good as empty.
func (a *abstract) places(e *labrpc.Event, m *Message) *Step {
	if m.Kind == raftiface.MessageAppendEntries && len(m.Entries) == 0 {
		return nil
	}
	r := a.replicas[e.From]
	wrong := a.first(a.appends(e, m, m.Prev), a.appends(e, m, m.Last))
	prev := m.Prev
	for _, entry := range m.Entries {
		r.got[entry] = ownEntry
		wrong = a.first(wrong, a.appends(e, m, entry), a.follows(e, entry, prev))
		prev = entry
	}
	r.says(e, m.Term, m.end())
	return wrong
}

// follows is where an entry is behind another one.
func (a *abstract) follows(e *labrpc.Event, entry, prev Entry) *Step {
	if prev.Term <= 0 {
		return nil
	}
	there, known := a.before[entry]
	if known && there.term != prev.Term {
		return step(e, OneEntry, there.event, "%v follows one of term %d in the log of replica %d; at %.6fs it followed one of term %d in that of replica %d",
			entry, prev.Term, e.From, there.event.At.Seconds(), there.term, there.event.From)
	}
	if !known {
		a.before[entry] = termOf{prev.Term, e}
	}
	return nil
}

// appends is where a leader says that its log has an entry. One of a later term is
// not its own: it leads no longer and knows it, but one of its goroutines has not heard
// yet, and reads the log that others write now. Nobody is deceived by that.
func (a *abstract) appends(e *labrpc.Event, m *Message, entry Entry) *Step {
	if entry.Term > m.Term {
		return nil
	}
	log := a.offices[m.Term].log
	there, known := log[entry.Index]
	if known && entry.Term > 0 && there.term != entry.Term {
		return step(e, checker.LeaderAppendOnly, there.event, "replica %d, which leads in term %d, has %v; at %.6fs, in that term, it had one of term %d there",
			e.From, m.Term, entry, there.event.At.Seconds(), there.term)
	}
	if !known && entry.Term > 0 {
		log[entry.Index] = termOf{entry.Term, e}
	}
	return nil
}

// commits is where a leader says how far its log is committed. What one says before
// anybody has acknowledged anything was so at the begin.
func (a *abstract) commits(e *labrpc.Event, m *Message) *Step {
	commit := max(m.Commit, m.Last.Index) // a snapshot covers what is committed
	if !a.acksRead {
		a.top = max(a.top, commit)
	}
	r := a.replicas[e.From]
	reached := commit
	if commit > a.top && !r.alone {
		reached = min(a.reached(e.From, r.applied), commit)
	}
	if a.top = max(a.top, reached); commit <= a.top {
		return nil
	}
	return step(e, QuorumCommits, nil, "replica %d, which leads in term %d, says that index %d is committed; no quorum has acknowledged more than index %d to any leader (%s)",
		e.From, m.Term, commit, a.top, describe(a.members.from(r.applied)))
}

// acknowledges is where a follower says that it took what a leader sent.
func (a *abstract) acknowledges(e *labrpc.Event, m *Message) *Step {
	r, request := a.replicas[e.From], m.Request
	if s := a.goesBack(e, m, "takes entries"); s != nil {
		return s
	}
	if len(request.Entries) > 0 {
		if !a.mayHave(e.From, request.Prev) {
			return step(e, BackedAck, nil, "replica %d takes entries behind %v, which nobody has sent it and which is none of its own", e.From, request.Prev)
		}
		r.stores(e, request.Term, request.end())
	}
	a.noteAck(e.From, request)
	return a.unstored(e, m)
}

// unstored is where a follower says that it took entries, of which it has saved
// nothing since it got them.
func (a *abstract) unstored(e *labrpc.Event, m *Message) *Step {
	r := a.replicas[e.From]
	for _, entry := range m.Request.Entries {
		saves, got := r.got[entry]
		if !got || saves < e.Saves || entry.Index <= r.covers.Index || r.madeEntriesOf(entry.Term, e.From) {
			continue
		}
		return step(e, SavedFirst, nil, "replica %d takes %v; it has saved nothing since it got it for the first time", e.From, entry)
	}
	return nil
}

// mayHave reports whether a replica's log may have an entry. One of a term in which
// nobody has led was there at the begin, as a cluster's first configuration is.
func (a *abstract) mayHave(replica int, entry Entry) bool {
	r := a.replicas[replica]
	_, got := r.got[entry]
	return entry.Index <= 0 || a.offices[entry.Term] == nil || got || entry.Index <= r.covers.Index || r.madeEntriesOf(entry.Term, replica)
}

// madeEntriesOf reports whether the replica, which is the one with a number, may have
// led in a term.
func (r *replica) madeEntriesOf(term, number int) bool {
	given, voted := r.votes[term]
	return voted && given.candidate == number
}
