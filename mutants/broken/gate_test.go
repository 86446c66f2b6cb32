package broken

import (
	"os"
	"slices"
	"testing"

	"github.com/raftcheck/raftcheck/suites/harness"
)

const (
	// gateEnv makes TestBroken run.
	gateEnv = "BROKEN_RAFTS"
	// expectedAttr is the attribute that tells the gate's tests which property a
	// broken Raft must be convicted of.
	expectedAttr = "broken.expected"
)

// TestBroken fails, with every broken Raft: the tests of the gate look at it
// from outside.
func TestBroken(t *testing.T) {
	if os.Getenv(gateEnv) == "" {
		t.Skip("for the tests of the gate only: all of it fails")
	}
	for _, c := range slices.Concat(messages, safety, liveness, contract, waiting) {
		t.Run(c.name, func(t *testing.T) {
			t.Attr(expectedAttr, string(c.property))
			if c.hangs {
				patience(t, "300ms")
			}
			harness.Run(t, c.implementation(), harness.Suite{Name: "broken", Scenarios: []harness.Scenario{c.in}})
		})
	}
}
