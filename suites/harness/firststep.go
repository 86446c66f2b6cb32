package harness

import (
	"fmt"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// StepAttr is the key of the test attribute with the [FirstStep] of a failure that
// is reported in full, as JSON.
const StepAttr = "raftcheck.step"

// A FirstStep is the first message of a failed run that no correct Raft sends.
type FirstStep struct {
	Suite, Scenario string
	Seed            uint64
	// Rule is what it breaks.
	Rule steps.Rule
	// At is when it was sent, Place its place in the trace.
	At    time.Duration
	Place int
}

func firstStepOf(r Result, s *steps.Step) *FirstStep {
	return &FirstStep{r.Suite, r.Scenario, r.Seed, s.Rule, s.Event.At, s.Place}
}

// Course follows the messages of a run of which the trace has kept what they say,
// from the begin on; else it is that of no message.
func (e *Evidence) Course() steps.Course {
	events := e.account.Events()
	if len(events) == 0 || e.account.Trace.Len() > len(events) {
		return steps.Course{}
	}
	return steps.Follow(e.scenario.Replicas, events)
}

// tellStep tells of the first wrong step of a failure: what it breaks, and the
// messages.
func tellStep(s *steps.Step) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  first wrong step: %s\n", s.Rule)
	for _, fact := range s.Facts {
		fmt.Fprintf(&b, "    %s\n", fact)
	}
	for _, event := range append(s.Against, s.Event) {
		fmt.Fprintf(&b, "    %s\n", withContent(event))
	}
	return b.String()
}

// withContent renders an event with what the message says.
func withContent(e labrpc.Event) string {
	return strings.TrimRight(fmt.Sprintf("%v  %s", e, e.Content), " ")
}
