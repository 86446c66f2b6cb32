package chaos

import (
	"fmt"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// reduce looks for a smaller schedule that breaks the same property, by delta
// debugging (Zeller and Hildebrandt, 2002): it leaves out ever smaller parts of
// the schedule, and keeps what still fails. It ends when nothing more can be
// left out, or when the time is up.
func (s Schedule) reduce(r harness.Reduction) harness.Reduced {
	d := &reducer{Reduction: r, best: s}
	d.cutOff(r.Failure.At)
	d.round()
	d.gamble()
	d.pin()
	d.briefer()
	return harness.Reduced{
		Scenario: d.best.Scenario(),
		Content:  d.best.Encode(),
		Test:     FileScenario,
		Flag:     "-raft.schedule",
		Summary: fmt.Sprintf("from %d replicas, %d actions and %d operations to %d, %d and %d%s, in %d runs",
			s.Replicas, len(s.Actions), len(s.Operations), d.best.Replicas, len(d.best.Actions), len(d.best.Operations), d.best.given(), d.runs),
	}
}

// given says how many messages have a fate that is given, if any.
func (s Schedule) given() string {
	switch n := len(s.Fates); n {
	case 0:
		return ""
	case 1:
		return ", and what becomes of one message"
	default:
		return fmt.Sprintf(", and what becomes of %d messages", n)
	}
}

// A reducer holds the smallest schedule so far that fails.
type reducer struct {
	harness.Reduction
	best Schedule
	runs int
}

// round leaves out what it can until nothing changes any more.
func (d *reducer) round() {
	for before := -1; before != d.size() && !d.Spent(); {
		before = d.size()
		d.calmer()
		d.fewerFates()
		d.fewerReplicas()
		d.fewerMoments()
		d.fewerActions()
		d.fewerOperations()
		d.shorter()
	}
}

// calmer leaves out all changes of the network's conditions, all operations, or
// both: much at once, and on a calm network less depends on chance.
func (d *reducer) calmer() {
	isNetwork := func(a Action) bool { return a.Do == Network }
	quiet := d.best
	quiet.Operations = nil
	calm, both := d.best, quiet
	calm.Actions = slices.DeleteFunc(slices.Clone(d.best.Actions), isNetwork)
	both.Actions = calm.Actions
	for _, candidate := range []Schedule{both, quiet, calm} {
		if candidate.parts() < d.best.parts() && d.try(candidate) {
			return
		}
	}
}

// parts is how many actions, operations and fates there are.
func (s Schedule) parts() int { return len(s.Actions) + len(s.Operations) + len(s.Fates) }

// size is what is to become small.
func (d *reducer) size() int {
	return d.best.parts() + d.best.Replicas + int(d.best.Length/Moment(100*time.Millisecond))
}

// try keeps a schedule if it fails in the same way.
func (d *reducer) try(candidate Schedule) bool {
	if d.Spent() {
		return false
	}
	d.runs++
	a := d.Fails(candidate.Scenario())
	if a == nil {
		return false
	}
	d.best = candidate
	d.cutOff(a.Failure.At)
	return true
}

// cutOff leaves out what comes after the failure. It cannot have caused it; but
// the end of all faults, which then comes earlier, can prevent it.
func (d *reducer) cutOff(at time.Duration) {
	end := Moment(at)
	if end >= d.best.Length || d.Spent() {
		return
	}
	candidate := d.best.without(end, d.best.Length)
	d.runs++
	if d.Fails(candidate.Scenario()) != nil {
		d.best = candidate
	}
}

// without returns the schedule without a stretch of time and all that is in it.
// What was later happens earlier.
func (s Schedule) without(from, to Moment) Schedule {
	inside := func(at Moment) bool { return from < at && at <= to }
	s.Actions = slices.DeleteFunc(slices.Clone(s.Actions), func(a Action) bool { return inside(a.At) })
	s.Operations = slices.DeleteFunc(slices.Clone(s.Operations), func(op Operation) bool { return inside(op.At) })
	return s.moved(from, to-from)
}

// fewerMoments takes out stretches of time, halves first, then ever smaller ones.
func (d *reducer) fewerMoments() {
	for cut := d.best.Length / 2; cut >= Moment(50*time.Millisecond); cut /= 2 {
		for from := Moment(0); from+cut <= d.best.Length && !d.Spent(); {
			if !d.try(d.best.without(from, from+cut)) {
				from += cut
			}
		}
	}
}

func (d *reducer) fewerActions() {
	d.fewer(func() int { return len(d.best.Actions) }, func(from, to int) Schedule {
		candidate := d.best
		candidate.Actions = slices.Delete(slices.Clone(d.best.Actions), from, to)
		return candidate
	})
}

func (d *reducer) fewerFates() {
	d.fewer(func() int { return len(d.best.Fates) }, func(from, to int) Schedule {
		candidate := d.best
		candidate.Fates = slices.Delete(slices.Clone(d.best.Fates), from, to)
		return candidate
	})
}

func (d *reducer) fewerOperations() {
	d.fewer(func() int { return len(d.best.Operations) }, func(from, to int) Schedule {
		candidate := d.best
		candidate.Operations = slices.Delete(slices.Clone(d.best.Operations), from, to)
		return candidate
	})
}

// fewer leaves out parts of a list, halves first, then ever smaller ones.
func (d *reducer) fewer(length func() int, without func(from, to int) Schedule) {
	for part := length(); part >= 1; part /= 2 {
		for from := max(0, length()-part); ; from = max(0, from-part) {
			if to := min(from+part, length()); from < to {
				d.try(without(from, to))
			}
			if from == 0 || d.Spent() {
				break
			}
		}
	}
}

// fewerReplicas tries the smaller sizes of clusters.
func (d *reducer) fewerReplicas() {
	for _, n := range []int{3, 4, 5} {
		if n < d.best.Replicas && d.try(d.best.within(n)) {
			return
		}
	}
}

// within returns the schedule for a cluster of the first n replicas: without the
// actions that name others, and with partitions of those that remain.
func (s Schedule) within(n int) Schedule {
	outside := func(i int) bool { return i >= n }
	var kept []Action
	for _, a := range s.Actions {
		if a.Do == Partition || a.Do == Change {
			var groups [][]int
			for _, group := range a.Groups {
				groups = append(groups, slices.DeleteFunc(slices.Clone(group), outside))
			}
			a.Groups = groups
		}
		if !slices.ContainsFunc(a.replicas(), outside) && !(a.Do == Change && len(a.Groups[0]) == 0) {
			kept = append(kept, a)
		}
	}
	s.Replicas, s.Members, s.Actions = n, min(s.Members, n), kept
	return s
}

// shorter lets everything happen in half the time, and what happens after a
// while without anything happen earlier.
func (d *reducer) shorter() {
	for d.best.Length > Moment(50*time.Millisecond) && d.try(d.best.hurried()) {
	}
	for cut := d.best.Length / 2; cut >= Moment(100*time.Millisecond); cut /= 2 {
		for from := Moment(0); from+cut <= d.best.Length && !d.Spent(); {
			if !d.try(d.best.moved(from, cut)) {
				from += cut
			}
		}
	}
}

// briefer lets what lasts For a time last half as long.
func (d *reducer) briefer() {
	for i := 0; i < len(d.best.Actions); i++ {
		for i < len(d.best.Actions) && d.best.Actions[i].For >= Moment(20*time.Millisecond) && d.try(d.best.halved(i)) {
		}
	}
}

// halved returns the schedule with an action that lasts half as long.
func (s Schedule) halved(action int) Schedule {
	s.Actions = slices.Clone(s.Actions)
	s.Actions[action].For /= 2
	return s
}

// moved returns the schedule with a stretch of time taken out: what was in it
// happens at its beginning, what was later happens earlier by its length.
func (s Schedule) moved(from, cut Moment) Schedule {
	return s.timed(func(at Moment) Moment {
		if at <= from {
			return at
		}
		return max(from, at-cut)
	})
}

// hurried returns the schedule with everything in half the time.
func (s Schedule) hurried() Schedule {
	return s.timed(func(at Moment) Moment { return at / 2 })
}

// timed returns the schedule with other times, which must not change its order.
func (s Schedule) timed(other func(Moment) Moment) Schedule {
	s.Actions, s.Operations = slices.Clone(s.Actions), slices.Clone(s.Operations)
	for i := range s.Actions {
		s.Actions[i].At = other(s.Actions[i].At)
	}
	for i := range s.Operations {
		s.Operations[i].At = other(s.Operations[i].At)
	}
	s.Length = other(s.Length)
	return s
}
