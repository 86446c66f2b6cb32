package checker

import (
	"cmp"
	"slices"
	"time"
)

// witnessed reports whether the log's own order proves the history of one key
// linearizable: every answered operation has a log index, the answers are what
// Apply says when the operations are taken in that order, and the order never
// puts an operation before one that had returned when it was called.
//
// That takes no search at all. If it fails nothing is proved, because the
// indexes are only what the service under test said of itself.
func witnessed(all []interval) bool {
	order := make([]interval, 0, len(all))
	for _, v := range all {
		switch {
		case v.op.Index > 0:
			order = append(order, v)
		case v.end != forever:
			return false
		}
	}
	// A read that was answered without an entry of its own follows the entry
	// at whose index it was answered.
	slices.SortStableFunc(order, func(a, b interval) int {
		return cmp.Or(
			cmp.Compare(a.op.Index, b.op.Index),
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a.op.Call, b.op.Call),
		)
	})
	var state State
	var called time.Duration // the latest call so far
	for _, v := range order {
		called = max(called, v.op.Call)
		if v.end < called {
			return false
		}
		next, out := Apply(state, v.op.Input)
		if !v.open && !v.op.Output.fits(v.op.Input, out) {
			return false
		}
		state = next
	}
	return true
}

// rank orders operations with the same index.
func rank(v interval) int {
	if v.op.Input.Kind == Get {
		return 1
	}
	return 0
}
