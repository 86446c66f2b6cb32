package runfile

import (
	"fmt"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// Course is what came of following the messages of a run.
type Course struct {
	// Read is how many messages were understood, of so many that were sent.
	Read int `json:"read"`
	Sent int `json:"sent"`
	// First is the first one that no correct Raft sends, nil if there is none.
	First *Step `json:"first,omitempty"`
}

// Step is a message that no correct Raft sends.
type Step struct {
	Rule  string   `json:"rule"`  // that it breaks
	Facts []string `json:"facts"` // what contradicts it
	Place int      `json:"place"` // in the trace, from 1 on
	// Event is of the message, as it was sent; Against are the events that it is
	// held against, in order of time.
	Event   Event   `json:"event"`
	Against []Event `json:"against"`
}

// courseOf returns the course of a run, nil if no message was followed.
func courseOf(c steps.Course) *Course {
	if c.Sent == 0 {
		return nil
	}
	r := &Course{Read: c.Read, Sent: c.Sent}
	if s := c.First; s != nil {
		r.First = &Step{Rule: s.Breaks(), Facts: s.Facts, Place: s.Place, Event: eventOf(s.Event), Against: []Event{}}
		for _, event := range s.Against {
			r.First.Against = append(r.First.Against, eventOf(event))
		}
	}
	return r
}

// FirstStep returns the first wrong step, nil if none is known.
func (f *File) FirstStep() *Step {
	if f.Course == nil {
		return nil
	}
	return f.Course.First
}

// short says in few words what a message says, by the names of the paper. An entry
// is written as index/term.
func short(m *steps.Message) string {
	switch m.Kind {
	case raftiface.MessageRequestVote:
		return fmt.Sprintf("vote? T%d last %s", m.Term, shortEntry(m.Last))
	case raftiface.MessageRequestVoteReply:
		return fmt.Sprintf("%s T%d", answer(m, "granted", "refused"), m.Term)
	case raftiface.MessageAppendEntries:
		s := fmt.Sprintf("append T%d prev %s +%d", m.Term, shortEntry(m.Prev), len(m.Entries))
		if m.Commit >= 0 {
			s += fmt.Sprintf(" c%d", m.Commit)
		}
		return s
	case raftiface.MessageAppendEntriesReply:
		return fmt.Sprintf("%s T%d", answer(m, "taken", "rejected"), m.Term)
	case raftiface.MessageInstallSnapshot:
		return fmt.Sprintf("snapshot T%d to %s", m.Term, shortEntry(m.Last))
	case raftiface.MessageInstallSnapshotReply:
		return fmt.Sprintf("installed T%d", m.Term)
	}
	return "" // such as a pre-vote
}

func answer(m *steps.Message, yes, no string) string {
	if m.Yes {
		return yes
	}
	return no
}

func shortEntry(e steps.Entry) string { return fmt.Sprintf("%d/%d", e.Index, e.Term) }
