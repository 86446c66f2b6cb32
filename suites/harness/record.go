package harness

import "github.com/raftcheck/raftcheck/raftiface"

// A Record is what [Run] saw of one scenario.
type Record struct {
	Suite    string
	Scenario Scenario
	// Lacking are the features that the scenario needs and the implementation
	// does not declare. If there are any, the scenario was skipped.
	Lacking []string
	// Known is why the scenario is expected to fail, nil if it is not.
	Known *raftiface.KnownIssue
	// Results are those of all runs, by seed.
	Results []Result
	// Failed reports whether the scenario's test failed.
	Failed bool
}
