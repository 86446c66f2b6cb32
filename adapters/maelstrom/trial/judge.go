package trial

import (
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Verdict is what is thought of nodes, in the words of Jepsen.
type Verdict string

// The verdicts, from good to bad.
const (
	Valid   Verdict = "valid"
	Unknown Verdict = "unknown"
	Invalid Verdict = "invalid"
)

// Result is a verdict and what it rests on.
type Result struct {
	*Record
	Verdict  Verdict
	Findings []Finding
	Linear   checker.Result
}

// Judge judges what happened. It takes its time on the wall clock, so it is not for
// bubbles.
func Judge(r *Record) Result {
	result := Result{Record: r, Verdict: Valid, Linear: checker.Check(r.History, checker.Limits{})}
	if r.Finding != nil {
		result.Findings = append(result.Findings, *r.Finding)
	}
	if l := result.Linear; l.Verdict != checker.Ok {
		f := Finding{Property: world.Undecided, At: l.To, Text: l.Explain()}
		if l.Verdict == checker.Illegal {
			f.Property, f.At = world.Linearizability, 0
			if c, ok := l.Contradiction(); ok {
				f.At = c.At
			}
		}
		result.Findings = append(result.Findings, f)
	}
	switch {
	case slices.ContainsFunc(result.Findings, Finding.isVerdict):
		result.Verdict = Invalid
	case r.Interrupted || len(result.Findings) > 0:
		result.Verdict = Unknown
	}
	return result
}

// Worse returns the worse of two verdicts.
func Worse(a, b Verdict) Verdict {
	order := []Verdict{Valid, Unknown, Invalid}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}
