package checker

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Verdict is what [Check] found. Only Ok is a pass; the zero Verdict is none.
type Verdict string

const (
	// Ok: the history is linearizable.
	Ok Verdict = "ok"
	// Illegal: the history is not linearizable.
	Illegal Verdict = "illegal"
	// Undecided: time or memory ran out first. Whoever takes this for a pass
	// passes exactly the runs that were hardest on the system.
	Undecided Verdict = "undecided"
	// Malformed: what was recorded cannot have happened, such as a return
	// before its call. The recording is broken, and nothing was judged.
	Malformed Verdict = "malformed"
)

// Limits bound what a check may use. A zero field takes its default.
type Limits struct {
	// Time is wall-clock time for the whole check. Default 10 s. What it says of
	// a history that is not legal may take a few seconds more. A check does
	// not take its time from a testing/synctest bubble: inside one, the clock
	// stands still while it computes. Check after the bubble has ended.
	Time time.Duration
	// Memory is what the search may remember at a time, in bytes. Default
	// 1 GiB. The process may take up to twice that, as Go collects garbage
	// only when the heap has grown.
	Memory int64
}

// Default limits.
const (
	DefaultTime   = 10 * time.Second
	DefaultMemory = 1 << 30
)

// withDefaults returns l with defaults in place of fields that are not set.
func (l Limits) withDefaults() Limits {
	if l.Time <= 0 {
		l.Time = DefaultTime
	}
	if l.Memory <= 0 {
		l.Memory = DefaultMemory
	}
	return l
}

// Result is a verdict and what it rests on.
type Result struct {
	Verdict Verdict
	// Key is the key that is illegal or undecided. It means nothing otherwise.
	Key string
	// From and To are a window of the key's history if that is undecided: what
	// was answered by From is legal, but what was answered by To could not be
	// decided.
	From, To time.Duration
	// Reason says in a sentence why the verdict is not Ok; empty if it is.
	// [Result.Explain] says more.
	Reason string
	// Operations is how many operations were judged, all keys together. Those
	// that never happened and reads without an answer are not.
	Operations int
	// Elapsed is the wall-clock time the check took.
	Elapsed time.Duration

	history History // what WriteHTML draws: the key's operations, or all
	finding finding // what Explain tells, if Illegal
}

// Check judges whether a history is linearizable (Herlihy and Wing, 1990): as
// if every operation had taken effect at one moment between its call and its
// return, by the rules of [Apply]. A key is judged on its own, which loses
// nothing: a history is linearizable if and only if it is for each key.
//
// An operation of unknown outcome may take effect at any moment after its call,
// or never. Operations that never happened, and reads without an answer, are
// left out.
//
// A key is decided by the first of four judges that can:
//
//   - The log's own order, where operations carry their index, often proves a
//     history legal in one pass.
//   - Where a value of a key is written once, as good clients do, it is known
//     when the key certainly held it, and another value at that time is a
//     contradiction: a handful of operations that show that the history is
//     illegal (Gibbons and Korach, 1997).
//   - Where that is so of every value that was seen, the same times also prove
//     a history legal, and they do so across compare-and-sets and appends, which
//     tie values together. No search is needed.
//   - Porcupine decides the rest by search, within limits. Keys with few
//     operations are searched first, so one illegal key is found although
//     another is undecided. Illegal beats Undecided.
//
// Check is safe for concurrent use and does not change h.
func Check(h History, limits Limits) Result {
	began := time.Now()
	result := check(h, limits.withDefaults())
	result.Elapsed = time.Since(began)
	return result
}

