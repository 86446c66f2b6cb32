// Package choice is for commands that judge by the suites: which scenarios they are
// asked for, and how these are spread over processes.
package choice

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/explore"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// Flags are those that such commands share.
type Flags struct {
	Suite, Run string // "" for all
	Seed       uint64
	Seeds      int
	JSON       bool
	Artifacts  string // a directory, "" for a new one
	Schedule   string // a file, "" for none
	Deviations int    // of suite explore
}

// Define defines the flags. How many deviations are tried by default is up to what a run
// costs.
func (f *Flags) Define(flags *flag.FlagSet, deviations int) {
	flags.StringVar(&f.Suite, "suite", "", "only this suite")
	flags.StringVar(&f.Run, "run", "", "only scenarios that match: ReElection, or election/ReElection, as patterns")
	flags.Uint64Var(&f.Seed, "seed", 1, "seed of the first run of each scenario")
	flags.IntVar(&f.Seeds, "seeds", 1, "how many seeds to run each scenario with")
	flags.IntVar(&f.Deviations, "deviations", deviations, "suite explore tries every run with so many deviations from its script")
	flags.BoolVar(&f.JSON, "json", false, "print a conformance report on standard output, and all else on standard error")
	flags.StringVar(&f.Artifacts, "artifacts", "", "where failing scenarios leave what they have (default: a new temporary directory)")
	flags.StringVar(&f.Schedule, "raft.schedule", "", "judge by the schedule in this file alone, as the replay line of a shrunk failure does")
}

// Examine says what is wrong with what they are set to. Paths are absolute from then on.
func (f *Flags) Examine() error {
	if f.Seeds < 1 {
		return fmt.Errorf("-seeds must be at least 1, got %d", f.Seeds)
	}
	if f.Deviations < 0 {
		return fmt.Errorf("-deviations must be at least 0, got %d", f.Deviations)
	}
	if f.Suite != "" && !slices.Contains(SuiteNames(), f.Suite) {
		return fmt.Errorf("there is no suite %q; there are %s", f.Suite, strings.Join(SuiteNames(), ", "))
	}
	if err := Absolute(&f.Artifacts, &f.Schedule); err != nil {
		return err
	}
	if f.Schedule != "" {
		if _, err := chaos.ReadFile(f.Schedule); err != nil {
			return fmt.Errorf("-raft.schedule: %w", err)
		}
	}
	if f.Artifacts != "" {
		if err := MakeWritable(f.Artifacts); err != nil {
			return fmt.Errorf("-artifacts: %w", err)
		}
	}
	return nil
}

// SuiteNames returns the names of all suites, in their order.
func SuiteNames() (names []string) {
	for _, s := range suites.All() {
		names = append(names, s.Name)
	}
	return names
}

// Absolute makes paths absolute that are not empty.
func Absolute(paths ...*string) (err error) {
	for _, path := range paths {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	return nil
}

// MakeWritable makes a directory, if it is not there, in which files can be made.
func MakeWritable(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "probe-")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

// A Suite is what is run of one suite.
type Suite struct {
	Name      string
	Scenarios []string
}

// Choose returns what is chosen of the scenarios that may be. -run has one pattern for
// the scenario, or one for the suite and one for the scenario with a slash between; the
// name of the command's test may come first, as in the lines that replay a failure. It
// is an error if nothing is left, which says what may be chosen.
func (f *Flags) Choose(test, what string, may func(harness.Scenario) bool) (all []Suite, err error) {
	parts := strings.Split(f.Run, "/")
	if len(parts) > 1 && strings.Trim(parts[0], "^$") == test {
		parts = parts[1:]
	}
	if len(parts) == 1 {
		parts = []string{"", parts[0]}
	}
	if len(parts) > 2 {
		return nil, fmt.Errorf("-run %s: expected a scenario's name, or a suite's and a scenario's with a slash between", f.Run)
	}
	var patterns [2]*regexp.Regexp
	for i := range patterns {
		if patterns[i], err = regexp.Compile(parts[i]); err != nil {
			return nil, fmt.Errorf("-run %s: %w", f.Run, err)
		}
	}
	for _, s := range f.there(may) {
		if f.Suite != "" && s.Name != f.Suite || !patterns[0].MatchString(s.Name) {
			continue
		}
		s.Scenarios = slices.DeleteFunc(s.Scenarios, func(name string) bool { return !patterns[1].MatchString(name) })
		if len(s.Scenarios) > 0 {
			all = append(all, s)
		}
	}
	switch {
	case len(all) > 1 && f.Schedule != "":
		return all[:1], nil
	case len(all) > 0:
		return all, nil
	case f.Schedule != "":
		return nil, fmt.Errorf("-suite %q and -run %q leave out the scenario of -raft.schedule, which is %s/%s", f.Suite, f.Run, chaos.Suite.Name, chaos.FileScenario)
	}
	return nil, fmt.Errorf("-suite %q and -run %q leave out all %s", f.Suite, f.Run, what)
}

// there returns all there is to choose from: every scenario that may be judged, or the
// one that is in a file, which any suite runs whose failures are schedules.
func (f *Flags) there(may func(harness.Scenario) bool) (all []Suite) {
	if f.Schedule != "" {
		return []Suite{{chaos.Suite.Name, []string{chaos.FileScenario}}, {explore.Suite.Name, []string{chaos.FileScenario}}}
	}
	for _, suite := range suites.All() {
		s := Suite{Name: suite.Name}
		for _, sc := range suite.Scenarios {
			if may(sc) {
				s.Scenarios = append(s.Scenarios, sc.Name)
			}
		}
		all = append(all, s)
	}
	return all
}

// Pattern is for go test -run, given the command's test.
func (s Suite) Pattern(test string) string {
	return fmt.Sprintf("^%s$/^%s$/^(%s)$", test, s.Name, strings.Join(s.Scenarios, "|"))
}
