package checker

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// cluster is what is known of one value that only one operation can have
// written: the write, and the answers that showed the value. The key held the
// value without a break from the write until it was replaced, so it held it
// between any two of these operations.
type cluster struct {
	value   string
	write   interval
	first   interval   // that ends first: by its end, the value had been there
	last    interval   // that was called last: after its call, the value was there
	swapped []interval // that replaced it
}

// forward reports whether the key certainly held the value from first.end to
// last.op.Call. Otherwise all operations of the cluster overlap, and it
// certainly held the value at one moment between last.op.Call and first.end.
func (c *cluster) forward() bool { return c.first.end < c.last.op.Call }

// clash looks for a contradiction that needs no search, and returns the one
// that shows first. All its rules are certain, but there is much that they do
// not see.
func clash(all []interval) (finding, bool) {
	var found []finding
	declined := declined(all)
	note := func(claim string, core ...interval) {
		found = append(found, newFinding(claim, core).since(declined))
	}
	for _, v := range all {
		if !v.open && !possible(v.op.Input, v.op.Output) {
			note("no state of the key allows this answer", v)
		}
	}
	if !slices.ContainsFunc(all, func(v interval) bool { return v.op.Input.Kind == Append }) {
		clashOfValues(all, note)
	}
	if len(found) == 0 {
		return finding{}, false
	}
	first := slices.MinFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(len(a.core), len(b.core)))
	})
	return first.smaller().since(declined), true
}

// declined returns, for each value that a compare-and-set would have stored,
// when the last of those returned that did not. Before, it was not known that
// they are no writers.
func declined(all []interval) map[string]time.Duration {
	at := make(map[string]time.Duration)
	for _, v := range all {
		if in := v.op.Input; in.Kind == CompareAndSet && !v.open && !v.op.Output.Swapped {
			at[in.Value] = max(at[in.Value], v.op.Return)
		}
	}
	return at
}

// since moves the finding to when its values had no other writers left.
func (f finding) since(declined map[string]time.Duration) finding {
	for _, op := range f.core {
		if op.Outcome == Done && op.Output.Found {
			f.at = max(f.at, declined[op.Output.Value])
		}
	}
	return f
}

// smaller leaves out reads that the contradiction can do without. A legal
// history stays legal without a read, so what still clashes was illegal. That
// is not so for other operations, which may be all that explains a read; so
// nothing is left out where a read shows a value from elsewhere.
func (f finding) smaller() finding {
	elsewhere := func(op Operation) bool {
		return op.Input.Kind == CompareAndSet || op.Input.Kind == Get && !slices.ContainsFunc(f.core, func(w Operation) bool {
			return w.Input.Kind == Put && w.Input.Value == op.Output.Value
		})
	}
	if slices.ContainsFunc(f.core, elsewhere) {
		return f
	}
	for i, op := range f.core {
		if op.Input.Kind != Get {
			continue
		}
		rest := slices.Delete(slices.Clone(f.core), i, i+1)
		if g, ok := clash(intervals(rest)); ok {
			return g
		}
	}
	return f
}

// newFinding returns a finding over the given operations, each named once.
func newFinding(claim string, core []interval) finding {
	f := finding{claim: claim}
	for _, v := range core {
		if slices.ContainsFunc(f.core, func(op Operation) bool { return op.ID == v.op.ID }) {
			continue
		}
		f.core = append(f.core, v.op)
		f.at = max(f.at, v.op.Return, v.op.Call)
	}
	slices.SortStableFunc(f.core, func(a, b Operation) int { return cmp.Compare(a.Call, b.Call) })
	return f
}

// possible reports whether some state makes Apply answer out to in.
func possible(in Input, out Output) bool {
	var s State
	switch {
	case in.Kind == Append:
		if len(out.Value) < len(in.Value) {
			return false
		}
		s = State{Exists: out.Found, Value: out.Value[:len(out.Value)-len(in.Value)]}
	case in.Kind != Put:
		s = State{Exists: out.Found, Value: out.Value}
	}
	if !s.Exists && s.Value != "" {
		return false
	}
	_, right := Apply(s, in)
	return out.fits(in, right)
}

