package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/ci/plan"
)

// options are what the command line asks for.
type options struct {
	seeds    plan.Range
	mode     mode
	budget   time.Duration // 0 for none
	race     bool
	isolate  bool
	run      string        // a pattern, as for go test
	timeout  time.Duration // of one test binary
	dir      string        // for results and artifacts, "" for none
	junit    string        // a file, "" for none
	baseline string        // a file, "" for none
	update   bool          // rewrite the baseline
	timings  bool          // keep what differs from run to run

	packages []string
	flags    []string // for the test binaries
}

// A mode is how seeds are divided into batches, and when it is enough.
type mode string

const (
	plain     mode = ""      // one batch
	pr        mode = "pr"    // growing batches for a time, ten minutes by default
	batchMode mode = "batch" // growing batches; failures by kind only
)

const prBudget = 10 * time.Minute

// parseOptions reads the arguments. What is wrong with them is on stderr.
func parseOptions(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("ci", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: ci [flags] [package ...] [-raft.flag ...]\n       ci merge [flags] DIR ...\n       ci report [flags] DIR ...\n       ci watch [flags] [package ...]")
		flags.PrintDefaults()
	}
	flags.Uint64Var(&o.seeds.Base, "seed", 1, "base `seed`: the seed of the first run of each scenario")
	flags.Uint64Var(&o.seeds.Count, "seeds", 0, "`number` of seeds to run each scenario with (default 1; with a budget, as many as fit)")
	flags.StringVar((*string)(&o.mode), "mode", "", "`pr`: batches of growing size for the budget; batch: the same, and failures by kind (default: one batch)")
	flags.DurationVar(&o.budget, "budget", 0, "begin no batch that would not fit into this `time` (default 10m with -mode=pr)")
	flags.BoolVar(&o.race, "race", false, "run with the race detector")
	flags.BoolVar(&o.isolate, "isolate", true, "run each scenario in a process of its own")
	flags.StringVar(&o.run, "run", "", "run only tests that match the `pattern`, as go test does")
	flags.DurationVar(&o.timeout, "timeout", time.Hour, "`time` that the tests of one package may take, in one batch")
	flags.StringVar(&o.dir, "o", "", "`directory` for results.json, its journal, report.html and artifacts")
	flags.StringVar(&o.junit, "junit", "", "`file` for a JUnit report")
	flags.StringVar(&o.baseline, "baseline", "", "`file` with costs that must not become worse")
	flags.BoolVar(&o.update, "update", false, "rewrite the baseline with what is measured now")
	flags.BoolVar(&o.timings, "timings", true, "keep real time in results.json; without it, the same seeds give the same bytes")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.packages, o.flags = splitArgs(flags.Args())
	if err := o.settle(); err != nil {
		fmt.Fprintln(stderr, "ci:", err)
		return o, err
	}
	return o, nil
}

// splitArgs splits the arguments behind the flags into packages and the flags of
// test binaries, which follow them.
func splitArgs(args []string) (packages, flags []string) {
	for i, arg := range args {
		if strings.HasPrefix(arg, "-") {
			return packages, args[i:]
		}
		packages = append(packages, arg)
	}
	return packages, nil
}

// settle fills in what depends on other options and checks that all go together.
func (o *options) settle() error {
	if len(o.packages) == 0 {
		o.packages = []string{"./suites/..."}
	}
	switch o.mode {
	case plain:
		if o.budget != 0 {
			return errors.New("-budget needs -mode=pr or -mode=batch")
		}
		o.seeds.Count = max(o.seeds.Count, 1)
	case pr:
		if o.budget == 0 {
			o.budget = prBudget
		}
	case batchMode:
		if o.budget == 0 && o.seeds.Count == 0 {
			return errors.New("-mode=batch needs -seeds or -budget, or it would never end")
		}
	default:
		return fmt.Errorf("-mode must be pr or batch, got %q", o.mode)
	}
	switch {
	case o.budget < 0:
		return fmt.Errorf("-budget must not be negative, got %v", o.budget)
	case o.timeout <= 0:
		return fmt.Errorf("-timeout must be positive, got %v", o.timeout)
	case o.update && o.baseline == "":
		return errors.New("-update needs -baseline")
	}
	return o.seeds.Validate()
}