func check(h History, limits Limits) Result {
	if err := h.Validate(); err != nil {
		return Result{Verdict: Malformed, Reason: "not a history: " + err.Error()}
	}
	deadline := time.Now().Add(limits.Time)
	keys := byKey(h)
	result := Result{Verdict: Ok, history: h}
	for _, k := range keys {
		for _, op := range k.ops {
			if op.Outcome == Done || op.Outcome == Unknown && op.Input.Kind != Get {
				result.Operations++
			}
		}
	}

	// First what costs little, for every key.
	var hard []keyed
	for _, k := range keys {
		k.intervals = intervals(k.ops)
		if witnessed(k.intervals) {
			continue
		}
		if found, ok := clash(k.intervals); ok {
			return result.illegal(k, found)
		}
		switch verdict, decided := chained(k.intervals); {
		case !decided:
			hard = append(hard, k)
		case verdict == Illegal:
			return result.illegal(k, shrink(k, limits))
		}
	}

	// Then a search for each of the others. Time not used by one goes to those
	// after it.
	slices.SortStableFunc(hard, func(a, b keyed) int { return cmp.Compare(len(a.intervals), len(b.intervals)) })
	var undecided []keyed
	for i, k := range hard {
		share := limits
		share.Time = time.Until(deadline) / time.Duration(len(hard)-i)
		verdict, spent := search(k.intervals, share)
		switch {
		case verdict == Illegal:
			return result.illegal(k, shrink(k, limits))
		case verdict == Undecided:
			k.spent = fmt.Sprintf("%s ran out after %d steps over %d operations", spent.what(share), spent.steps, len(k.intervals))
			undecided = append(undecided, k)
		}
	}
	if len(undecided) > 0 {
		return result.undecided(undecided[0], limits)
	}
	return result
}

// what names the limit that was reached.
func (b *budget) what(limits Limits) string {
	if b.spent == "memory" {
		return fmt.Sprintf("the memory limit of %d MiB", limits.Memory>>20)
	}
	return fmt.Sprintf("its %v of time", limits.Time.Round(time.Millisecond))
}

// keyed is a key and what was done to it.
type keyed struct {
	key       string
	ops       History
	intervals []interval
	spent     string // how its search ended, if undecided
}

// byKey splits a history by key, in order of first use.
func byKey(h History) []keyed {
	var keys []keyed
	var sizes []int
	at := make(map[string]int)
	for _, op := range h {
		i, ok := at[op.Input.Key]
		if !ok {
			i = len(keys)
			at[op.Input.Key] = i
			keys, sizes = append(keys, keyed{key: op.Input.Key}), append(sizes, 0)
		}
		sizes[i]++
	}
	for _, op := range h {
		i := at[op.Input.Key]
		if keys[i].ops == nil {
			keys[i].ops = make(History, 0, sizes[i])
		}
		keys[i].ops = append(keys[i].ops, op)
	}
	return keys
}

// illegal makes the verdict Illegal.
func (r Result) illegal(k keyed, f finding) Result {
	r.Verdict, r.Key, r.finding = Illegal, k.key, f
	r.history = before(k.ops, f.at)
	r.Reason = fmt.Sprintf("key %s is not linearizable: %s", name(k.key), f.claim)
	return r
}

// undecided makes the verdict Undecided, unless looking closer shows that it is
// Illegal.
func (r Result) undecided(k keyed, limits Limits) Result {
	from, to, illegal := narrow(k, limits)
	if illegal {
		return r.illegal(k, shrink(k, limits))
	}
	r.Verdict, r.Key, r.From, r.To = Undecided, k.key, from, to
	r.history = before(k.ops, to)
	r.Reason = fmt.Sprintf("key %s is undecided: %s; what was answered by %s is legal, what was answered by %s may not be",
		name(k.key), k.spent, seconds(from), seconds(to))
	return r
}

// before returns what was known at a time: operations called later are gone,
// and those that had not returned are of unknown outcome. If it is illegal, so
// is the whole history, since all that happened later only adds to it.
func before(ops History, at time.Duration) History {
	var known History
	for _, op := range ops {
		if op.Call > at {
			continue
		}
		if op.Outcome == Done && op.Return > at {
			op.Outcome, op.Output, op.Return = Unknown, Output{}, 0
		}
		known = append(known, op)
	}
	return known
}
