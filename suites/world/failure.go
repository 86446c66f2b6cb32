package world

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/standin/lock"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// Failure is why a scenario did not pass.
type Failure struct {
	// Property is what was violated.
	Property checker.Property
	// At is when it came to light, in virtual time; 0 if nobody knows.
	At time.Duration
	// Facts are what contradicts what, each in one line or a few.
	Facts []string
	// Detail is what helps further but is long: goroutines, a stack.
	Detail string `json:",omitempty"`
}

// String returns the failure as a few lines of text.
func (f Failure) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s violated", f.Property)
	if f.At > 0 {
		fmt.Fprintf(&b, " at %.6fs", f.At.Seconds())
	}
	fmt.Fprintf(&b, ": %s", ClaimOf(f.Property))
	for _, fact := range f.Facts {
		fmt.Fprintf(&b, "\n    %s", strings.ReplaceAll(fact, "\n", "\n    "))
	}
	return b.String()
}

func failureOf(v checker.Violation) Failure {
	f := Failure{Property: v.Property, At: v.At}
	for _, fact := range v.Facts {
		f.Facts = append(f.Facts, fact.String())
	}
	return f
}

func failureOfStep(s steps.Step) Failure {
	return Failure{Property: s.Rule, At: s.Event.At, Facts: s.Facts}
}

const (
	// longWait is a wait for a lock that is told of.
	longWait = time.Second
	// maxLocks is how many locks are told of.
	maxLocks = 4
)

// withLocks returns the failure together with the locks that may be its cause, if
// it is one that a lock may cause that a replica does not get. It knows those of
// package standin only, and those of the caller's bubble.
func (f Failure) withLocks() Failure {
	if f.Property != ContractWaiting && ClassOf(f.Property) != Liveness {
		return f
	}
	all := lock.Waiting(longWait)
	f.Facts = slices.Clone(f.Facts)
	for _, w := range all[:min(len(all), maxLocks)] {
		f.Facts = append(f.Facts, w.String())
	}
	return f
}
