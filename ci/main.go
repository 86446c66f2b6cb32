package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/raftcheck/raftcheck/ci/plan"
	"github.com/raftcheck/raftcheck/ci/report"
	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/process"
)

const (
	exitPassed    = 0
	exitViolated  = 1
	exitNotJudged = 2
	exitUsage     = 64
)

// surroundings are what a command finds around it.
type surroundings struct {
	stdout, stderr io.Writer
	getenv         func(string) string
}

func main() {
	ctx := process.UntilAsked(os.Stderr)
	os.Exit(run(ctx, os.Args[1:], surroundings{os.Stdout, os.Stderr, os.Getenv}))
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, around surroundings) (exit int) {
	command := judge
	if len(args) > 0 {
		switch args[0] {
		case "merge":
			command, args = merge, args[1:]
		case "watch":
			command, args = watch, args[1:]
		case "report":
			return report.Command(args[1:], around.stdout, around.stderr)
		case "around":
			return report.AroundCommand(args[1:], around.stdout, around.stderr, around.getenv)
		}
	}
	r, err := command(ctx, args, around)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitPassed
	case errors.Is(err, errUsage):
		return exitUsage
	case err != nil:
		fmt.Fprintln(around.stderr, "ci:", err)
		if r == nil || r.Verdict == results.Passed {
			return exitNotJudged
		}
	}
	return exitOf(r.Verdict)
}

// errUsage is for arguments that are wrong; what is wrong was said.
var errUsage = errors.New("usage")

// usage returns what to make of an error of package flag: it was said, and to
// ask for help is none.
func usage(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return errUsage
}

func exitOf(v results.Verdict) int {
	switch v {
	case results.Passed:
		return exitPassed
	case results.Violated:
		return exitViolated
	}
	return exitNotJudged
}

// judge runs the suites.
func judge(ctx context.Context, args []string, around surroundings) (*results.Results, error) {
	o, err := parseOptions(args, around.stderr)
	if err != nil {
		return nil, usage(err)
	}
	shard, err := plan.ShardOf(around.getenv)
	if err != nil {
		fmt.Fprintln(around.stderr, "ci:", err)
		return nil, errUsage
	}
	g := newGate(o)
	g.shard = shard
	return judgeBy(ctx, g, around)
}

// writePage makes the page of what is in the directory, if there is one.
func writePage(dir string) error {
	if dir == "" {
		return nil
	}
	all, err := report.Find(dir)
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, "report.html"))
	if err != nil {
		return err
	}
	return errors.Join(report.NewPage(all, report.DefaultLimits).Write(f), f.Close())
}

// judgeBy runs a gate and reports what came of it.
func judgeBy(ctx context.Context, g *gate, around surroundings) (*results.Results, error) {
	out := outputsOf(g.options)
	if err := out.check(); err != nil {
		return nil, err
	}
	g.progress = newProgress(around)
	defer g.close()
	runErr := g.run(ctx)
	g.progress.end()
	r := g.builder.Results()
	if runErr != nil {
		return r, runErr
	}
	if g.interrupted {
		fmt.Fprintf(around.stderr, "ci: interrupted (%v): what follows is what was judged until then\n", context.Cause(ctx))
		if out.update {
			out.baseline = "" // a part of the costs is none
		}
	}
	g.failed.PrintFailures(around.stdout)
	g.failed.PrintAlike(around.stdout)
	err := out.write(r, around)
	return r, errors.Join(err, writePage(g.options.dir), g.writeJUnit(ctx, r))
}

// outputsOf returns what options want to be made of a gate's results.
func outputsOf(o options) outputs {
	out := outputs{baseline: o.baseline, update: o.update, timings: o.timings, facts: o.mode == batchMode}
	if o.dir != "" {
		out.file = filepath.Join(o.dir, results.FileName)
	}
	return out
}
