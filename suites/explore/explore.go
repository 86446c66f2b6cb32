package explore

import (
	"fmt"

	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// An explorer plays all runs with few deviations from a script.
type explorer struct {
	harness.Search
	script
	share share
	runs  int
}

// A branch is a run from which others branch off.
type branch struct {
	chaos.Schedule
	from int // the event from which on they may
}

// explore plays the script, then all runs that deviate from it once, then those that
// deviate twice, up to so many deviations and so many runs. It ends with the first one
// in which something is wrong.
func (x *explorer) explore(deviations, runs int) harness.Searched {
	level := []branch{{x.Schedule, -1}}
	if x.fails(x.Schedule) {
		return x.failed(x.Schedule, 0)
	}
	for k := 1; k <= deviations; k++ {
		var next []branch
		for _, b := range level {
			events := x.Play(b.Scenario(), true).Events()
			for i, d := range x.script.deviations(events, b.from) {
				if k == 1 && !x.share.has(i) {
					continue
				}
				if runs > 0 && x.runs == runs {
					return x.spent(k)
				}
				with := d.apply(b.Schedule)
				if x.fails(with) {
					return x.failed(with, k)
				}
				if k < deviations {
					next = append(next, branch{with, d.index})
				}
			}
		}
		level = next
	}
	if deviations == 0 {
		return x.passed("the script was tried, and nothing was wrong")
	}
	return x.passed(fmt.Sprintf("all %d runs with at most %s from the script%v were tried, and nothing was wrong", x.runs, deviationsOf(deviations), x.share))
}

// fails plays a schedule and reports whether something is wrong in it.
func (x *explorer) fails(s chaos.Schedule) bool {
	x.runs++
	return x.Play(s.Scenario(), false).Failure != nil
}

// failed ends a search that has found a run with k deviations.
func (x *explorer) failed(s chaos.Schedule, k int) harness.Searched {
	return harness.Searched{Scenario: s.Scenario(), Claim: fmt.Sprintf("run %d, with %s from the script, is the first in which something is wrong", x.runs, deviationsOf(k))}
}

// spent ends a search that may go on no longer, amid the runs with k deviations.
func (x *explorer) spent(k int) harness.Searched {
	return x.passed(fmt.Sprintf("%d runs were tried, not all of those with %s from the script; nothing was wrong", x.runs, deviationsOf(k)))
}

func (x *explorer) passed(claim string) harness.Searched {
	return harness.Searched{Scenario: x.Schedule.Scenario(), Claim: claim}
}

func deviationsOf(n int) string {
	if n == 1 {
		return "1 deviation"
	}
	return fmt.Sprintf("%d deviations", n)
}
