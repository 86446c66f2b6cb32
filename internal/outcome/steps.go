package outcome

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A SharedStep is what first goes wrong in the same way in scenarios that failed:
// most likely one bug.
type SharedStep struct {
	Rule checker.Property
	// Steps are one of each scenario, the ones that come soonest first.
	Steps []harness.FirstStep
}

func (o *Outcome) addStep(e Event) error {
	var s harness.FirstStep
	if err := json.Unmarshal([]byte(e.Value), &s); err != nil {
		return fmt.Errorf("%s: the first step is not JSON: %w", e.Name(), err)
	}
	o.Steps = append(o.Steps, s)
	return nil
}

// SharedSteps puts the first wrong steps together that break one rule, those of most
// scenarios first.
func (o *Outcome) SharedSteps() (all []SharedStep) {
	sooner := slices.Clone(o.Steps)
	slices.SortStableFunc(sooner, func(a, b harness.FirstStep) int { return cmp.Compare(a.Place, b.Place) })
	for _, s := range sooner {
		i := slices.IndexFunc(all, func(shared SharedStep) bool { return shared.Rule == s.Rule })
		if i < 0 {
			i, all = len(all), append(all, SharedStep{Rule: s.Rule})
		}
		same := func(other harness.FirstStep) bool { return other.Suite == s.Suite && other.Scenario == s.Scenario }
		if !slices.ContainsFunc(all[i].Steps, same) {
			all[i].Steps = append(all[i].Steps, s)
		}
	}
	slices.SortStableFunc(all, func(a, b SharedStep) int { return -cmp.Compare(len(a.Steps), len(b.Steps)) })
	return all
}

// PrintSteps writes what first went wrong, in how many scenarios, and where to
// start reading; nothing if no first step is known.
func (o *Outcome) PrintSteps(w io.Writer) {
	shared := o.SharedSteps()
	if len(shared) == 0 {
		return
	}
	fmt.Fprintln(w, "first wrong steps, of failures whose messages show one:")
	for _, s := range shared {
		first := s.Steps[0]
		fmt.Fprintf(w, "  in %s: %s: %s\n    start with %s/%s, seed %d: event %d of its trace, at %.6fs\n",
			Scenarios(len(s.Steps)), s.Rule, world.ClaimOf(s.Rule), first.Suite, first.Scenario, first.Seed, first.Place, first.At.Seconds())
	}
}

// Scenarios names a number of scenarios.
func Scenarios(n int) string {
	if n == 1 {
		return "1 scenario"
	}
	return fmt.Sprint(n, " scenarios")
}
