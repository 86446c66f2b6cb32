package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/raftcheck/raftcheck/suites"
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
func choose(suite, run string) ([]choice, error) {
	parts := strings.Split(run, "/")
	if len(parts) > 1 && strings.Trim(parts[0], "^$") == testName {
		parts = parts[1:]
	}
	if len(parts) == 1 {
		parts = []string{"", parts[0]}
	}
	if len(parts) > 2 {
		return nil, fmt.Errorf("-run %s: expected a scenario's name, or a suite's and a scenario's with a slash between", run)
	}
	var patterns [2]*regexp.Regexp
	for i := range patterns {
		var err error
		if patterns[i], err = regexp.Compile(parts[i]); err != nil {
			return nil, fmt.Errorf("-run %s: %w", run, err)
		}
	}
	var all []choice
	for _, s := range suites.All() {
		if suite != "" && s.Name != suite || !patterns[0].MatchString(s.Name) {
			continue
		}
		c := choice{suite: s.Name}
		for _, sc := range s.Scenarios {
			if patterns[1].MatchString(sc.Name) {
				c.scenarios = append(c.scenarios, sc.Name)
			}
		}
		if len(c.scenarios) > 0 {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("-run %s matches no scenario; docs/scenarios.md lists them", run)
	}
	return all, nil
}

// pattern is for go test -run.
func (c choice) pattern() string {
	return fmt.Sprintf("^%s$/^%s$/^(%s)$", testName, c.suite, strings.Join(c.scenarios, "|"))
}
