package world

import (
	"fmt"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
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
