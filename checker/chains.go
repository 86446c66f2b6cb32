package checker

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A stage is a state that the key was in: the write that led there, and the
// operations that saw it.
type stage struct {
	write *interval // nil for the state before all writes
	seen  []*interval
	next  *stage // entered by a write that saw this one
}

// A chain is a sequence of stages of which each was entered from the one before
// it. The key went through a chain without a break.
//
// What a chain demands of time comes down to two moments: it began by the first
// end of its operations, and was not over before the last call.
type chain struct {
	begun time.Duration // first end
	over  time.Duration // last call
}

// chained decides the history of a key in which every state that anybody saw can
// only have been written by one operation, as when clients write each value
// once. decided is false if that is not so.
//
// An operation that writes what it makes of what it saw, such as an append, ties
// two stages together. A history is legal if and only if every chain of stages
// respects time in itself, and all chains can be put one after the other. That
// takes no search (Gibbons and Korach, 1997, for chains of one stage):
//
//   - A chain that begins before it is over keeps the key for all that time. No
//     two such may overlap.
//   - Any other chain can be gone through in a moment. It needs one, from over to
//     begun, that none of those covers.
//
// What was only declined belongs to no chain: the history can be illegal without it, but
// is not proved legal.
func chained(all []interval) (verdict Verdict, decided bool) {
	s := stages{of: map[State]*stage{}, writers: map[State][]*interval{}}
	if verdict, decided = s.build(all); !decided || verdict == Illegal {
		return verdict, decided
	}
	var chains []chain
	visited := 0
	for _, first := range s.first {
		c, n, ok := gone(first)
		if !ok {
			return Illegal, true
		}
		visited += n
		chains = append(chains, c)
	}
	if visited < s.count { // some stages were entered from each other
		return Illegal, true
	}
	if !fit(chains) {
		return Illegal, true
	}
	if slices.ContainsFunc(all, interval.tellsLess) {
		return "", false
	}
	return Ok, true
}

// stages are a key's stages while they are put together.
type stages struct {
	of      map[State]*stage // those that somebody saw
	first   []*stage         // those that begin a chain
	count   int
	writers map[State][]*interval // all writes that certainly lead to a state, if they took effect
	appends []*interval           // of unknown outcome, so of unknown result
	results bool                  // one of the states is the empty value
}

// build finds the stages and ties them together.
func (s *stages) build(all []interval) (verdict Verdict, decided bool) {
	var needed []State // that somebody saw
	for i := range all {
		v := &all[i]
		if v.op.Input.Kind == Append && v.op.Input.Value == "" {
			return "", false // it may have led anywhere
		}
		if !v.open && !possible(v.op.Input, v.op.Output) {
			return Illegal, true
		}
		if before, ok := v.saw(); ok {
			needed = append(needed, before)
		}
		s.addWriter(v)
	}
	used := map[*interval]bool{}
	for len(needed) > 0 {
		state := needed[len(needed)-1]
		needed = needed[:len(needed)-1]
		if s.of[state] != nil {
			continue
		}
		write, verdict, decided := s.writer(state)
		if !decided || verdict == Illegal {
			return verdict, decided
		}
		if used[write] {
			return Illegal, true // an append has one result
		}
		used[write] = write != nil
		s.of[state] = &stage{write: write}
		s.count++
		if before, ok := s.entered(write, state); ok {
			needed = append(needed, before)
		}
	}
	// Those that took effect although nobody saw it.
	var unseen []*stage
	for i := range all {
		if v := &all[i]; !v.open && v.changes() && !used[v] {
			unseen = append(unseen, &stage{write: v})
			s.count++
		}
	}
	return s.tie(all, unseen)
}

// addWriter notes to which state an operation leads, or may lead.
func (s *stages) addWriter(v *interval) {
	switch {
	case v.open && v.op.Input.Kind == Append:
		s.appends = append(s.appends, v)
	case v.changes():
		after := v.after()
		s.writers[after] = append(s.writers[after], v)
		s.results = s.results || after.Value == ""
	}
}

// writer finds the only operation that can have led to a state, nil for the
// state before all writes.
func (s *stages) writer(state State) (write *interval, verdict Verdict, decided bool) {
	if !state.Exists {
		return nil, Ok, true
	}
	candidates := s.writers[state]
	for _, a := range s.appends {
		if strings.HasSuffix(state.Value, a.op.Input.Value) {
			candidates = append(slices.Clip(candidates), a)
		}
	}
	switch len(candidates) {
	case 0:
		return nil, Illegal, true
	case 1:
		write = candidates[0]
	default:
		return nil, "", false
	}
	if write.open && write.op.Input.Kind == Append && state.Value == write.op.Input.Value && s.results {
		return nil, "", false // to an empty value, or to none?
	}
	return write, Ok, true
}

