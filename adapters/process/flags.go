package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/chaos"
)

type options struct {
	command    node.Command
	check      bool
	verbose    bool // of check
	suite, run string
	seed       uint64
	seeds      int
	json       bool
	artifacts  string
	schedule   string // a file, "" for none
}

// checkWord is the first argument of a check.
const checkWord = "check"

func parseFlags(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("process", flag.ContinueOnError)
	flags.SetOutput(stderr)
	if len(args) > 0 && args[0] == checkWord {
		o.check, args = true, args[1:]
		flags.BoolVar(&o.verbose, "v", false, "print all that is said")
	} else {
		o.define(flags)
	}
	args, command := cut(args)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if err := o.examine(flags.Args(), command); err != nil {
		fmt.Fprintln(stderr, "process:", err)
		return o, errUsage
	}
	o.command = node.Command{Path: command[0], Args: command[1:], Patience: patience}
	return o, nil
}

func (o *options) define(flags *flag.FlagSet) {
	flags.StringVar(&o.suite, "suite", "", "only this suite")
	flags.StringVar(&o.run, "run", "", "only scenarios that match: ReElection, or election/ReElection, as patterns")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the first run of each scenario")
	flags.IntVar(&o.seeds, "seeds", 1, "how many seeds to run each scenario with")
	flags.BoolVar(&o.json, "json", false, "print a conformance report on standard output, and all else on standard error")
	flags.StringVar(&o.artifacts, "artifacts", "", "where failing scenarios leave what they have (default: a new temporary directory)")
	flags.StringVar(&o.schedule, "raft.schedule", "", "judge by the schedule in this file alone, as the replay line of a shrunk failure does")
}

// cut parts the flags, which are before the command and may go on behind it, from the
// command between them.
func cut(args []string) (flags, command []string) {
	begin := slices.Index(args, "--")
	if begin < 0 {
		return args, nil
	}
	flags, command = args[:begin], args[begin+1:]
	for i, word := range slices.Backward(command) {
		if word == "--" {
			return slices.Concat(flags, command[i+1:]), command[:i]
		}
	}
	return flags, command
}

// examine says what is wrong with what was asked for.
func (o *options) examine(rest, command []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected arguments: %s; the program to judge follows --", strings.Join(rest, " "))
	case len(command) == 0:
		return fmt.Errorf("the program to judge is missing: process [flags] -- COMMAND [ARGUMENTS]")
	case o.check:
		return nil
	case o.seeds < 1:
		return fmt.Errorf("-seeds must be at least 1, got %d", o.seeds)
	case o.suite != "" && !slices.Contains(suiteNames(), o.suite):
		return fmt.Errorf("there is no suite %q; there are %s", o.suite, strings.Join(suiteNames(), ", "))
	}
	for _, path := range []*string{&o.artifacts, &o.schedule} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		*path = absolute
	}
	if o.schedule != "" {
		if _, err := chaos.ReadFile(o.schedule); err != nil {
			return fmt.Errorf("-raft.schedule: %w", err)
		}
	}
	if o.artifacts != "" {
		if err := os.MkdirAll(o.artifacts, 0o777); err != nil {
			return fmt.Errorf("-artifacts: %w", err)
		}
	}
	return nil
}

func suiteNames() (names []string) {
	for _, s := range suites.All() {
		names = append(names, s.Name)
	}
	return names
}
