package steps

import (
	"fmt"
	"slices"

	"github.com/raftcheck/raftcheck/labrpc"
)

// A Rule is one that every correct Raft keeps.
type Rule string

// The rules. Each follows from Figure 2, for messages alone.
const (
	OneVote       Rule = "a replica votes for one candidate a term, itself included (§5.2)"
	OfficeWon     Rule = "only who has the votes of a quorum leads (§5.2)"
	OneLeader     Rule = "a term has one leader (§5.2)"
	UpToDateVote  Rule = "a vote goes to no log that is older than the voter's (§5.4.1)"
	KeepsEntries  Rule = "who has said that it has an entry keeps it until a later leader replaces it, what it acknowledged across restarts too (Figure 2)"
	NoOlderTerm   Rule = "who has been in a later term takes no part in an earlier one (§5.1)"
	BackedAck     Rule = "a replica takes entries only behind one that it has (§5.3)"
	OneEntry      Rule = "an index and a term are one entry, with one before it (Log Matching, §5.3)"
	QuorumCommits Rule = "the commit index goes as far as a quorum has acknowledged (§5.3, §5.4.2)"
)

func step(e labrpc.Event, rule Rule, against labrpc.Event, fact string, args ...any) *Step {
	return &Step{Event: e, Rule: rule, Facts: []string{fmt.Sprintf(fact, args...)}, Against: []labrpc.Event{against}}
}

// votes is where a replica says that it has voted.
func (a *abstract) votes(e labrpc.Event, term, candidate int) *Step {
	r := a.replicas[e.From]
	given, voted := r.votes[term]
	if voted && given.candidate != candidate {
		return step(e, OneVote, given.event, "replica %d votes for replica %d in term %d, in which it voted for replica %d at %.6fs",
			e.From, candidate, term, given.candidate, given.event.At.Seconds())
	}
	if !voted {
		r.votes[term] = vote{candidate, e}
	}
	return nil
}

// campaigns is where a replica asks for votes.
func (a *abstract) campaigns(e labrpc.Event, m *Message) *Step {
	r := a.replicas[e.From]
	if a.lacks(e.From, m.Term, m.Last) {
		return step(e, KeepsEntries, r.holds.event, "replica %d asks for votes in term %d with a log that ends with %v; at %.6fs it said that it has %v, and no leader of a later term has reached it since",
			e.From, m.Term, m.Last, r.holds.event.At.Seconds(), r.holds.entry)
	}
	r.says(e, m.Term-1, m.Last) // the leader of this term may replace it
	return nil
}

// grants is where a replica gives its vote.
func (a *abstract) grants(e labrpc.Event, m *Message) *Step {
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

// lacks reports whether a log that ends with last lacks what a replica said in a
// term before another that it has, and must still have.
func (a *abstract) lacks(replica, term int, last Entry) bool {
	r := a.replicas[replica]
	return r.holds.term < term && r.heard <= r.holds.term && r.holds.entry.after(last)
}

// returns is where a replica acts in a term of its own. In an earlier life it had
// been in a later one.
func (a *abstract) returns(e labrpc.Event, m *Message) *Step {
	former := a.replicas[e.From].former
	if former.term <= m.Term {
		return nil
	}
	return step(e, NoOlderTerm, former.event, "replica %d acts in term %d after its restart; at %.6fs, before that, it was in term %d",
		e.From, m.Term, former.event.At.Seconds(), former.term)
}

// goesBack is where a replica takes part in a term. It had been in a later one
// before the request came.
func (a *abstract) goesBack(e labrpc.Event, m *Message, does string) *Step {
	later := a.replicas[e.From].highest
	came, known := a.arrived[m.Request]
	if !known || later.term <= m.Request.Term || later.event.At >= came {
		return nil
	}
	return step(e, NoOlderTerm, later.event, "replica %d %s in term %d; at %.6fs, before it was asked, it was in term %d",
		e.From, does, m.Request.Term, later.event.At.Seconds(), later.term)
}

// leads is where a replica sends what only a leader does.
func (a *abstract) leads(e labrpc.Event, m *Message) *Step {
	office, known := a.offices[m.Term]
	if known && office.From == e.From {
		return nil
	}
	if known {
		return step(e, OneLeader, office, "replica %d leads in term %d, in which replica %d does, since %.6fs", e.From, m.Term, office.From, office.At.Seconds())
	}
	a.offices[m.Term] = e
	voters := append(slices.Clone(a.replicas[e.From].grants[m.Term]), e.From)
	if a.votesRead && len(voters) < a.quorum() {
		slices.Sort(voters)
		return &Step{Event: e, Rule: OfficeWon, Facts: []string{fmt.Sprintf("replica %d leads in term %d with the votes of %v; a quorum are %d", e.From, m.Term, voters, a.quorum())}}
	}
	return nil
}

// places is where a leader says what its log has where. The term of an entry that
// only its snapshot has it need not know.
func (a *abstract) places(e labrpc.Event, m *Message) *Step {
	r := a.replicas[e.From]
	prev := m.Prev
	for _, entry := range m.Entries {
		r.got[entry] = true
		if there, known := a.before[entry]; known && prev.Term > 0 && there.term != prev.Term {
			return step(e, OneEntry, there.event, "%v follows one of term %d in the log of replica %d; at %.6fs it followed one of term %d in that of replica %d",
				entry, prev.Term, e.From, there.event.At.Seconds(), there.term, there.event.From)
		}
		if prev.Term > 0 {
			a.before[entry] = placed{prev.Term, e}
		}
		prev = entry
	}
	r.says(e, m.Term, m.end())
	return nil
}

// commits is where a leader says how far its log is committed. What one says before
// anybody has acknowledged anything was so at the begin.
func (a *abstract) commits(e labrpc.Event, m *Message) *Step {
	if !a.acksRead {
		a.top = max(a.top, m.Commit)
	}
	if m.Commit <= a.top || a.quorum() == 1 {
		return nil
	}
	return &Step{Event: e, Rule: QuorumCommits, Facts: []string{fmt.Sprintf("replica %d, which leads in term %d, says that index %d is committed; no quorum has acknowledged more than index %d to any leader", e.From, m.Term, m.Commit, a.top)}}
}

// acknowledges is where a follower says that it took what a leader sent.
func (a *abstract) acknowledges(e labrpc.Event, m *Message) *Step {
	r, request := a.replicas[e.From], m.Request
	if s := a.goesBack(e, m, "takes entries"); s != nil {
		return s
	}
	if len(request.Entries) > 0 {
		if !a.mayHave(e.From, request.Prev) {
			return &Step{Event: e, Rule: BackedAck, Facts: []string{fmt.Sprintf("replica %d takes entries behind %v, which nobody has sent it and which is none of its own", e.From, request.Prev)}}
		}
		r.stores(e, request.Term, request.end())
	}
	a.noteAck(e.From, request)
	return nil
}

// mayHave reports whether a replica's log may have an entry. One of a term in which
// nobody has led was there at the begin, as a cluster's first configuration is.
func (a *abstract) mayHave(replica int, entry Entry) bool {
	r := a.replicas[replica]
	_, led := a.offices[entry.Term]
	given, voted := r.votes[entry.Term]
	return entry.Index <= 0 || !led || r.got[entry] || entry.Index <= r.covers || voted && given.candidate == replica
}

// String names the entry for people.
func (e Entry) String() string { return fmt.Sprintf("index %d of term %d", e.Index, e.Term) }
