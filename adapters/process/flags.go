package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/internal/choice"
)

// defaultDeviations has suite explore play its scripts alone: a run of a program costs a
// hundred of a library's.
const defaultDeviations = 0

type options struct {
	choice.Flags
	command node.Command
	check   bool
	verbose bool // of check
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
		o.Define(flags, defaultDeviations)
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
	}
	return o.Examine()
}
