package steps

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// A Step is a message that no correct Raft sends.
type Step struct {
	// Event is of the message, as it was sent, and Place its place in the trace,
	// from 1 on.
	Event labrpc.Event
	Place int
	// Rule is what it breaks.
	Rule checker.Property
	// Facts say what contradicts it.
	Facts []string
	// Against are the events that it is held against, in the order of time.
	Against []labrpc.Event
}

// Breaks says which rule the step breaks, and what that asks for.
func (s *Step) Breaks() string { return fmt.Sprintf("%s: %s", s.Rule, ClaimOf(s.Rule)) }

// A Course follows a run. Make one with [NewCourse].
type Course struct {
	// First is the first step that breaks a rule, nil if there is none so far.
	First *Step
	// Read is how many messages were understood, of so many that were sent.
	Read, Sent int
	// States are those that the cluster has been in.
	States States

	events   int
	abstract *abstract
	views    []view // by replica
}

// NewCourse returns the course of a run of so many replicas, of which nothing has been
// seen yet but who its cluster's first members are.
func NewCourse(replicas int, members raftiface.Membership) *Course {
	return &Course{abstract: newAbstract(replicas, members), views: make([]view, replicas)}
}

// Take follows the next event, in the order of a trace. Events of messages have in
// their Note what a [Reader] made of them. It returns the first wrong step of the run
// if this is it, else nil.
func (c *Course) Take(e labrpc.Event) *Step {
	c.events++
	m, understood := e.Note.(*Message)
	if e.Kind == labrpc.EventSend {
		c.Sent++
		if understood {
			c.Read++
		}
	}
	if c.First != nil {
		return nil
	}
	switch told := e.Note.(type) {
	case Asked:
		c.abstract.members.asks(told.To)
	case Refused:
		c.abstract.members.refuses()
	case Configured:
		c.abstract.configured(e.From, told)
	}
	if c.First = c.abstract.take(e, m); c.First != nil {
		c.First.Place = c.events
	}
	c.look(e)
	return c.First
}

// A saying is that a replica has come to a term, or has an entry that only leaders
// of later terms may replace.
type saying struct {
	term  int
	entry Entry
	event *labrpc.Event
}

// A ballot is a candidate's election.
type ballot struct{ term, candidate int }

// A standing is a candidate's in an election: which configuration it had applied as
// it first asked for votes.
type standing struct{ term, applied int }

// A vote is for a candidate, by a replica that said so.
type vote struct {
	candidate int
	event     *labrpc.Event
}

// A replica is what is known of one by its messages, over all its lives.
type replica struct {
	halted  bool
	revived bool // restarted
	entered int  // the first term that it has spoken of in this life, 0 if none
	commit  int  // the highest index that it has shown to know as committed in this life
	applied int  // the index of the configuration that it has delivered last in this life, 0 if none

	highest saying       // with the highest term
	former  saying       // that of its earlier lives
	votes   map[int]vote // by term
	holds   saying       // the last entry that it said it has
	stored  saying       // the last one that it acknowledged, which outlives a crash
	heard   int          // the latest term of which a leader's message has reached it

	alone bool     // it may have been the only voter, and committed whatever it says
	stood standing // the election that it asked for votes in last

	asked  map[ballot]*Message // the first request that has reached it
	sent   map[int]*Message    // by their last index, what the leader of term heard has sent it
	grants map[int][]int       // by term, the voters whose votes have reached it
	got    map[Entry]int       // entries that have reached it, and its saves before; ownEntry for its own
	covers Entry               // the last entry of the snapshots that have reached it
}

// ownEntry is in place of a number of saves for entries that a replica has made itself.
const ownEntry = -1

// abstract is the abstract Raft.
type abstract struct {
	replicas []*replica
	members  configurations
	offices  map[int]*office
	before   map[Entry]termOf // of what an entry follows
	acks     map[counted][]int
	top      int // the last index that some quorum is known to have acknowledged

	votesRead, acksRead bool
	partial             bool // some messages were not understood
}

// An office is the leadership of a term.
type office struct {
	leader int
	event  *labrpc.Event  // its first message
	log    map[int]termOf // by index, what the leader said its log has there
}

// termOf is the term of an entry, and who said so.
type termOf struct {
	term  int
	event *labrpc.Event
}

// counted are acknowledgements to the leader of a term: of entries of that term
// alone, or of all.
type counted struct {
	term int
	own  bool
}

func newAbstract(replicas int, members raftiface.Membership) *abstract {
	a := &abstract{members: newConfigurations(members), offices: map[int]*office{}, before: map[Entry]termOf{}, acks: map[counted][]int{}}
	for range replicas {
		a.replicas = append(a.replicas, &replica{votes: map[int]vote{}, asked: map[ballot]*Message{}, sent: map[int]*Message{}, grants: map[int][]int{}, got: map[Entry]int{}})
	}
	return a
}

// take follows an event, and returns it as a step if it is a wrong one.
func (a *abstract) take(e labrpc.Event, m *Message) *Step {
	switch e.Kind {
	case labrpc.EventHalt:
		a.halt(e.From)
	case labrpc.EventBoot:
		a.replicas[e.From].halted = false
	case labrpc.EventDeliver:
		if m != nil {
			a.deliver(e, m)
		}
	case labrpc.EventSend:
		a.partial = a.partial || m == nil
		if m != nil && !a.replicas[e.From].halted {
			said := e // is kept, unlike most events
			return a.send(&said, m)
		}
	}
	return nil
}

