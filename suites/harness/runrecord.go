package harness

import (
	"fmt"
	"os"
	"regexp"
	"strconv"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
)

// stateText is the text of a "state" event.
const stateText = "term %d, leader %t"

// place is how the text of other events ends that are about an index.
var place = regexp.MustCompile(` index (\d+)(?: in term (\d+))?$`)

func (e *Evidence) writeRunFile(f *os.File, r Result, replay string) error {
	return e.RunFile(r, replay).Write(f)
}

// RunFile returns what is known of the run whose result is r.
func (e *Evidence) RunFile(r Result, replay string) *RunFile {
	c := e.cluster
	f := &RunFile{
		Schema:         RunFileSchema,
		Implementation: RunSubject{c.impl.Name, c.impl.Version},
		Suite:          r.Suite, Scenario: r.Scenario, Claim: c.scenario.Claim, Paper: c.scenario.Paper,
		Seed: r.Seed, Replicas: r.Replicas, Replay: replay,
		Failure: runFailure(r.Failure), Moment: e.moment(r.Failure),
		Numbers: RunNumbers{Virtual: r.Virtual, Wall: r.Wall, Messages: r.Messages, Bytes: r.Bytes, Commits: r.Commits,
			Judged: r.Operations, Leaked: r.Leaked, Events: r.Events, Trace: r.Trace},
		Events: []RunEvent{}, Faults: []RunFault{}, Links: []RunLink{}, Operations: []RunOperation{},
	}
	for _, fault := range c.latestFaults(1 << 30) {
		f.Faults = append(f.Faults, RunFault(fault))
	}
	for _, op := range e.history {
		f.Operations = append(f.Operations, runOperation(op))
	}
	if c.net == nil {
		return f
	}
	for _, event := range c.net.Trace().Events() {
		f.Events = append(f.Events, runEvent(event))
	}
	f.Dropped = c.net.Trace().Len() - len(f.Events)
	for _, change := range c.net.LinkChanges() {
		f.Links = append(f.Links, RunLink(change))
	}
	return f
}

func runFailure(f *Failure) *RunFailure {
	if f == nil {
		return nil
	}
	return &RunFailure{string(f.Property), ClaimOf(f.Property), f.At, f.Facts, f.Detail}
}

// moment returns where to look first, nil if nobody knows. A history is judged
// when all is over, and its failure is as late; the contradiction is not.
func (e *Evidence) moment(f *Failure) *RunMoment {
	if f == nil {
		return nil
	}
	m := &RunMoment{At: f.At, Why: ClaimOf(f.Property)}
	v := e.cluster.safety.First()
	contradiction, illegal := e.check.Contradiction()
	if illegal {
		m.Operations = contradiction.Operations
	}
	switch {
	case f.Property == Linearizability && illegal:
		m.At, m.Why = contradiction.At, contradiction.Claim
	case v != nil && v.Property == f.Property:
		for _, fact := range v.Facts {
			m.Facts = append(m.Facts, RunFact(fact))
		}
	}
	if m.At == 0 {
		return nil
	}
	return m
}

func runEvent(e labrpc.Event) RunEvent {
	r := RunEvent{At: e.At, Kind: e.Kind, From: e.From, To: e.To, Reply: e.Reply, Size: e.Size, Text: e.Text, Content: e.Content}
	if e.Datagram != 0 {
		r.Datagram = fmt.Sprintf("%016x", e.Datagram)
		return r
	}
	if e.Kind == "state" {
		fmt.Sscanf(e.Text, stateText, &r.Term, &r.Leader)
	} else if m := place.FindStringSubmatch(e.Text); m != nil {
		r.Index, _ = strconv.Atoi(m[1])
		r.Term, _ = strconv.Atoi(m[2])
	}
	return r
}

func runOperation(op checker.Operation) RunOperation {
	r := RunOperation{ID: op.ID, Client: op.Client, Replica: op.Replica, Call: op.Call, Outcome: op.Outcome,
		Index: op.Index, Key: op.Input.Key, Input: op.Input.String(), Answer: op.Answer()}
	if op.Outcome != checker.Unknown {
		r.Return = max(op.Return, op.Call)
	}
	return r
}
