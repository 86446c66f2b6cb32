package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A breach is a property that was violated, and where, in the order of the
// suites.
type breach struct {
	property  checker.Property
	scenarios []string
}

// first is the scenario whose report is to be read first: the suites begin with
// what is simple.
func (b breach) first() string { return b.scenarios[0] }

// symptoms are properties whose violation is often what another one's leads to: a
// Raft that has lost an entry or has died does not go on either.
var symptoms = []checker.Property{
	world.CatchUpLiveness, world.CommitLiveness, world.ElectionLiveness, world.Progress, world.Efficiency, world.ContractKill, world.Undecided, world.Harness,
}

// A failedRun is a scenario that failed with some seed.
type failedRun struct {
	suite, scenario string
	property        checker.Property
}

// breaches returns what was violated, causes before what may be their symptoms,
// and then what broke in more scenarios first.
func (v *verdict) breaches() []breach {
	var failed []failedRun
	for _, r := range v.outcome.Results {
		if r.Failure != nil && !r.Known {
			failed = append(failed, failedRun{r.Suite, r.Scenario, r.Failure.Property})
		}
	}
	return breachesOf(failed)
}

func breachesOf(failed []failedRun) (all []breach) {
	order := func(r failedRun) int { return slices.Index(choice.SuiteNames(), r.suite) }
	slices.SortStableFunc(failed, func(a, b failedRun) int { return cmp.Compare(order(a), order(b)) })
	for _, r := range failed {
		name := r.suite + "/" + r.scenario
		i := slices.IndexFunc(all, func(b breach) bool { return b.property == r.property })
		if i < 0 {
			i, all = len(all), append(all, breach{property: r.property})
		}
		if !slices.Contains(all[i].scenarios, name) {
			all[i].scenarios = append(all[i].scenarios, name)
		}
	}
	slices.SortStableFunc(all, func(a, b breach) int {
		return cmp.Or(cmp.Compare(slices.Index(symptoms, a.property), slices.Index(symptoms, b.property)),
			-cmp.Compare(len(a.scenarios), len(b.scenarios)))
	})
	return all
}

// printSummary says what broke, in how many scenarios, and what to read first.
func (v *verdict) printSummary(w io.Writer) {
	for _, note := range v.notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	if breaches := v.breaches(); len(breaches) > 0 {
		fmt.Fprintf(w, "%s broke:\n", v.checkout)
		for _, b := range breaches {
			fmt.Fprintf(w, "  %s, in %s: %s\n", b.property, outcome.Scenarios(len(b.scenarios)), world.ClaimOf(b.property))
			fmt.Fprintf(w, "    %s\n", some(b.scenarios))
		}
		v.outcome.PrintAlike(w)
		fmt.Fprintf(w, "Read the report of %s first.\n", v.readFirst(breaches))
		if v.commitsNothing() {
			fmt.Fprintln(w, "No command was committed in any scenario. If the Raft does no more than elect yet, -part A judges it by that.")
		}
	}
	if len(v.notes) > 0 || v.failed() {
		fmt.Fprintln(w)
	}
}

// readFirst is the scenario whose report is to be read first: the shortest of those
// that look like one bug, or the simplest that shows a cause.
func (v *verdict) readFirst(breaches []breach) string {
	if alike := outcome.AlikeOf(v.outcome.Clues); len(alike) > 0 {
		shortest := alike[0].Clues[0]
		return shortest.Suite + "/" + shortest.Scenario
	}
	return breaches[0].first()
}

// commitsNothing reports whether no scenario committed a command, though some got
// as far as to give one.
func (v *verdict) commitsNothing() bool {
	return !slices.ContainsFunc(v.outcome.Results, func(r harness.Result) bool { return r.Commits > 0 }) &&
		slices.ContainsFunc(v.breaches(), func(b breach) bool { return b.property == world.CommitLiveness || b.property == checker.StartIndex })
}

// some lists a few names.
func some(names []string) string {
	const most = 8
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
