package checker

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// Annotation marks a time in the drawing of a history, such as a fault.
type Annotation struct {
	// Tag is the row it is drawn in, such as "network".
	Tag string
	// Start and End are times since the start of the run. An End before Start
	// counts as Start.
	Start, End time.Duration
	// Text is drawn, Details are shown on request and may be empty.
	Text, Details string
}

// drawn is how many operations a drawing shows: more than a person can look
// at, and few enough that the file, which grows with their square, stays small.
const drawn = 250

// WriteHTML writes Porcupine's drawing of the history as one HTML page that
// needs nothing else. Of an illegal or undecided history it shows the key in
// question, and of an illegal one only what was known when the contradiction
// was complete. Of a long history it shows the last operations and then knows
// nothing of what the key held before them; a note in the drawing says so.
func (r Result) WriteHTML(w io.Writer, notes []Annotation) error {
	if r.Verdict == Malformed || r.Verdict == "" {
		return errors.New("checker: there is nothing to draw: " + cmp.Or(r.Reason, "no history was checked"))
	}
	all := make([]interval, 0, len(r.history))
	for _, k := range byKey(r.history) {
		all = append(all, intervals(k.ops)...)
	}
	total := len(all)
	slices.SortStableFunc(all, func(a, b interval) int { return cmp.Compare(a.op.Call, b.op.Call) })
	all = all[max(0, total-drawn):]

	// What stays open ends with the drawing.
	end := time.Duration(0)
	for _, v := range all {
		end = max(end, v.op.Call, v.op.Return)
	}
	for i := range all {
		if all[i].end == forever {
			all[i].end = end + time.Millisecond
		}
	}
	ops := operations(all)
	for i, v := range all {
		ops[i].Metadata = fmt.Sprintf("#%d %s", v.op.ID, v.op)
	}

	model := Model()
	if total > drawn {
		model = forgetful(model)
		notes = append([]Annotation{{
			Tag: "checker", Start: all[0].op.Call, Text: fmt.Sprintf("last %d of %d operations", len(all), total),
			Details: "what the keys held before is left open",
		}}, notes...)
	}
	b := newBudget(len(ops), Limits{Time: 2 * time.Second, Memory: 64 << 20})
	_, info := porcupine.CheckOperationsVerbose(b.shared(model), ops, 0)
	if r.Verdict == Illegal {
		notes = append([]Annotation{{Tag: "checker", Start: r.finding.at, Text: "contradiction", Details: r.Explain()}}, notes...)
	}
	info.AddAnnotations(annotations(notes))
	if err := porcupine.Visualize(model, info, w); err != nil {
		return fmt.Errorf("checker: draw the history: %w", err)
	}
	return nil
}

// annotations translates annotations for Porcupine.
func annotations(notes []Annotation) []porcupine.Annotation {
	out := make([]porcupine.Annotation, len(notes))
	for i, n := range notes {
		out[i] = porcupine.Annotation{
			Tag: cmp.Or(n.Tag, "notes"), Start: int64(n.Start), End: int64(max(n.Start, n.End)),
			Description: n.Text, Details: strings.TrimSpace(n.Details),
		}
	}
	return out
}

// forgotten is the state of a key nothing is known of.
type forgotten struct{}

// forgetful returns m with keys that may hold anything until an operation
// tells. It allows too much and never too little.
func forgetful(m porcupine.Model) porcupine.Model {
	step, hash, equal, describe := m.Step, m.Hash, m.Equal, m.DescribeState
	known := func(s any) bool { _, is := s.(State); return is }
	m.Init = func() any { return forgotten{} }
	m.Step = func(state, input, output any) (bool, any) {
		if known(state) {
			return step(state, input, output)
		}
		in := input.(Input)
		switch out, answered := output.(Output); {
		case in.Kind == Put && (!answered || out == Output{}):
			return true, State{Exists: true, Value: in.Value}
		case !answered:
			return true, state
		case !possible(in, out):
			return false, state
		case out.Declined:
			return true, state
		case in.Kind == CompareAndSet && out.Swapped:
			return true, State{Exists: true, Value: in.Value}
		default:
			return true, State{Exists: out.Found || in.Kind == Append, Value: out.Value}
		}
	}
	m.Hash = func(s any) uint64 {
		if known(s) {
			return hash(s)
		}
		return 0
	}
	m.Equal = func(a, b any) bool {
		if known(a) && known(b) {
			return equal(a, b)
		}
		return a == b
	}
	m.DescribeState = func(s any) string {
		if known(s) {
			return describe(s)
		}
		return "not known"
	}
	return m
}
