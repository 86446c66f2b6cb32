package results

import "github.com/raftcheck/raftcheck/suites/steps"

// inAll is the name under which the states of all suites are counted.
const inAll = "all"

// counted counts the states that clusters were in, by suite and in all.
func counted(scenarios []Scenario) map[string]int {
	sketches := map[string]steps.States{}
	for _, s := range scenarios {
		for _, run := range s.Runs {
			for _, name := range []string{s.Suite, inAll} {
				sketches[name] = sketches[name].With(run.States)
			}
		}
	}
	counts := map[string]int{}
	for name, of := range sketches {
		if n := of.Count(); n > 0 {
			counts[name] = n
		}
	}
	return counts
}
