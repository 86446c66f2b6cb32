package checker

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// finding is a contradiction, for people to read.
type finding struct {
	claim string        // half a sentence
	at    time.Duration // by then it is one, whatever came later
	core  []Operation   // the operations that contradict each other; empty if only a search knows

	// If only a search knows, last is the operation whose answer is one too
	// many: without it, all that was known at its return is legal. legal is an
	// answer it could have given instead, empty if that is not known.
	last  *Operation
	legal string
}

// shrink looks for the first moment by which the history of a key, known to be
// illegal, already was. An illegal history stays illegal whatever is added, so
// bisection finds it. A moment that can't be decided is passed over, and the
// result is then merely an early one.
func shrink(k keyed, limits Limits) finding {
	deadline := time.Now().Add(min(limits.Time, DefaultTime/2))
	cuts := returns(k.intervals)
	low, high := -1, len(cuts)-1 // cuts[low] is not known to be illegal, cuts[high] is
	legal := true                // cuts[low] is legal
	for high-low > 1 {
		mid := (low + high) / 2
		share := Limits{Time: time.Until(deadline) / 4, Memory: limits.Memory}
		switch verdict := judge(intervals(before(k.ops, cuts[mid])), share); verdict {
		case Illegal:
			high = mid
		default:
			low, legal = mid, verdict == Ok
		}
	}

	known := intervals(before(k.ops, cuts[high]))
	if f, ok := clash(known); ok {
		return f
	}
	f := finding{at: cuts[high]}
	f.claim = fmt.Sprintf("no order explains all that was answered by %s", seconds(f.at))
	if !legal {
		return f
	}
	for i, v := range known {
		if !v.open && v.end == f.at {
			f.last = &v.op
			f.legal = answer(known, i, Limits{Time: min(limits.Time, time.Second), Memory: limits.Memory})
			f.claim = fmt.Sprintf("no order explains that %s %s", v.op.Input, v.op.Output.describe(v.op.Input))
			break
		}
	}
	return f
}

// judge decides one key.
func judge(all []interval, limits Limits) Verdict {
	if witnessed(all) {
		return Ok
	}
	if _, ok := clash(all); ok {
		return Illegal
	}
	if verdict, decided := chained(all); decided {
		return verdict
	}
	verdict, _ := search(all, limits)
	return verdict
}

// answer finds an answer with which operation i would have been legal, empty if
// there is none or it takes too long.
func answer(all []interval, i int, limits Limits) string {
	deadline := time.Now().Add(limits.Time)
	all = slices.Clone(all)
	if out, ok := chainedAnswer(slices.Clone(all), i, time.Now().Add(limits.Time/2)); ok {
		return out.describe(all[i].op.Input)
	}
	all[i].open = true
	limits.Time = time.Until(deadline)
	b := newBudget(len(all), limits)
	result, info := porcupine.CheckOperationsVerbose(b.watch(Model()), operations(all), 0)
	if result != porcupine.Ok {
		return ""
	}
	var state State
	for _, id := range info.PartialLinearizations()[0][0] {
		next, out := Apply(state, all[id].op.Input)
		if id == i {
			return out.describe(all[id].op.Input)
		}
		state = next
	}
	return ""
}

// chainedAnswer finds an answer with which read i would have been legal among
// the values that were written, the latest first.
func chainedAnswer(all []interval, i int, deadline time.Time) (Output, bool) {
	if all[i].op.Input.Kind != Get {
		return Output{}, false
	}
	var values []State
	for _, v := range all {
		if !v.open && v.changes() {
			values = append(values, v.after())
		}
	}
	for _, s := range slices.Backward(values) {
		all[i].op.Output = Output{Value: s.Value, Found: true}
		verdict, decided := chained(all)
		if !decided || time.Now().After(deadline) {
			break
		}
		if verdict == Ok {
			return all[i].op.Output, true
		}
	}
	return Output{}, false
}

// listed is how many operations of a kind an explanation lists.
const listed = 8

// Explain says in a few lines of plain text what the verdict rests on. For an
// illegal history it names the operations that contradict each other, or, where
// only a search could tell, the answer that is one too many and what was going
// on around it.
func (r Result) Explain() string {
	switch {
	case r.Verdict == Ok:
		return fmt.Sprintf("linearizable: %d operations", r.Operations)
	case r.Verdict != Illegal:
		return r.Reason
	}
	var b strings.Builder
	b.WriteString(r.Reason)
	list := func(title string, ops []Operation) {
		if len(ops) == 0 {
			return
		}
		fmt.Fprintf(&b, "\n%s:", title)
		for _, op := range ops {
			fmt.Fprintf(&b, "\n  #%d %s", op.ID, op)
		}
	}
	if len(r.finding.core) > 0 {
		list("these cannot all be true", r.finding.core)
		return b.String()
	}
	if r.finding.last == nil {
		list("the last answers before that", latest(r.history, func(op Operation) bool { return op.Outcome == Done }))
		return b.String()
	}
	last := *r.finding.last
	list("this answer is one too many", []Operation{last})
	if r.finding.legal != "" {
		fmt.Fprintf(&b, "\nit would be right if it had %s", strings.Replace(r.finding.legal, "did not", "not", 1))
	}
	list("the last writes that had returned when it was called", latest(r.history, func(op Operation) bool {
		return op.Outcome == Done && op.Return < last.Call && op.Input.Kind != Get
	}))
	list("under way at the same time", latest(r.history, func(op Operation) bool {
		return op.ID != last.ID && op.Outcome == Done && op.Return >= last.Call
	}))
	list("of unknown outcome, so possible at any time after the call", latest(r.history, func(op Operation) bool {
		return op.Outcome == Unknown && op.Input.Kind != Get
	}))
	return b.String()
}

// latest returns the operations that match, at most the last few, by call.
func latest(h History, match func(Operation) bool) []Operation {
	var ops []Operation
	for _, op := range h {
		if match(op) {
			ops = append(ops, op)
		}
	}
	slices.SortStableFunc(ops, func(a, b Operation) int { return cmp.Compare(a.Call, b.Call) })
	return ops[max(0, len(ops)-listed):]
}