// clashOfValues applies the rules for keys without appends.
func clashOfValues(all []interval, note func(claim string, core ...interval)) {
	writers := make(map[string]int)
	clusters := make(map[string]*cluster)
	for _, v := range all {
		if value, ok := v.writes(); ok {
			writers[value]++
			clusters[value] = &cluster{value: value, write: v, first: v, last: v}
		}
	}
	var absent, present *interval // called last; ended first
	for i := range all {
		v := &all[i]
		_, writes := v.writes()
		found := !v.open && v.op.Output.Found && v.op.Input.Kind != Put
		if (found || writes && !v.open) && (present == nil || v.end < present.end) {
			present = v
		}
		if !v.open && !found && v.op.Input.Kind != Put && !v.op.Output.Declined && (absent == nil || v.op.Call > absent.op.Call) {
			absent = v
		}
		if !found {
			continue
		}
		value := v.op.Output.Value
		c := clusters[value]
		switch {
		case c == nil:
			note(fmt.Sprintf("nobody ever wrote %s", quote(value)), *v)
			continue
		case writers[value] > 1:
			continue
		case v.end < c.write.op.Call:
			note(fmt.Sprintf("%s was seen before it was written", quote(value)), *v, c.write)
		}
		c.see(*v)
		if len(c.swapped) == 2 {
			note(fmt.Sprintf("%s was written once, but replaced twice", quote(value)), c.write, c.swapped[0], c.swapped[1])
		}
	}
	if absent != nil && present != nil && present.end < absent.op.Call {
		note("the key was gone, though nothing removes keys", *present, *absent)
	}

	var forward, moment []*cluster
	for value, c := range clusters {
		switch {
		case writers[value] > 1:
		case c.forward():
			forward = append(forward, c)
		default:
			moment = append(moment, c)
		}
	}
	clashOfPeriods(forward, moment, note)
}

// see adds an operation that was shown the value.
func (c *cluster) see(v interval) {
	// An open write ends, if at all, by the end of an answer: name the answer.
	if v.end < c.first.end || v.end == c.first.end && c.first.open {
		c.first = v
	}
	if v.op.Call > c.last.op.Call {
		c.last = v
	}
	if v.op.Output.Swapped {
		c.swapped = append(c.swapped, v)
	}
}

// clashOfPeriods finds two values that the key must have held at one time. The
// comparisons are strict: operations that touch are concurrent.
func clashOfPeriods(forward, moment []*cluster, note func(claim string, core ...interval)) {
	slices.SortFunc(forward, func(a, b *cluster) int {
		return cmp.Or(cmp.Compare(a.first.end, b.first.end), cmp.Compare(a.value, b.value))
	})
	tell := func(claim string, a, b *cluster) {
		note(claim, a.write, a.first, b.write, b.last, b.first, a.last)
	}
	for i := 1; i < len(forward); i++ {
		// Up to here periods are disjoint, so only neighbours can overlap.
		if a, b := forward[i-1], forward[i]; b.first.end < a.last.op.Call {
			tell(fmt.Sprintf("it must have held %s from %s to %s, and %s from %s to %s",
				quote(a.value), seconds(a.first.end), seconds(a.last.op.Call),
				quote(b.value), seconds(b.first.end), seconds(b.last.op.Call)), a, b)
			forward = forward[:i]
			break
		}
	}
	for _, m := range moment {
		// The last period that had begun before the moment can have.
		i, _ := slices.BinarySearchFunc(forward, m.last.op.Call, func(c *cluster, at time.Duration) int {
			return cmp.Compare(c.first.end, at)
		})
		if i == 0 {
			continue
		}
		if f := forward[i-1]; m.first.end < f.last.op.Call {
			tell(fmt.Sprintf("it must have held %s from %s to %s, but %s at a moment from %s to %s",
				quote(f.value), seconds(f.first.end), seconds(f.last.op.Call),
				quote(m.value), seconds(m.last.op.Call), seconds(m.first.end)), f, m)
		}
	}
}
