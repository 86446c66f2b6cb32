package report

import (
	"fmt"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Row is a scenario in the table of results; its numbers are sums over seeds.
type Row struct {
	Suite     string         `json:"suite"`
	Scenario  string         `json:"scenario"`
	Verdict   suites.Verdict `json:"verdict"`
	Note      string         `json:"note"`
	Seeds     int            `json:"seeds"`
	Failures  []SeedFailure  `json:"failures"`
	VirtualNS int64          `json:"virtual_ns"`
	WallNS    int64          `json:"wall_ns"`
	Messages  int            `json:"messages"`
	Bytes     int            `json:"bytes"`
	Commits   int            `json:"commits"`
	Judged    int            `json:"judged"`
}

// SeedFailure is the property that a seed violated, and of which class that is.
type SeedFailure struct {
	Seed     uint64      `json:"seed"`
	Property string      `json:"property"`
	Class    world.Class `json:"class"`
}

func seedFailure(seed uint64, property string) SeedFailure {
	return SeedFailure{seed, property, world.ClassOf(checker.Property(property))}
}

// Feature is how the scenarios went that need a feature.
type Feature struct {
	Name     string `json:"name"`
	Declared bool   `json:"declared"`
	Passed   int    `json:"passed"`
	Failed   int    `json:"failed"`
	Skipped  int    `json:"skipped"`
}

// rows returns what the gate says of the scenarios, or else what conformance
// reports say, or else what is known from the runs.
func (in *Input) rows() []Row {
	rows := []Row{}
	for _, r := range in.Results {
		for _, s := range r.Scenarios {
			rows = append(rows, rowOfGate(s))
		}
	}
	if len(rows) == 0 {
		for _, r := range in.Reports {
			for _, s := range r.Scenarios {
				rows = append(rows, rowOfReport(s))
			}
		}
	}
	for _, run := range in.Runs {
		same := func(r Row) bool { return r.Suite == run.Suite && r.Scenario == run.Scenario }
		i := slices.IndexFunc(rows, same)
		if i < 0 {
			i = len(rows)
			rows = append(rows, Row{Suite: run.Suite, Scenario: run.Scenario, Verdict: suites.Passed, Note: fromRuns, Failures: []SeedFailure{}})
		}
		if rows[i].Note == fromRuns {
			rows[i].addRun(run)
		}
	}
	return rows
}

// fromRuns notes of a row that it sums up the runs that left something.
const fromRuns = "only the runs that left a run.json"

func (r *Row) addRun(run Run) {
	n := run.Numbers
	r.add(n.Virtual.Nanoseconds(), n.Wall.Nanoseconds(), n.Messages, n.Bytes, n.Commits, n.Judged)
	if run.Failure != nil {
		r.Verdict = suites.Failed
		r.Failures = append(r.Failures, seedFailure(run.Seed, run.Failure.Property))
	}
}

func (r *Row) add(virtual, wall int64, messages, bytes, commits, judged int) {
	r.Seeds++
	r.VirtualNS += virtual
	r.WallNS += wall
	r.Messages += messages
	r.Bytes += bytes
	r.Commits += commits
	r.Judged += judged
}

func rowOfGate(s results.Scenario) Row {
	r := Row{Suite: s.Suite, Scenario: s.Scenario, Verdict: suites.Passed, Failures: []SeedFailure{}}
	if s.Skipped != "" {
		r.Suite, r.Scenario, r.Verdict, r.Note = s.Package, s.Test, suites.Skipped, s.Skipped
	}
	for _, run := range s.Runs {
		r.add(run.VirtualNS, run.WallNS, run.Messages, run.Bytes, run.Commits, run.Operations)
		if run.Failure == nil {
			continue
		}
		r.Failures = append(r.Failures, seedFailure(run.Seed, string(run.Failure.Property)))
		if !run.Known {
			r.Verdict = suites.Failed
		} else if r.Verdict == suites.Passed {
			r.Verdict = suites.KnownIssue
		}
	}
	return r
}

func rowOfReport(s suites.ScenarioReport) Row {
	r := Row{Suite: s.Suite, Scenario: s.Scenario, Verdict: s.Verdict, Seeds: s.Seeds.Count, Failures: []SeedFailure{}}
	for _, f := range s.Failures {
		r.Failures = append(r.Failures, seedFailure(f.Seed, f.Property))
	}
	r.Note = s.Skipped
	for _, k := range s.Known {
		r.Note += k.Reason + ". "
	}
	if n := s.Numbers; n != nil {
		r.VirtualNS, r.Messages, r.Bytes, r.Commits, r.Judged = n.VirtualNanoseconds, n.Messages, n.Bytes, n.Commits, n.Operations
	}
	return r
}

// features sums a conformance report up by feature. What needs none is the
// core.
func features(report *suites.Report) []Feature {
	const core = "core"
	all := []Feature{{Name: core, Declared: true}}
	count := func(name string, verdict suites.Verdict) {
		i := slices.IndexFunc(all, func(f Feature) bool { return f.Name == name })
		if i < 0 {
			i = len(all)
			all = append(all, Feature{Name: name, Declared: slices.Contains(report.Features.Declared, name)})
		}
		switch verdict {
		case suites.Passed:
			all[i].Passed++
		case suites.Skipped:
			all[i].Skipped++
		default:
			all[i].Failed++
		}
	}
	for _, s := range report.Scenarios {
		if len(s.Needs) == 0 {
			count(core, s.Verdict)
		}
		for _, name := range s.Needs {
			count(name, s.Verdict)
		}
	}
	return all
}

// notes are what the gate has to say beyond the scenarios.
func (in *Input) notes() []string {
	notes := []string{}
	for _, r := range in.Results {
		notes = append(notes, fmt.Sprintf("The gate's verdict: %s.", r.Verdict))
		for _, g := range r.Unjudged {
			name := "every scenario"
			if g.Scenario != "" {
				name = g.Suite + "/" + g.Scenario
			}
			notes = append(notes, fmt.Sprintf("Not judged: %d seeds from %d on, of %s.", g.Count, g.First, name))
		}
		for _, x := range r.Regressions {
			notes = append(notes, fmt.Sprintf("%s/%s, seed %d, costs more than the baseline: %s %g, was %g (tolerance %g%%).", x.Suite, x.Scenario, x.Seed, x.Cost, x.Measured, x.Baseline, x.Tolerance))
		}
		for _, p := range r.Problems {
			notes = append(notes, fmt.Sprintf("%s %s %s: %s", p.Kind, p.Package, p.Test, p.Text))
		}
	}
	return notes
}