// halt notes that a replica is down. It has lost what it had in memory only, such as
// its votes for itself: they count with nobody else, so a candidate may save them
// after its requests have left.
func (a *abstract) halt(number int) {
	r := a.replicas[number]
	r.halted, r.former, r.holds = true, r.highest, r.stored
	r.revived, r.entered, r.applied, r.commit = true, 0, 0, 0
	maps.DeleteFunc(r.votes, func(term int, given vote) bool {
		led := a.offices[term]
		return given.candidate == number && (led == nil || led.leader != number)
	})
}

// deliver notes what a message lets its receiver know.
func (a *abstract) deliver(e labrpc.Event, m *Message) {
	r := a.replicas[e.To]
	if m.arrived == nil {
		m.arrived = &arrival{e.At, e.Saves}
	}
	switch {
	case m.fromLeader():
		r.hear(m, e.Saves)
	case m.Kind == raftiface.MessageRequestVote:
		if b := (ballot{m.Term, e.From}); r.asked[b] == nil {
			r.asked[b] = m
		}
	case m.Kind == raftiface.MessageRequestVoteReply && m.Yes:
		if term := m.electionTerm(); !slices.Contains(r.grants[term], e.From) {
			r.grants[term] = append(r.grants[term], e.From)
		}
	}
}

// hear notes a leader's message. It came when its receiver had saved so often.
func (r *replica) hear(m *Message, saves int) {
	if m.Term > r.heard {
		r.heard = m.Term
		clear(r.sent)
	}
	if m.Term == r.heard {
		r.sent[m.end().Index] = m
	}
	for _, entry := range m.Entries {
		if _, again := r.got[entry]; !again {
			r.got[entry] = saves
		}
	}
	if m.Kind == raftiface.MessageInstallSnapshot && m.Last.Index > r.covers.Index {
		r.covers = m.Last
	}
}

// send holds a message against what is known, and notes what it says.
func (a *abstract) send(e *labrpc.Event, m *Message) (wrong *Step) {
	r := a.replicas[e.From]
	switch m.Kind {
	case raftiface.MessageOther:
		return nil // a pre-vote has a term in which its sender may never be
	case raftiface.MessageRequestVote:
		wrong = a.first(a.returns(e, m), a.campaigns(e, m), a.votes(e, m.Term, e.From))
	case raftiface.MessageRequestVoteReply:
		a.votesRead = true
		if m.Request == nil {
			m.Request = r.asked[ballot{m.Term, e.To}]
		}
		if m.accepts() {
			unsaved := a.unsaved(e, m)
			wrong = a.first(a.grants(e, m), a.votes(e, m.Request.Term, e.To), unsaved)
		}
	case raftiface.MessageAppendEntries, raftiface.MessageInstallSnapshot:
		wrong = a.first(a.returns(e, m), a.leads(e, m), a.places(e, m), a.commits(e, m))
	case raftiface.MessageAppendEntriesReply:
		if m.Request == nil && m.Match > 0 {
			m.Request = a.answered(r, m)
		}
		if m.accepts() {
			wrong = a.first(a.acknowledges(e, m))
		}
	case raftiface.MessageInstallSnapshotReply:
		if m.Request != nil && m.Term <= m.Request.Term {
			a.noteAck(e.From, m.Request)
		}
	}
	r.learns(m)
	if r.entered == 0 {
		r.entered = m.Term
	}
	if m.Term > r.highest.term {
		r.highest = saying{term: m.Term, event: e}
	}
	return wrong
}

// electionTerm is the term that a vote is of.
func (m *Message) electionTerm() int {
	if m.Request != nil {
		return m.Request.Term
	}
	return m.Term
}

// answered returns the request that a replica's acknowledgement up to an index
// answers: the last one that ended there, or one that tells as much.
func (a *abstract) answered(r *replica, m *Message) *Message {
	if request := r.sent[m.Match]; request != nil && m.Term == r.heard {
		return request
	}
	request := &Message{Message: raftiface.Message{Kind: raftiface.MessageAppendEntries, Term: m.Term, Prev: Entry{Index: m.Match, Term: m.Term}}}
	if office := a.offices[m.Term]; office != nil && office.log[m.Match].term > 0 {
		request.Prev.Term = office.log[m.Match].term
	}
	return request
}

// first returns the first step that is certainly one.
func (a *abstract) first(steps ...*Step) *Step {
	for _, s := range steps {
		if s != nil && !(a.partial && slices.Contains(needAll, s.Rule)) {
			return s
		}
	}
	return nil
}

// says notes that a replica has an entry, which leaders of later terms than this
// one may replace. It may have it in memory only: a leader may save what it sends
// while it sends it (thesis, §10.2.1).
func (r *replica) says(e *labrpc.Event, term int, entry Entry) {
	r.note(&r.holds, saying{term, entry, e})
}

// stores notes that a replica has acknowledged an entry.
func (r *replica) stores(e *labrpc.Event, term int, entry Entry) {
	r.note(&r.holds, saying{term, entry, e})
	r.note(&r.stored, saying{term, entry, e})
}

// note keeps the last entry that was told of. Others may be told of later.
func (r *replica) note(known *saying, s saying) {
	if r.heard > known.term || !after(known.entry, s.entry) {
		*known = s
	}
}

// noteAck notes that a replica has taken a request of a leader.
func (a *abstract) noteAck(from int, request *Message) {
	a.acksRead = true
	end := request.end()
	a.acked(counted{request.Term, false}, from, end.Index)
	if end.Term == request.Term {
		a.acked(counted{request.Term, true}, from, end.Index)
	}
}

// acked notes how far a replica has acknowledged in a term. A leader has its own
// entries.
func (a *abstract) acked(t counted, from, index int) {
	acks := a.acks[t]
	if acks == nil {
		acks = make([]int, len(a.replicas))
		a.acks[t] = acks
	}
	acks[from] = max(acks[from], index)
	if office := a.offices[t.term]; office != nil {
		acks[office.leader] = math.MaxInt
	}
}
