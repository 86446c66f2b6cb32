package harness

import (
	"fmt"
	"strings"
	"testing"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// replayed runs a seed that failed a second time and says whether it took the
// same course. If it did, its evidence takes the place of the first run's: it
// has what the messages say.
func (e *Evidence) replayed(t *testing.T, impl raftiface.Implementation, suite string, r Result) (proof string, again *Evidence) {
	second, other := runSeed(t, impl, suite, e.scenario, r.Seed, true)
	if second.Trace == r.Trace && !sameProperty(second, r) {
		verdict := "passed"
		if second.Failure != nil {
			verdict = "violated " + string(second.Failure.Property)
		}
		return fmt.Sprintf("not replayed: same trace (%d events), but the second run %s: what decides is in none of its events", r.Events, verdict), e
	}
	if second.Trace == r.Trace {
		return fmt.Sprintf("same trace (%d events)", r.Events), other
	}
	return "not replayed: " + firstDifference(e.account.Events(), other.account.Events(), r.Events, second.Events), e
}

// firstDifference describes where two traces part, of which the latest events
// are known.
func firstDifference(first, second []labrpc.Event, firstLen, secondLen int) string {
	dropped := max(firstLen-len(first), secondLen-len(second))
	first, second = from(first, firstLen, dropped), from(second, secondLen, dropped)
	n := 0
	for n < min(len(first), len(second)) && equal(first[n], second[n]) {
		n++
	}
	if n == 0 && dropped > 0 {
		return fmt.Sprintf("the traces part among the first %d events, which are not kept", dropped)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "first difference at event %d", dropped+n+1)
	fmt.Fprintf(&b, "\n    first run:   %s", eventAt(first, n))
	fmt.Fprintf(&b, "\n    second run:  %s", eventAt(second, n))
	return b.String()
}

// from returns the events from a place in the whole trace on.
func from(events []labrpc.Event, total, place int) []labrpc.Event {
	return events[min(len(events), place-(total-len(events))):]
}

// equal compares all of two events that the hash covers.
func equal(a, b labrpc.Event) bool {
	a.Content, b.Content = "", ""
	a.Note, b.Note = nil, nil
	a.Saves, b.Saves = 0, 0
	return a == b
}

func eventAt(events []labrpc.Event, n int) string {
	if n >= len(events) {
		return "ended"
	}
	return strings.TrimSpace(events[n].String())
}

// replayable reports whether a second run is to tell that a failure replays. On
// the wall clock it would not; and what a run left behind that was given up
// would be in its way.
func (e *Evidence) replayable() bool {
	return *proveFlag && !*realtimeFlag && !e.account.Abandoned
}
