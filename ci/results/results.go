package results

import (
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Schema names the form of [Results]. A field may be added under the same name;
// what is there keeps its meaning.
const Schema = "raftcheck/results/1"

// Results are what came of judging a range of seeds.
type Results struct {
	Schema string `json:"schema"`
	// Verdict sums everything else up.
	Verdict Verdict `json:"verdict"`
	// Asked are the seeds that were to be judged.
	Asked []Seeds `json:"asked"`
	// Unjudged are the seeds among them that were not, or not by every scenario.
	Unjudged []Gap `json:"unjudged"`
	// Fingerprints are the violations, each kind once.
	Fingerprints []Fingerprint `json:"fingerprints"`
	// Regressions are the costs that are worse than the baseline's.
	Regressions []Regression `json:"regressions"`
	// Problems are what kept the gate from judging.
	Problems []Problem `json:"problems"`
	// States is about how many different states clusters were in, by suite, and
	// "all" in all of them. What messages do not tell does not count.
	States map[string]int `json:"states,omitempty"`
	// Scenarios are sorted by package and test.
	Scenarios []Scenario `json:"scenarios"`
}

// A Verdict is what came of it all.
type Verdict string

const (
	// Passed: every seed that was to be judged was, and no property is violated.
	Passed Verdict = "passed"
	// Violated: a property is violated, or a cost is worse than the baseline.
	Violated Verdict = "violated"
	// NotJudged: no violation was seen, but not everything could be judged.
	NotJudged Verdict = "not judged"
)

// Seeds are Count seeds from First on.
type Seeds struct {
	First uint64 `json:"first"`
	Count uint64 `json:"count"`
}

// A Gap are seeds that were not judged. Suite and Scenario are empty if their
// run did not come to its end, whichever scenarios it may have reached.
type Gap struct {
	Suite    string `json:"suite,omitempty"`
	Scenario string `json:"scenario,omitempty"`
	Seeds
}

// A Scenario is one test that runs a scenario, and its runs by seed.
type Scenario struct {
	Package  string `json:"package"`
	Test     string `json:"test"`
	Suite    string `json:"suite,omitempty"`
	Scenario string `json:"scenario,omitempty"`
	Replicas int    `json:"replicas,omitempty"`
	// Pinned says that the scenario is a regression, which is run with a seed of
	// its own and no other.
	Pinned bool `json:"pinned,omitempty"`
	// Skipped is what the test said when it skipped itself. There are no runs
	// then, and the names are those of the test.
	Skipped string `json:"skipped,omitempty"`
	Runs    []Run  `json:"runs"`
}

// Name returns suite and scenario, or the test if it was skipped.
func (s Scenario) Name() string {
	if s.Scenario == "" {
		return s.Package + " " + s.Test
	}
	return s.Suite + "/" + s.Scenario
}

// A Run is one run of a scenario. See [harness.Result].
type Run struct {
	Seed uint64 `json:"seed"`
	// Failure is absent for a pass.
	Failure *Failure `json:"failure,omitempty"`
	// Known is set for a failure that the implementation declares as a known
	// issue, or that is of a class that does not fail tests (-raft.fail). It counts
	// for nothing.
	Known     bool  `json:"known,omitempty"`
	VirtualNS int64 `json:"virtual_ns"`
	Messages  int   `json:"messages"`
	Bytes     int   `json:"bytes"`
	Commits   int   `json:"commits"`
	// Leaders is how often a replica came to lead, LeaderlessNS for how long
	// nobody did, in virtual nanoseconds.
	Leaders      int   `json:"leaders"`
	LeaderlessNS int64 `json:"leaderless_ns"`
	Operations   int   `json:"operations"`
	Leaked       int   `json:"leaked_goroutines,omitempty"`
	Events       int   `json:"events"`
	// States are those that the cluster was in.
	States steps.States `json:"states,omitzero"`
	Trace  string       `json:"trace"`
	// WallNS is how long it took in real time, the only field that differs from
	// run to run.
	WallNS int64 `json:"wall_ns,omitempty"`
}

// A Failure is which property a run violated, when in virtual time, and the
// facts that contradict each other, shortened if they are long.
type Failure struct {
	Property checker.Property `json:"property"`
	Class    world.Class      `json:"class"`
	AtNS     int64            `json:"at_ns,omitempty"`
	Facts    []string         `json:"facts,omitempty"`
}

// A Fingerprint is one kind of violation: scenario, property and the shape of
// the facts, which is the facts without numbers, times and quoted values.
type Fingerprint struct {
	// ID is short and depends on the kind only.
	ID       string           `json:"id"`
	Package  string           `json:"package"`
	Test     string           `json:"test"`
	Suite    string           `json:"suite"`
	Scenario string           `json:"scenario"`
	Property checker.Property `json:"property"`
	Class    world.Class      `json:"class"`
	// Shape is what the violations have in common, Facts are those of the first.
	Shape []string `json:"shape"`
	Facts []string `json:"facts"`
	// Count is how many seeds violated it so, FirstSeed the least of them.
	Count     int    `json:"count"`
	FirstSeed uint64 `json:"first_seed"`
	// Replay is the command that runs FirstSeed again.
	Replay string `json:"replay"`
}

// A Regression is a cost of a scenario that is worse than the baseline's by more
// than the tolerance.
type Regression struct {
	Suite    string  `json:"suite"`
	Scenario string  `json:"scenario"`
	Seed     uint64  `json:"seed"`
	Cost     string  `json:"cost"`
	Baseline float64 `json:"baseline"`
	Measured float64 `json:"measured"`
	// Tolerance is by how many per cent it may be worse.
	Tolerance float64 `json:"tolerance_percent"`
}

// A Problem is something other than the verdict on a run: code that does not
// build, a process that died, a test without a scenario that failed.
type Problem struct {
	Kind    string `json:"kind"`
	Package string `json:"package,omitempty"`
	Test    string `json:"test,omitempty"`
	// Text is what go test printed, shortened if it is long.
	Text string `json:"text,omitempty"`
}

// NewRun returns a result as a [Run].
func NewRun(r harness.Result) Run {
	run := Run{
		Seed: r.Seed, VirtualNS: int64(r.Virtual), Messages: r.Messages, Bytes: r.Bytes, Commits: r.Commits, Leaders: r.Leaders, LeaderlessNS: int64(r.Leaderless),
		Operations: r.Operations, Leaked: r.Leaked, Events: r.Events, States: r.States, Trace: r.Trace, WallNS: int64(r.Wall),
	}
	if f := r.Failure; f != nil {
		run.Failure = &Failure{Property: f.Property, Class: world.ClassOf(f.Property), AtNS: int64(f.At), Facts: f.Facts}
		run.Known = r.Known
	}
	return run
}

// violates reports whether the run convicts the implementation.
func (r Run) violates() bool { return r.Failure != nil && !r.Known && r.Failure.judged() }

// judged reports whether a failure is the implementation's and not the judge's.
func (f Failure) judged() bool {
	switch f.Property {
	case world.Undecided, world.Harness:
		return false
	case world.NoExit, world.NoPanic, world.ContractWaiting:
		return !slices.ContainsFunc(f.Facts, endedFromOutside)
	}
	return true
}

// endedFromOutside reports whether a fact says that the process was ended for
// lack of memory or time, which may be the machine's.
func endedFromOutside(fact string) bool {
	for _, cause := range []string{"(signal: killed)", "out of memory", "cannot allocate memory", "(go test -timeout) was up"} {
		if strings.Contains(fact, cause) {
			return true
		}
	}
	return false
}

// settle derives from runs, seeds and problems what depends on them.
func (r *Results) settle(complete []Seeds) {
	r.Schema = Schema
	slices.SortFunc(r.Scenarios, compareScenarios)
	r.Asked = joined(r.Asked)
	r.Unjudged = r.gaps(joined(complete))
	r.Fingerprints = fingerprints(r.Scenarios)
	r.States = counted(r.Scenarios)
	r.SetRegressions(r.Regressions)
}

// SetRegressions notes what a comparison with a baseline found.
func (r *Results) SetRegressions(all []Regression) {
	r.Regressions = append([]Regression{}, all...)
	r.Verdict = r.verdict()
}

func (r *Results) verdict() Verdict {
	unclear := len(r.Problems) > 0 || len(r.Unjudged) > 0 || len(r.Asked) > 0 && r.Runs() == 0
	for _, s := range r.Scenarios {
		for _, run := range s.Runs {
			unclear = unclear || run.Failure != nil && !run.Known && !run.Failure.judged()
		}
	}
	switch {
	case len(r.Fingerprints) > 0 || len(r.Regressions) > 0:
		return Violated
	case unclear:
		return NotJudged
	}
	return Passed
}

// Runs returns how many runs there were.
func (r *Results) Runs() (n int) {
	for _, s := range r.Scenarios {
		n += len(s.Runs)
	}
	return n
}

// gaps returns what is missing, given the seeds whose runs came to their end.
func (r *Results) gaps(complete []Seeds) []Gap {
	gaps := []Gap{}
	for _, s := range without(r.Asked, complete) {
		gaps = append(gaps, Gap{Seeds: s})
	}
	for _, s := range r.Scenarios {
		if s.Skipped != "" || s.Pinned {
			continue
		}
		var had []Seeds
		for _, run := range s.Runs {
			had = append(had, Seeds{run.Seed, 1})
		}
		for _, missing := range without(complete, joined(had)) {
			gaps = append(gaps, Gap{s.Suite, s.Scenario, missing})
		}
	}
	return gaps
}

// complete returns the seeds whose runs came to their end.
func (r *Results) complete() []Seeds {
	var open []Seeds
	for _, g := range r.Unjudged {
		if g.Scenario == "" {
			open = append(open, g.Seeds)
		}
	}
	return without(r.Asked, joined(open))
}
