package trial

import (
	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Verdict is what is thought of nodes, in the words of Jepsen.
type Verdict string

// The verdicts.
const (
	Valid   Verdict = "valid"
	Invalid Verdict = "invalid"
	Unknown Verdict = "unknown"
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
	switch result.Linear.Verdict {
	case checker.Ok:
	case checker.Illegal:
		f := newFinding(Linearizability, "", result.Linear.Explain())
		if c, ok := result.Linear.Contradiction(); ok {
			f.At = c.At
		}
		result.Findings = append(result.Findings, f)
	default:
		f := newFinding(Undecided, "", result.Linear.Explain())
		f.At = result.Linear.To
		result.Findings = append(result.Findings, f)
	}
	if r.Interrupted || len(result.Findings) > 0 {
		result.Verdict = Unknown
	}
	for _, f := range result.Findings {
		if f.Class != world.NoVerdict {
			result.Verdict = Invalid
		}
	}
	return result
}

// Worst is what is to be said of several.
func Worst(all []Verdict) Verdict {
	worst := Valid
	for _, v := range all {
		if v == Invalid || worst == Valid {
			worst = v
		}
	}
	return worst
}
