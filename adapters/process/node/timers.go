package node

import (
	"slices"
	"time"
)

// Timers are those that a node has set, the one that is due first at the front. Those
// that are due at one instant are in the order in which they were set, so that a seed
// determines the run.
type timers []timer

type timer struct {
	id  string
	due time.Time
}

// set sets a timer in the place of one of that name.
func (ts *timers) set(id string, due time.Time) {
	ts.stop(id)
	i := slices.IndexFunc(*ts, func(t timer) bool { return t.due.After(due) })
	if i < 0 {
		i = len(*ts)
	}
	*ts = slices.Insert(*ts, i, timer{id, due})
}

func (ts *timers) stop(id string) {
	*ts = slices.DeleteFunc(*ts, func(t timer) bool { return t.id == id })
}

// take removes the first timer if it is due.
func (ts *timers) take(now time.Time) (id string, ok bool) {
	if len(*ts) == 0 || (*ts)[0].due.After(now) {
		return "", false
	}
	id = (*ts)[0].id
	*ts = (*ts)[1:]
	return id, true
}

// A timer that goes off mostTimes within restless of the cluster's time, once in ten
// microseconds, is meant to take longer: no Raft has anything to do so often. Nothing else
// ends such a run soon, as virtual time does pass, by a millisecond in a second of real time.
const (
	restless  = 100 * time.Millisecond
	mostTimes = 10_000
)

// firings count how often each timer has gone off lately.
type firings struct {
	began time.Time
	times map[string]int
}

// add counts one, and reports whether there were too many.
func (f *firings) add(id string, now time.Time) (tooMany bool) {
	if f.times == nil || now.Sub(f.began) > restless {
		*f = firings{began: now, times: map[string]int{}}
	}
	f.times[id]++
	return f.times[id] > mostTimes
}
