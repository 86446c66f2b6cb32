package harness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A Record is what [Run] saw of one scenario.
type Record struct {
	Suite    string
	Scenario Scenario
	// Skipped says why the scenario was not run, "" if it was.
	Skipped string
	// Lacking are the features that the scenario needs and the implementation
	// does not declare.
	Lacking []string
	// Known are the failures that are expected of the scenario.
	Known []raftiface.KnownIssue
	// Results are those of all runs, by seed.
	Results []Result
	// Failed reports whether the scenario's test failed.
	Failed bool
}

// newRecord returns the record of a scenario that has not run.
func newRecord(impl raftiface.Implementation, suite Suite, sc Scenario) *Record {
	r := &Record{Suite: suite.Name, Scenario: sc, Lacking: impl.Features.Lacking(sc.Needs)}
	for _, k := range impl.Known {
		if k.Scenario == r.name() {
			r.Known = append(r.Known, k)
		}
	}
	switch {
	case len(r.Lacking) > 0:
		r.Skipped = fmt.Sprintf("%s needs the feature %s, which %s does not declare", r.name(), strings.Join(r.Lacking, ", "), impl.Name)
	case impl.ElectionsOnly && !sc.ElectionsOnly:
		r.Skipped = fmt.Sprintf("%s is about more than elections, and %s does no more than elect", r.name(), impl.Name)
	case sc.Stalls && !world.CanStall():
		r.Skipped = fmt.Sprintf("%s has locks stall, and those of %s cannot: it is built without the stand-in for package sync (go doc %s)", r.name(), impl.Name, standIn)
	case sc.Vary == nil && !impl.Takes(sc.Replicas):
		r.Skipped = fmt.Sprintf("%s has a cluster of %d; %s is made for clusters of %v", r.name(), sc.Replicas, impl.Name, impl.Sizes)
	}
	return r
}

// standIn is the command that builds with the stand-ins.
const standIn = "github.com/raftcheck/raftcheck/standin"

// name returns the scenario's full name.
func (r *Record) name() string { return r.Suite + "/" + r.Scenario.Name }

// explained returns the issue that a failure is, nil if it is none, or a stand-in
// for one if the failure is of a class that does not fail tests.
func (r *Record) explained(f *world.Failure) *raftiface.KnownIssue {
	if f == nil {
		return nil
	}
	for _, k := range r.Known {
		if k.Explains(r.name(), string(f.Property), f.Facts) {
			return &k
		}
	}
	return excused(f)
}

// states returns those that clusters were in, in all runs.
func (r *Record) states() (all steps.States) {
	for _, run := range r.Results {
		all = all.With(run.States)
	}
	return all
}

// outdated returns the issues that are not rare and that none of the runs showed.
func (r *Record) outdated() (issues []raftiface.KnownIssue) {
	for _, k := range r.Known {
		shown := slices.ContainsFunc(r.Results, func(run Result) bool {
			return run.Failure != nil && k.Explains(r.name(), string(run.Failure.Property), run.Failure.Facts)
		})
		if !k.Rare && !shown {
			issues = append(issues, k)
		}
	}
	return issues
}