// entered returns the state from which a write led to another one. ok is false
// for a write that does not depend on what was there.
func (s *stages) entered(write *interval, state State) (before State, ok bool) {
	switch {
	case write == nil || write.op.Input.Kind == Put:
		return State{}, false
	case !write.open:
		return write.saw()
	case write.op.Input.Kind == CompareAndSet:
		return State{Exists: true, Value: write.op.Input.Expect}, true
	}
	value := strings.TrimSuffix(state.Value, write.op.Input.Value)
	return State{Exists: value != "", Value: value}, true
}

// tie links every stage to the one it was entered from, and adds who saw it.
func (s *stages) tie(all []interval, unseen []*stage) (verdict Verdict, decided bool) {
	link := func(to *stage, state State) bool {
		before, ok := s.entered(to.write, state)
		if !ok {
			s.first = append(s.first, to)
			return true
		}
		from := s.of[before]
		if from.next != nil {
			return false // a state is left once
		}
		from.next = to
		return true
	}
	for state, to := range s.of {
		if !link(to, state) {
			return Illegal, true
		}
	}
	for _, to := range unseen {
		if !link(to, to.write.after()) {
			return Illegal, true
		}
	}
	for i := range all {
		v := &all[i]
		if state, ok := v.saw(); ok && !v.changes() {
			s.of[state].seen = append(s.of[state].seen, v)
		}
	}
	return Ok, true
}

// saw returns the state that an operation was answered to have found.
func (v *interval) saw() (before State, ok bool) {
	in, out := v.op.Input, v.op.Output
	switch {
	case v.open || in.Kind == Put || out.Declined:
		return State{}, false
	case in.Kind == Append:
		return State{Exists: out.Found, Value: strings.TrimSuffix(out.Value, in.Value)}, true
	}
	return State{Exists: out.Found, Value: out.Value}, true
}

// changes reports whether the operation leads to another state, or does if it
// took effect.
func (v *interval) changes() bool {
	in := v.op.Input
	return in.Kind == Put || in.Kind == Append || in.Kind == CompareAndSet && (v.open || v.op.Output.Swapped)
}

// after returns the state to which the operation leads. It is not for appends
// of unknown outcome.
func (v *interval) after() State {
	if v.op.Input.Kind == Append {
		return State{Exists: true, Value: v.op.Output.Value}
	}
	return State{Exists: true, Value: v.op.Input.Value}
}

// gone goes through the chain that begins with a stage, and counts its stages.
// ok is false if an operation ended before the chain can have come to it.
func gone(first *stage) (c chain, n int, ok bool) {
	c = chain{begun: forever, over: 0}
	if first.write == nil {
		c.begun = -1 // it was there from the start
	}
	meet := func(v *interval) {
		c.begun = min(c.begun, v.end)
	}
	for s := first; s != nil; s = s.next {
		n++
		if s.write != nil {
			meet(s.write)
			if c.over = max(c.over, s.write.op.Call); s.write.end < c.over {
				return c, n, false
			}
		}
		latest := c.over
		for _, v := range s.seen {
			meet(v)
			if v.end < c.over {
				return c, n, false
			}
			latest = max(latest, v.op.Call)
		}
		c.over = latest
	}
	return c, n, true
}

// fit reports whether all chains can be put one after the other. Times that
// touch are no overlap: the operations are concurrent.
func fit(chains []chain) bool {
	var long []chain
	for _, c := range chains {
		if c.begun < c.over {
			long = append(long, c)
		}
	}
	slices.SortFunc(long, func(a, b chain) int { return cmp.Compare(a.begun, b.begun) })
	for i := 1; i < len(long); i++ {
		if long[i].begun < long[i-1].over {
			return false
		}
	}
	for _, c := range chains {
		if c.begun < c.over {
			continue
		}
		// The last one that had begun before the moment can be.
		i, _ := slices.BinarySearchFunc(long, c.over, func(l chain, at time.Duration) int { return cmp.Compare(l.begun, at) })
		if i > 0 && c.begun < long[i-1].over {
			return false
		}
	}
	return true
}
