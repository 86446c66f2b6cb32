package steps

import (
	"math"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
)

// A Step is a message that no correct Raft sends.
type Step struct {
	// Event is of the message, as it was sent, and Place its place in the trace,
	// from 1 on.
	Event labrpc.Event
	Place int
	// Rule is what it breaks.
	Rule Rule
	// Facts say what contradicts it.
	Facts []string
	// Against are the events that it is held against, in the order of time.
	Against []labrpc.Event
}

// A Course is what came of following a run.
type Course struct {
	// First is the first step that breaks a rule, nil if there is none.
	First *Step
	// Read is how many messages were understood, of so many that were sent.
	Read, Sent int
}

// Follow follows the events of a run, in the order of a trace, up to the first
// wrong step. Events of messages have in their Note what [Read] made of them.
func Follow(replicas int, events []labrpc.Event) Course {
	a := newAbstract(replicas)
	var c Course
	for i, e := range events {
		m, readable := e.Note.(*Message)
		if e.Kind == labrpc.EventSend {
			c.Sent++
			if readable {
				c.Read++
			}
		}
		if c.First != nil {
			continue
		}
		if c.First = a.take(e, m); c.First != nil {
			c.First.Place = i + 1
		}
	}
	return c
}

// A saying is that a replica has come to a term, or has an entry that only leaders
// of later terms may replace.
type saying struct {
	term  int
	entry Entry
	event labrpc.Event
}

// A vote is for a candidate, by a replica that said so.
type vote struct {
	candidate int
	event     labrpc.Event
}

// A replica is what is known of one by its messages, over all its lives.
type replica struct {
	halted bool

	highest saying       // with the highest term
	former  saying       // that of its earlier lives
	votes   map[int]vote // by term
	holds   saying       // the last entry that it said it has
	stored  saying       // the last one that it acknowledged, which outlives a crash
	heard   int          // the latest term of which a leader's message has reached it

	grants map[int][]int  // by term, the voters whose votes have reached it
	got    map[Entry]bool // entries that have reached it, or are its own
	covers int            // the last index of the snapshots that have reached it
}

// abstract is the abstract Raft.
type abstract struct {
	replicas []*replica
	offices  map[int]labrpc.Event // by term, the first message of its leader
	before   map[Entry]placed     // what an entry follows
	acks     map[term][]int       // the last index that each replica acknowledged
	arrived  map[*Message]time.Duration
	top      int // the last index that a quorum has acknowledged in some term

	votesRead, acksRead bool
}

// A term is one of a leader's, for its acknowledgements: of entries of that term
// alone, or of all.
type term struct {
	number int
	own    bool
}

// placed is the term of the entry before an entry, and who said so.
type placed struct {
	term  int
	event labrpc.Event
}

func newAbstract(replicas int) *abstract {
	a := &abstract{offices: map[int]labrpc.Event{}, before: map[Entry]placed{}, acks: map[term][]int{}, arrived: map[*Message]time.Duration{}}
	for range replicas {
		a.replicas = append(a.replicas, &replica{votes: map[int]vote{}, grants: map[int][]int{}, got: map[Entry]bool{}})
	}
	return a
}

// quorum is how many replicas are one.
func (a *abstract) quorum() int { return len(a.replicas)/2 + 1 }

// take follows an event, and returns it as a step if it is a wrong one.
func (a *abstract) take(e labrpc.Event, m *Message) *Step {
	switch e.Kind {
	case labrpc.EventHalt:
		r := a.replicas[e.From]
		r.halted, r.former, r.holds = true, r.highest, r.stored
	case labrpc.EventBoot:
		a.replicas[e.From].halted = false
	case labrpc.EventDeliver:
		if m != nil {
			a.deliver(e, m)
		}
	case labrpc.EventSend:
		if m != nil && !a.replicas[e.From].halted {
			return a.send(e, m)
		}
	}
	return nil
}

// deliver notes what a message lets its receiver know.
func (a *abstract) deliver(e labrpc.Event, m *Message) {
	r := a.replicas[e.To]
	if _, again := a.arrived[m]; !again {
		a.arrived[m] = e.At
	}
	switch {
	case m.fromLeader():
		r.heard = max(r.heard, m.Term)
		for _, entry := range m.Entries {
			r.got[entry] = true
		}
		if m.Kind == InstallRequest {
			r.covers = max(r.covers, m.Last.Index)
		}
	case m.Kind == VoteReply && m.Yes && !slices.Contains(r.grants[m.Request.Term], e.From):
		r.grants[m.Request.Term] = append(r.grants[m.Request.Term], e.From)
	}
}

// send holds a message against what is known, and notes what it says.
func (a *abstract) send(e labrpc.Event, m *Message) (wrong *Step) {
	r := a.replicas[e.From]
	switch m.Kind {
	case VoteRequest:
		wrong = first(a.returns(e, m), a.campaigns(e, m), a.votes(e, m.Term, e.From))
	case VoteReply:
		a.votesRead = true
		if m.Yes && m.Term <= m.Request.Term {
			wrong = first(a.grants(e, m), a.votes(e, m.Request.Term, e.To))
		}
	case AppendRequest, InstallRequest:
		wrong = first(a.returns(e, m), a.leads(e, m), a.places(e, m), a.commits(e, m))
	case AppendReply:
		if m.Yes && m.Term <= m.Request.Term {
			wrong = a.acknowledges(e, m)
		}
	case InstallReply:
		if m.Term <= m.Request.Term {
			a.noteAck(e.From, m.Request)
		}
	}
	if m.Term > r.highest.term {
		r.highest = saying{term: m.Term, event: e}
	}
	return wrong
}

// first returns the first step that is one.
func first(steps ...*Step) *Step {
	for _, s := range steps {
		if s != nil {
			return s
		}
	}
	return nil
}

// says notes that a replica has an entry, which leaders of later terms than this
// one may replace. It may have it in memory only: a leader may save what it sends
// while it sends it (thesis, §10.2.1).
func (r *replica) says(e labrpc.Event, term int, entry Entry) {
	r.note(&r.holds, saying{term, entry, e})
}

// stores notes that a replica has acknowledged an entry.
func (r *replica) stores(e labrpc.Event, term int, entry Entry) {
	r.note(&r.holds, saying{term, entry, e})
	r.note(&r.stored, saying{term, entry, e})
}

// note keeps the last entry that was told of. Others may be told of later.
func (r *replica) note(known *saying, s saying) {
	if r.heard > known.term || !known.entry.after(s.entry) {
		*known = s
	}
}

// noteAck notes that a replica has taken a request of a leader, and how far that
// leader may say that its log is committed then: as far as a quorum has entries of
// its own term, or all replicas have any (§5.4.2).
func (a *abstract) noteAck(from int, request *Message) {
	a.acksRead = true
	end := request.end()
	a.top = max(a.top, a.acked(term{request.Term, false}, from, end.Index, len(a.replicas)))
	if end.Term == request.Term {
		a.top = max(a.top, a.acked(term{request.Term, true}, from, end.Index, a.quorum()))
	}
}

// acked notes an acknowledgement, and returns up to where so many replicas have
// acknowledged in that term.
func (a *abstract) acked(t term, from, index, many int) int {
	acks := a.acks[t]
	if acks == nil {
		acks = make([]int, len(a.replicas))
		a.acks[t] = acks
	}
	acks[from] = max(acks[from], index)
	if office, known := a.offices[t.number]; known {
		acks[office.From] = math.MaxInt // a leader has its own entries
	}
	sorted := slices.Sorted(slices.Values(acks))
	if n := sorted[len(sorted)-many]; n < math.MaxInt {
		return n
	}
	return 0
}
