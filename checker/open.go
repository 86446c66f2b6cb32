package checker

import (
	"math"
	"slices"
	"strings"
	"time"
)

// interval is an operation as the judges see it: it took effect at one moment
// between op.Call and end, and its answer is known or may be anything.
type interval struct {
	op   Operation
	end  time.Duration
	open bool // no answer; op.Outcome is Unknown
}

// tellsLess reports whether all that is known is what the key did not hold.
func (v interval) tellsLess() bool { return !v.open && v.op.Output.Declined }

// lastDeclined returns when the last of those ended, negative if there is none.
func lastDeclined(all []interval) time.Duration {
	last := time.Duration(-1)
	for _, v := range all {
		if v.tellsLess() {
			last = max(last, v.end)
		}
	}
	return last
}

// forever is later than every event of a run. An operation that ends then need
// not take effect at all: nobody is left to see it.
const forever time.Duration = math.MaxInt64

// intervals turns the operations on one key into intervals. Operations that
// never happened do not count, and neither do reads that nobody saw the answer
// of: they change nothing and say nothing.
//
// Writes of unknown outcome stay open to the end. Each of them doubles what a
// search must try, and most of that is for nothing, so two kinds are settled
// beforehand without changing the verdict; see unseen and seenBy.
func intervals(ops []Operation) []interval {
	kept := make([]interval, 0, len(ops))
	unknown := 0
	for _, op := range ops {
		switch {
		case op.Outcome == Done:
			kept = append(kept, interval{op: op, end: op.Return})
		case op.Outcome == Unknown && op.Input.Kind != Get:
			kept = append(kept, interval{op: op, end: forever, open: true})
			unknown++
		}
	}
	if unknown == 0 {
		return kept
	}
	if slices.ContainsFunc(kept, func(v interval) bool { return v.op.Input.Kind == Append }) {
		return slices.DeleteFunc(kept, unseenPart(kept, unknown))
	}
	kept = slices.DeleteFunc(kept, unseen(kept))
	seenBy(kept)
	return kept
}

// unseen returns a test for open writes on a key without appends that can be
// left out, because no answer and no open compare-and-set mentions their value.
//
// Suppose such a write takes effect somewhere in a legal order. Up to the next
// write that takes effect, no answered operation can follow but a put: any
// other would have answered the value. What does follow are open
// compare-and-sets that do not match, and those can as well take effect after
// the end. So the order stays legal without the write. Conversely, it can be
// added to any legal order, after the end.
//
// An answer that only declined may follow such a write, and be right for its sake. So
// those stay that were called before the last of these.
func unseen(all []interval) func(interval) bool {
	seen := make(map[string]bool)
	for _, v := range all {
		if !v.open {
			seen[v.op.Output.Value] = true
		} else if v.op.Input.Kind == CompareAndSet {
			seen[v.op.Input.Expect] = true
		}
	}
	declined := lastDeclined(all)
	return func(v interval) bool { return v.open && v.op.Call > declined && !seen[v.op.Input.Value] }
}

// unseenPart is unseen for keys with appends: a value counts as seen wherever
// it is part of another. The argument is the same, for until the next put the
// value stays part of the state.
func unseenPart(all []interval, unknown int) func(interval) bool {
	var seen []string
	for _, v := range all {
		if !v.open {
			seen = append(seen, v.op.Output.Value)
		} else if v.op.Input.Kind == CompareAndSet {
			seen = append(seen, v.op.Input.Expect)
		}
	}
	// Answers to appends are prefixes of each other, and the longest will do.
	slices.Sort(seen)
	total := 0
	longest := seen[:0]
	for i, s := range seen {
		if i+1 == len(seen) || !strings.HasPrefix(seen[i+1], s) {
			longest = append(longest, s)
			total += len(s)
		}
	}
	if total*unknown > 1<<30 {
		return func(interval) bool { return false }
	}
	declined := lastDeclined(all)
	return func(v interval) bool {
		return v.open && v.op.Call > declined &&
			!slices.ContainsFunc(longest, func(s string) bool { return strings.Contains(s, v.op.Input.Value) })
	}
}

// seenBy ends open writes, on a key without appends, with the first answer that
// shows their value, if no other operation can have written it: they took
// effect before that operation did.
func seenBy(all []interval) {
	writers := make(map[string]int)
	shown := make(map[string]time.Duration) // earliest return
	for _, v := range all {
		if value, ok := v.writes(); ok {
			writers[value]++
		}
		if v.open || !v.op.Output.Found {
			continue
		}
		value := v.op.Output.Value
		if at, ok := shown[value]; !ok || v.op.Return < at {
			shown[value] = v.op.Return
		}
	}
	for i := range all {
		v := &all[i]
		// An answer from before the call contradicts; the judges will say so.
		if at, ok := shown[v.op.Input.Value]; ok && v.open && writers[v.op.Input.Value] == 1 && at >= v.op.Call {
			v.end = at
		}
	}
}

// writes returns the value that the operation stores, or may store if it is
// open. It is for keys without appends.
func (v interval) writes() (value string, ok bool) {
	in := v.op.Input
	ok = in.Kind == Put || in.Kind == CompareAndSet && (v.open || v.op.Output.Swapped)
	return in.Value, ok
}
