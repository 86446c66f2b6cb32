package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/chaos"
)

const (
	exitPassed    = 0
	exitFailed    = 1
	exitNotJudged = 2
)

type options struct {
	dir         string
	suite, run  string
	seed        uint64
	seeds       int
	race        bool
	json        bool
	strictLeaks bool
	artifacts   string
	schedule    string // a file, "" for none
}

func main() {
	ctx := process.UntilAsked(os.Stderr)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (exit int) {
	o, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitPassed
	case err != nil:
		return exitNotJudged
	}
	v, err := judge(ctx, o, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return exitNotJudged
	}
	if err := v.tell(o.json, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return exitNotJudged
	}
	switch {
	case v.interrupted:
		return exitNotJudged
	case v.failed():
		return exitFailed
	}
	return exitPassed
}

func parseFlags(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("lab", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.dir, "dir", "", "the checkout: its src directory, the one above, or the Raft's own (required)")
	flags.StringVar(&o.suite, "suite", "", "only this suite")
	flags.StringVar(&o.run, "run", "", "only scenarios that match: ReElection, or election/ReElection, as patterns")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the first run of each scenario")
	flags.IntVar(&o.seeds, "seeds", 1, "how many seeds to run each scenario with")
	flags.BoolVar(&o.race, "race", false, "build with the race detector")
	flags.BoolVar(&o.json, "json", false, "print a conformance report on standard output, and all else on standard error")
	flags.BoolVar(&o.strictLeaks, "strict", false, "fail scenarios whose killed replicas leave goroutines")
	flags.StringVar(&o.artifacts, "artifacts", "", "where failing scenarios leave what they have (default: a new temporary directory)")
	flags.StringVar(&o.schedule, "raft.schedule", "", "judge by the schedule in this file alone, as the replay line of a shrunk failure does")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	complain := func(format string, args ...any) error {
		fmt.Fprintf(stderr, "lab: "+format+"\n", args...)
		return errUsage
	}
	switch {
	case o.dir == "":
		return o, complain("-dir is missing: the path of a 6.824 or 6.5840 checkout")
	case flags.NArg() > 0:
		return o, complain("unexpected arguments: %s", strings.Join(flags.Args(), " "))
	case o.seeds < 1:
		return o, complain("-seeds must be at least 1, got %d", o.seeds)
	case o.suite != "" && !slices.Contains(suiteNames(), o.suite):
		return o, complain("there is no suite %q; there are %s", o.suite, strings.Join(suiteNames(), ", "))
	}
	for _, path := range []*string{&o.dir, &o.artifacts, &o.schedule} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return o, complain("%v", err)
		}
	}
	if o.schedule != "" {
		if _, err := chaos.ReadFile(o.schedule); err != nil {
			return o, complain("-raft.schedule: %v", err)
		}
	}
	if o.artifacts != "" {
		if err := makeWritable(o.artifacts); err != nil {
			return o, complain("-artifacts: %v", err)
		}
	}
	return o, nil
}

// errUsage is for arguments that are wrong; what is wrong was said.
var errUsage = errors.New("usage")

// makeWritable makes a directory, if it is not there, in which files can be
// made.
func makeWritable(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "probe-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func suiteNames() (names []string) {
	for _, s := range suites.All() {
		names = append(names, s.Name)
	}
	return names
}
