package checker

import (
	"io"
	"time"

	"github.com/anishathalye/porcupine"
)

// Verdict is the outcome of a check. Only Ok is a pass.
type Verdict string

const (
	// Ok: the history is linearizable.
	Ok Verdict = "ok"
	// Illegal: the history is not linearizable.
	Illegal Verdict = "illegal"
	// Undecided: time or memory ran out before there was an answer.
	Undecided Verdict = "undecided"
	// Malformed: the history is not one; there was nothing to judge.
	Malformed Verdict = "malformed"
)

// Limits bound what a check may use. A zero field takes the default.
type Limits struct {
	Time   time.Duration
	Memory int64
}

// Result is what Check found.
type Result struct {
	Verdict    Verdict
	Key        string
	Reason     string
	Operations int
	Elapsed    time.Duration
}

// Annotation marks a time in the drawing of a history, such as a fault.
type Annotation struct {
	Tag        string // the row it is drawn in, such as "network"
	Start, End time.Duration
	Text       string // a few words, drawn
	Details    string // shown on request; may be empty
}

// Check judges a history.
func Check(h History, limits Limits) Result {
	if err := h.Validate(); err != nil {
		return Result{Verdict: Malformed, Reason: err.Error()}
	}
	var ops []porcupine.Operation
	end := int64(0)
	for _, op := range h {
		end = max(end, int64(op.Call), int64(op.Return))
	}
	for _, op := range h {
		o := porcupine.Operation{ClientId: op.Client, Input: op.Input, Call: int64(op.Call), Return: int64(op.Return), Output: op.Output}
		if op.Outcome == NeverHappened || op.Outcome == Unknown && op.Input.Kind == Get {
			continue
		}
		if op.Outcome == Unknown {
			o.Output, o.Return = nil, end+1
		}
		ops = append(ops, o)
	}
	switch porcupine.CheckOperationsTimeout(Model(), ops, 10*time.Second) {
	case porcupine.Ok:
		return Result{Verdict: Ok, Operations: len(ops)}
	case porcupine.Illegal:
		return Result{Verdict: Illegal, Operations: len(ops)}
	}
	return Result{Verdict: Undecided, Operations: len(ops)}
}

// Explain says in plain text what the verdict rests on.
func (r Result) Explain() string { return r.Reason }

// WriteHTML draws the history.
func (r Result) WriteHTML(w io.Writer, notes []Annotation) error { return nil }
