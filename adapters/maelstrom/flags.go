package main

import (
	"flag"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/trial"
	"github.com/raftcheck/raftcheck/internal/choice"
)

type options struct {
	bin       string
	args      []string
	nodes     int
	run       string
	seed      uint64
	seeds     int
	length    time.Duration
	declared  trial.Declared
	artifacts string
	verbose   bool

	stories []trial.Story // that are chosen
	skipped []string      // what is not run of those, and why
}

func parseFlags(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("maelstrom", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.bin, "bin", "", "the node's program; what follows -- are its arguments")
	flags.IntVar(&o.nodes, "nodes", 3, "how many nodes")
	flags.StringVar(&o.run, "run", "", "only stories that match, as a pattern")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the first run of each story")
	flags.IntVar(&o.seeds, "seeds", 1, "how many seeds to run each story with")
	flags.DurationVar(&o.length, "time", 0, "how long the faults of each story go on (default: as the story needs)")
	flags.BoolVar(&o.declared.Persists, "persists", false, "what a node has answered for outlives its process")
	flags.BoolVar(&o.declared.Duplicates, "duplicates", false, "messages between nodes may arrive twice")
	flags.StringVar(&o.artifacts, "artifacts", "", "where stories that are not valid leave what they have (default: a new temporary directory)")
	flags.BoolVar(&o.verbose, "v", false, "tell the faults of valid stories, too")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.args = flags.Args()
	if err := o.examine(); err != nil {
		fmt.Fprintln(stderr, "maelstrom:", err)
		return o, errUsage
	}
	return o, nil
}

// examine says what is wrong with what was asked for.
func (o *options) examine() error {
	switch {
	case o.bin == "":
		return fmt.Errorf("-bin is missing: maelstrom -bin ./node [flags] [-- ARGUMENTS]")
	case o.nodes < 1:
		return fmt.Errorf("-nodes must be at least 1, got %d", o.nodes)
	case o.seeds < 1:
		return fmt.Errorf("-seeds must be at least 1, got %d", o.seeds)
	case o.length < 0:
		return fmt.Errorf("-time must not be negative, got %v", o.length)
	}
	found, err := exec.LookPath(o.bin)
	if err != nil {
		return fmt.Errorf("-bin: %w", err)
	}
	if o.bin, err = filepath.Abs(found); err != nil {
		return fmt.Errorf("-bin: %w", err)
	}
	if o.artifacts != "" {
		if err := choice.Absolute(&o.artifacts); err != nil {
			return err
		}
		if err := choice.MakeWritable(o.artifacts); err != nil {
			return fmt.Errorf("-artifacts: %w", err)
		}
	}
	return o.choose()
}

// choose finds the stories that are asked for. One of them can be run.
func (o *options) choose() error {
	pattern, err := regexp.Compile(o.run)
	if err != nil {
		return fmt.Errorf("-run %s: %w", o.run, err)
	}
	var names []string
	for _, s := range trial.Stories(o.declared, o.nodes) {
		names = append(names, s.Name)
		switch {
		case !pattern.MatchString(s.Name):
		case s.Skip != "":
			o.skipped = append(o.skipped, s.Name+" is run "+s.Skip)
		default:
			o.stories = append(o.stories, s)
		}
	}
	switch {
	case len(o.stories) > 0:
		return nil
	case len(o.skipped) > 0:
		return fmt.Errorf("nothing to judge: %s", strings.Join(o.skipped, "; "))
	}
	return fmt.Errorf("-run %q matches no story; there are %s", o.run, strings.Join(names, ", "))
}

// replay is the command for one run of a story.
func (o options) replay(r trial.Result) string {
	words := []string{"go", "run", "github.com/raftcheck/raftcheck/adapters/maelstrom", "-bin", o.bin,
		"-nodes", fmt.Sprint(o.nodes), "-run", "^" + r.Story.Name + "$", "-seed", fmt.Sprint(r.Seed)}
	if o.length > 0 {
		words = append(words, "-time", o.length.String())
	}
	if o.declared.Persists {
		words = append(words, "-persists")
	}
	if o.declared.Duplicates {
		words = append(words, "-duplicates")
	}
	return choice.Shell(append(append(words, "--"), o.args...)...)
}
