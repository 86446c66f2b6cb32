package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/ci/plan"
	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/process"
)

// reflex runs a command again when a file changes, after it has ended the one
// before.
const reflex = "github.com/cespare/reflex@v0.3.1"

// againEnv makes a process one that reflex starts. It names the file in which
// runs leave their results for the next one.
const againEnv = "RAFTCHECK_CI_WATCH"

// watch runs the suites now and whenever a Go file is saved, until it is
// interrupted.
func watch(ctx context.Context, args []string, around surroundings) (*results.Results, error) {
	o, err := parseOptions(args, around.stderr)
	if err != nil {
		return nil, usage(err)
	}
	if state := around.getenv(againEnv); state != "" {
		return again(ctx, o, state, around)
	}
	dir, err := os.MkdirTemp("", "raftcheck-watch-")
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	defer os.RemoveAll(dir)
	command, err := reflexIn(ctx, dir, args)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	command.Stdout, command.Stderr = around.stdout, around.stderr
	if err := command.Run(); err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("watch: could not run %s, which looks for changes: %w", reflex, err)
	}
	return &results.Results{Verdict: results.Passed}, nil
}

// endWithin is how long a run that is overtaken may take to tidy up.
const endWithin = "10s"

// reflexIn installs reflex in a directory and returns the command that has it
// run this one again and again. It is not for go run, which would not wait for
// it when both are asked to end.
func reflexIn(ctx context.Context, dir string, args []string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	install := exec.CommandContext(ctx, "go", "install", reflex)
	install.Env = append(os.Environ(), "GOFLAGS=", "GOBIN="+dir)
	process.EndWithAll(install)
	if said, err := install.CombinedOutput(); err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("could not install %s, which looks for changes: %w\n%s", reflex, err, said)
	}
	command := exec.CommandContext(ctx, filepath.Join(dir, "reflex"),
		slices.Concat([]string{"--start-service", "--decoration=none", "--shutdown-timeout=" + endWithin, `--regex=\.go$`, "--", self, "watch"}, args)...)
	command.Env = append(os.Environ(), againEnv+"="+filepath.Join(dir, results.FileName))
	process.AskAllToEnd(command)
	return command, nil
}

// again is a run after a change: first the scenarios that failed in the one
// before, each with the seed it failed with, and then everything.
func again(ctx context.Context, o options, state string, around surroundings) (*results.Results, error) {
	fmt.Fprint(around.stdout, "\x1b[H\x1b[2J") // a clear screen
	if before, err := results.Load(state); err == nil {
		for _, f := range before.Fingerprints {
			if _, err := judgeBy(ctx, newGate(onlyAgain(o, f)), around); err != nil || ctx.Err() != nil {
				return before, err
			}
		}
	}
	r, err := judgeBy(ctx, newGate(o), around)
	if err != nil || ctx.Err() != nil { // overtaken: the one before is still the latest that is complete
		return r, err
	}
	return r, r.WriteFile(state)
}

// onlyAgain returns the options for a run of what failed.
func onlyAgain(o options, f results.Fingerprint) options {
	var pattern []string
	for part := range strings.SplitSeq(f.Test, "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(part)+"$")
	}
	return options{
		packages: []string{f.Package}, run: strings.Join(pattern, "/"), seeds: plan.Range{Base: f.FirstSeed, Count: 1},
		race: o.race, isolate: o.isolate, timeout: o.timeout, flags: o.flags,
	}
}
