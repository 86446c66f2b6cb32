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
