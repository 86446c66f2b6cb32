package world

import (
	"slices"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// dialogues are what replicas lately said to each other, for whoever asks why a
// cluster does not get on. Of messages that were not understood they know nothing.
type dialogues struct {
	mu         sync.Mutex
	unanswered [][]int       // by receiver and sender, see ignored
	refusals   [][]refusal   // by follower and leader
	elections  [][2]election // by candidate, the last one and the one before
}

// A refusal is what became of a leader's log since a follower last took entries of it:
// how often that one said no, and how many snapshots were sent.
type refusal struct{ entries, snapshots int }

// An election is one that a replica stood for, and which answers have reached it.
type election struct {
	at               time.Duration
	term             int
	granted, refused []int
}

func newDialogues(replicas int) *dialogues {
	d := &dialogues{elections: make([][2]election, replicas)}
	for range replicas {
		d.unanswered = append(d.unanswered, make([]int, replicas))
		d.refusals = append(d.refusals, make([]refusal, replicas))
	}
	return d
}

// follow takes an event. term returns the term that a replica was in when it was last
// asked.
func (d *dialogues) follow(e labrpc.Event, term func(replica int) int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e.Kind == labrpc.EventSend {
		d.unanswered[e.From][e.To] = 0 // whatever it says
	}
	m, understood := e.Note.(*steps.Message)
	switch {
	case !understood:
	case e.Kind == labrpc.EventSend:
		d.sent(e, m)
	case e.Kind == labrpc.EventDeliver:
		d.delivered(e, m, term(e.To))
	}
}

func (d *dialogues) sent(e labrpc.Event, m *steps.Message) {
	switch {
	case m.Kind == raftiface.MessageRequestVote && m.Term > d.elections[e.From][0].term:
		d.elections[e.From] = [2]election{{at: e.At, term: m.Term}, d.elections[e.From][0]}
	case m.Kind == raftiface.MessageAppendEntriesReply && m.Yes && !answersHeartbeat(m):
		d.refusals[e.From][e.To] = refusal{}
	case m.Kind == raftiface.MessageAppendEntriesReply && !m.Yes:
		d.refusals[e.From][e.To].entries++
	case m.Kind == raftiface.MessageInstallSnapshot:
		d.refusals[e.To][e.From].snapshots++
	}
}

// delivered notes a message to a replica that is in a term.
func (d *dialogues) delivered(e labrpc.Event, m *steps.Message, term int) {
	switch {
	case m.Kind == raftiface.MessageRequestVoteReply:
		d.elections[e.To][0].answered(e.From, m)
	case !isRequest(m.Kind):
	case m.Term < term:
		d.unanswered[e.To][e.From]++
	default:
		d.unanswered[e.To][e.From] = 0
	}
}

func isRequest(kind raftiface.MessageKind) bool {
	return kind == raftiface.MessageRequestVote || kind == raftiface.MessageAppendEntries || kind == raftiface.MessageInstallSnapshot
}

// answersHeartbeat reports whether a reply is to a request that has no place in the log.
func answersHeartbeat(m *steps.Message) bool {
	return m.Request != nil && m.Request.Prev == raftiface.EntryID{} && len(m.Request.Entries) == 0
}

// answered notes a voter's answer, unless it is one to an earlier election.
func (e *election) answered(voter int, m *steps.Message) {
	term := m.Term
	if m.Request != nil {
		term = m.Request.Term
	}
	switch {
	case term < e.term || slices.Contains(e.granted, voter) || slices.Contains(e.refused, voter):
	case m.Yes:
		e.granted = append(e.granted, voter)
	default:
		e.refused = append(e.refused, voter)
	}
}

// ignored returns how many requests in a row have reached a replica from another one, all
// of older terms than its own, since it last sent that one anything.
func (d *dialogues) ignored(by, from int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unanswered[by][from]
}

// refused returns what a follower last did with the log of a leader.
func (d *dialogues) refused(by, leader int) refusal {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refusals[by][leader]
}

// tellOfElections reports whether any request for a vote was understood.
func (d *dialogues) tellOfElections() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.elections, func(e [2]election) bool { return e[0].term > 0 })
}

// latest returns the election that a replica stood for last by a time; its term is 0 if
// there is none.
func (d *dialogues) latest(candidate int, by time.Duration) election {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.elections[candidate][0]
	if e.at > by {
		e = d.elections[candidate][1]
	}
	e.granted, e.refused = slices.Sorted(slices.Values(e.granted)), slices.Sorted(slices.Values(e.refused))
	return e
}
