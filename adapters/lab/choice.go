package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/chaos"
)

// judgePackage is what go test calls the generated package, and testName its
// test that runs the suites.
const (
	judgePackage = "lab"
	testName     = "TestLab"
)

// A choice is what is run of one suite.
type choice struct {
	suite     string
	scenarios []string
}

// choose returns what -suite and -run select. -run has one pattern for the
// scenario, or one for the suite and one for the scenario with a slash between;
// the name of the test may come first, as in the lines that replay a failure.
func choose(o options) ([]choice, error) {
	parts := strings.Split(o.run, "/")
	if len(parts) > 1 && strings.Trim(parts[0], "^$") == testName {
		parts = parts[1:]
	}
	if len(parts) == 1 {
		parts = []string{"", parts[0]}
	}
	if len(parts) > 2 {
		return nil, fmt.Errorf("-run %s: expected a scenario's name, or a suite's and a scenario's with a slash between", o.run)
	}
	var patterns [2]*regexp.Regexp
	for i := range patterns {
		var err error
		if patterns[i], err = regexp.Compile(parts[i]); err != nil {
			return nil, fmt.Errorf("-run %s: %w", o.run, err)
		}
	}
	var all []choice
	for _, c := range o.choices() {
		if o.suite != "" && c.suite != o.suite || !patterns[0].MatchString(c.suite) {
			continue
		}
		c.scenarios = slices.DeleteFunc(c.scenarios, func(name string) bool { return !patterns[1].MatchString(name) })
		if len(c.scenarios) > 0 {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil, o.nothingChosen()
	}
	return all, nil
}

// choices returns all there is to choose from: every scenario, or the one that
// is in a file.
func (o options) choices() (all []choice) {
	if o.schedule != "" {
		return []choice{{chaos.Suite.Name, []string{chaos.FileScenario}}}
	}
	for _, s := range suites.All() {
		c := choice{suite: s.Name}
		for _, sc := range s.Scenarios {
			if sc.ElectionsOnly || o.part != partA {
				c.scenarios = append(c.scenarios, sc.Name)
			}
		}
		all = append(all, c)
	}
	return all
}

func (o options) nothingChosen() error {
	if o.schedule != "" {
		return fmt.Errorf("-suite %q and -run %q leave out the scenario of -raft.schedule, which is %s/%s", o.suite, o.run, chaos.Suite.Name, chaos.FileScenario)
	}
	if o.part == partA {
		return fmt.Errorf("-suite %q and -run %q leave out all scenarios of -part A, which are in suite election", o.suite, o.run)
	}
	return fmt.Errorf("-run %s matches no scenario; docs/scenarios.md lists them", o.run)
}

// pattern is for go test -run.
func (c choice) pattern() string {
	return fmt.Sprintf("^%s$/^%s$/^(%s)$", testName, c.suite, strings.Join(c.scenarios, "|"))
}
