package runfile

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Of returns a file about the run that an account tells of: its failure and
// moment, the course of its messages, and everything that happened. What the run
// was, and its numbers, are the caller's to fill in.
func Of(a *world.Account) *File {
	f := &File{
		Schema: Schema, Failure: failureOf(a.Failure), Moment: momentOf(a), Course: courseOf(a.Course),
		Events: []Event{}, Faults: []Fault{}, Links: []Link{}, Operations: []Operation{},
	}
	for _, fault := range a.Faults {
		f.Faults = append(f.Faults, Fault(fault))
	}
	for _, op := range a.History {
		f.Operations = append(f.Operations, operationOf(op))
	}
	if a.Trace == nil {
		return f
	}
	for _, event := range a.Trace.Events() {
		f.Events = append(f.Events, eventOf(event))
	}
	f.Dropped = a.Trace.Len() - len(f.Events)
	for _, change := range a.Links {
		f.Links = append(f.Links, Link(change))
	}
	return f
}

func failureOf(f *world.Failure) *Failure {
	if f == nil {
		return nil
	}
	return &Failure{string(f.Property), world.ClaimOf(f.Property), f.At, f.Facts, f.Detail}
}

// momentOf returns where to look first, nil if nobody knows. A history is judged
// when all is over, and its failure is as late; the contradiction is not.
func momentOf(a *world.Account) *Moment {
	f := a.Failure
	if f == nil {
		return nil
	}
	m := &Moment{At: f.At, Why: world.ClaimOf(f.Property)}
	contradiction, illegal := a.Check.Contradiction()
	if illegal {
		m.Operations = contradiction.Operations
	}
	switch v := a.Violation; {
	case f.Property == world.Linearizability && illegal:
		m.At, m.Why = contradiction.At, contradiction.Claim
	case v != nil && v.Property == f.Property:
		for _, fact := range v.Facts {
			m.Facts = append(m.Facts, Fact(fact))
		}
	}
	if m.At == 0 {
		return nil
	}
	return m
}

// place is how the text of events ends that are about an index.
var place = regexp.MustCompile(` index (\d+)(?: in term (\d+))?$`)

func eventOf(e labrpc.Event) Event {
	r := Event{At: e.At, Kind: e.Kind, From: e.From, To: e.To, Reply: e.Reply, Size: e.Size, Text: e.Text, Content: e.Content}
	if e.Datagram != 0 {
		r.Datagram = fmt.Sprintf("%016x", e.Datagram)
		if m, understood := e.Note.(*steps.Message); understood {
			r.Short = short(m)
		}
		return r
	}
	if e.Kind == "state" {
		fmt.Sscanf(e.Text, world.StateText, &r.Term, &r.Leader)
	} else if m := place.FindStringSubmatch(e.Text); m != nil {
		r.Index, _ = strconv.Atoi(m[1])
		r.Term, _ = strconv.Atoi(m[2])
	}
	return r
}

func operationOf(op checker.Operation) Operation {
	r := Operation{ID: op.ID, Client: op.Client, Replica: op.Replica, Call: op.Call, Outcome: op.Outcome,
		Index: op.Index, Key: op.Input.Key, Input: op.Input.String(), Answer: op.Answer()}
	if op.Outcome != checker.Unknown {
		r.Return = max(op.Return, op.Call)
	}
	return r
}
