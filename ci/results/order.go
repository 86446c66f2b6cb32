package results

import (
	"cmp"
	"fmt"
	"strings"
)

func compareScenarios(a, b Scenario) int {
	return cmp.Or(strings.Compare(a.Package, b.Package), strings.Compare(a.Test, b.Test))
}

func compareProblems(a, b Problem) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Package, b.Package),
		strings.Compare(a.Test, b.Test), strings.Compare(a.Text, b.Text))
}

func compareRegressions(a, b Regression) int {
	return cmp.Or(strings.Compare(a.Suite, b.Suite), strings.Compare(a.Scenario, b.Scenario),
		cmp.Compare(a.Seed, b.Seed), strings.Compare(a.Cost, b.Cost), cmp.Compare(a.Measured, b.Measured))
}

// worseFirst orders runs with the same seed: the one that says worse comes first, and
// then any order will do, as long as it is one.
func worseFirst(a, b Run) int {
	return cmp.Or(cmp.Compare(gravity(b), gravity(a)), strings.Compare(fmt.Sprint(a.Failure), fmt.Sprint(b.Failure)),
		strings.Compare(a.Trace, b.Trace), cmp.Compare(a.WallNS, b.WallNS))
}

func gravity(r Run) int {
	switch {
	case r.violates():
		return 3
	case r.Failure != nil && !r.Known:
		return 2
	case r.Failure != nil:
		return 1
	}
	return 0
}
