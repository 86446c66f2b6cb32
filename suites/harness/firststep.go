package harness

import (
	"fmt"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

// StepAttr is the key of the test attribute with the [FirstStep] of a failure that
// is reported in full, as JSON.
const StepAttr = "raftcheck.step"

// A FirstStep is the first message of a failed run that no correct Raft sends.
type FirstStep struct {
	Suite, Scenario string
	Seed            uint64
	// Rule is what it breaks.
	Rule checker.Property
	// At is when it was sent, Place its place in the trace.
	At    time.Duration
	Place int
}

func firstStepOf(r Result, s *steps.Step) *FirstStep {
	return &FirstStep{r.Suite, r.Scenario, r.Seed, s.Rule, s.Event.At, s.Place}
}

// Course is what came of following the messages of the run.
func (e *Evidence) Course() steps.Course { return e.account.Course }

// tellStep tells of the first wrong step of a failure: what it breaks, and the
// messages.
func tellStep(s *steps.Step) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  first wrong step: %s: %s\n", s.Rule, world.ClaimOf(s.Rule))
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
