package broken

import (
	"slices"
	"testing"

	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// TestTheSuitesConvict runs each broken Raft through the standard suites until
// a scenario fails it. One that passes them all shows a hole in the suites.
func TestTheSuitesConvict(t *testing.T) {
	for _, c := range slices.Concat(safety, liveness) {
		t.Run(c.name, func(t *testing.T) {
			impl := c.implementation()
			for _, suite := range suites.All() {
				for _, sc := range suite.Scenarios {
					if len(impl.Features.Lacking(sc.Needs)) > 0 || c.in.Needs.Snapshots && !sc.Needs.Snapshots {
						continue
					}
					if r, _ := harness.RunSeed(t, impl, suite.Name, sc, 1); r.Failure != nil {
						t.Logf("%s/%s: %v", suite.Name, sc.Name, r.Failure)
						return
					}
				}
			}
			t.Error("no scenario of the standard suites fails it")
		})
	}
}
