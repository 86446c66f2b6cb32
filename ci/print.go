package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// printResults writes the table, and then all that is not well, with facts if
// nobody printed what failing tests said.
func printResults(w io.Writer, r *results.Results, facts bool, notes []string) {
	table(r).PrintTable(w)
	for _, f := range r.Fingerprints {
		printFingerprint(w, f, facts)
	}
	for _, g := range r.Regressions {
		fmt.Fprintln(w, describeRegression(g))
	}
	for _, p := range r.Problems {
		fmt.Fprintln(w, describeProblem(p))
		if facts || p.Kind == goTestFailed { // which nothing else shows
			fmt.Fprintf(w, "    %s\n", indented(p.Text))
		}
	}
	for _, g := range r.Unjudged {
		fmt.Fprintln(w, describeGap(g))
	}
	for _, note := range notes {
		fmt.Fprintln(w, "note:", note)
	}
	fmt.Fprintln(w, "verdict:", describeVerdict(r))
}

func printFingerprint(w io.Writer, f results.Fingerprint, facts bool) {
	fmt.Fprintf(w, "\n%s: %s\n", times(f.Count), f.Title())
	if facts {
		for _, fact := range f.Facts {
			fmt.Fprintf(w, "    %s\n", indented(fact))
		}
	}
	fmt.Fprintf(w, "  class:  %s\n  kind:   %s\n  replay: %s\n", f.Class, f.ID, f.Replay)
}

// table returns the results as what prints a table of them.
func table(r *results.Results) *outcome.Outcome {
	o := &outcome.Outcome{}
	for _, s := range r.Scenarios {
		if s.Skipped != "" {
			o.Skipped = append(o.Skipped, s.Package+" "+s.Test)
		}
		for _, run := range s.Runs {
			result := harness.Result{
				Suite: s.Suite, Scenario: s.Scenario, Seed: run.Seed, Replicas: s.Replicas,
				Virtual: time.Duration(run.VirtualNS), Wall: time.Duration(run.WallNS),
				Messages: run.Messages, Bytes: run.Bytes, Commits: run.Commits, Operations: run.Operations, States: run.States,
			}
			if f := run.Failure; f != nil && !run.Known {
				result.Failure = &world.Failure{Property: f.Property}
			}
			o.Results = append(o.Results, result)
		}
	}
	return o
}

func describeVerdict(r *results.Results) string {
	if r.Verdict == results.Passed && len(r.Asked) == 0 {
		return "passed: there is no seed for this shard"
	}
	return fmt.Sprintf("%s; seeds %s", r.Verdict, cmp.Or(results.Text(r.Asked), "none"))
}

func describeRegression(g results.Regression) string {
	return fmt.Sprintf("%s/%s, seed %d: %s are %.3f, %.1f%% more than the baseline's %.3f; %g%% are tolerated",
		g.Suite, g.Scenario, g.Seed, g.Cost, g.Measured, 100*(g.Measured/g.Baseline-1), g.Baseline, g.Tolerance)
}

func describeProblem(p results.Problem) string {
	return strings.TrimSpace(fmt.Sprintf("%s: %s %s", p.Kind, p.Package, p.Test))
}

func describeGap(g results.Gap) string {
	if g.Scenario == "" {
		return fmt.Sprintf("not judged: seeds %s", g.Seeds)
	}
	return fmt.Sprintf("not judged: seeds %s of %s/%s", g.Seeds, g.Suite, g.Scenario)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n    ") }
