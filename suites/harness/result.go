package harness

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Result is what one run of a scenario came to.
type Result struct {
	Suite, Scenario string
	Seed            uint64
	// Pinned says that the scenario is run with this seed only.
	Pinned   bool `json:",omitempty"`
	Replicas int
	// Failure is nil for a pass.
	Failure *world.Failure `json:",omitempty"`
	// Known says that the failure is a known issue of the implementation, or of a
	// class that does not fail tests (-raft.fail).
	Known bool `json:",omitempty"`
	// Virtual is how long the scenario took in its own time, Wall in real time,
	// the judging included.
	Virtual, Wall time.Duration
	// Messages and Bytes are what the replicas sent; Commits are the log
	// indexes at which a command was applied.
	Messages, Bytes, Commits int
	// Leaders is how often a replica came to lead, Leaderless for how long, in
	// virtual time, no replica that was up did, to ten milliseconds. By one
	// another they are the time to a new leader.
	Leaders    int
	Leaderless time.Duration
	// States are those that the cluster was in.
	States steps.States `json:",omitzero"`
	// Operations is how many client operations Porcupine judged.
	Operations int
	// Searched says what was tried where many worlds were played; the other figures are
	// those of the one that is reported.
	Searched string `json:",omitempty"`
	// Leaked is how many goroutines were left after all replicas were killed.
	Leaked int `json:",omitempty"`
	// Events is the length of the trace, Trace its hash. Runs with the same
	// hash saw the same events at the same times.
	Events int
	Trace  string
}

// String returns the result as a line in the form of the 6.824 lab's: virtual
// seconds, replicas, messages, bytes, commits. Then come what was judged, and
// what is needed to compare two runs.
func (r Result) String() string {
	verdict := "... Passed --"
	if r.Failure != nil {
		verdict = "... FAILED --"
	}
	searched := ""
	if r.Searched != "" {
		searched = "; " + r.Searched
	}
	return fmt.Sprintf("%s %5.1f %2d %6d %9d %5d   seed %d, %d operations judged, trace %s%s",
		verdict, r.Virtual.Seconds(), r.Replicas, r.Messages, r.Bytes, r.Commits, r.Seed, r.Operations, r.Trace, searched)
}

// sameProperty reports whether a run violates the property that a failed one did.
func sameProperty(r, failed Result) bool {
	return r.Failure != nil && r.Failure.Property == failed.Failure.Property
}
