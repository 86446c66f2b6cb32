package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/suites/chaos"
)

func parseFlags(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("lab", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var dirs []string
	var list string
	flags.Func("dir", "the checkout: its src directory, the one above, or the Raft's own; given several times, a class", func(dir string) error {
		dirs = append(dirs, dir)
		return nil
	})
	flags.StringVar(&list, "list", "", "a file with the checkouts of a class, one a line")
	flags.StringVar(&o.out, "out", "", "where the table and the reports of a class go (default: a new temporary directory)")
	o.bounds.flags(flags)
	flags.StringVar(&o.part, "part", "", "A: judge elections alone, for a Raft that does no more yet")
	flags.StringVar(&o.suite, "suite", "", "only this suite")
	flags.StringVar(&o.run, "run", "", "only scenarios that match: ReElection, or election/ReElection, as patterns")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the first run of each scenario")
	flags.IntVar(&o.seeds, "seeds", 1, "how many seeds to run each scenario with")
	flags.BoolVar(&o.race, "race", false, "build with the race detector")
	flags.BoolVar(&o.json, "json", false, "print a conformance report on standard output, and all else on standard error")
	flags.BoolVar(&o.strict, "strict", false, "fail scenarios whose killed replicas leave goroutines, and those that cost more than their bound")
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
	case len(dirs) == 0 && list == "":
		return o, complain("-dir is missing: the path of a 6.824 or 6.5840 checkout")
	case flags.NArg() > 0:
		return o, complain("unexpected arguments: %s", strings.Join(flags.Args(), " "))
	case o.seeds < 1:
		return o, complain("-seeds must be at least 1, got %d", o.seeds)
	case o.part != "" && o.part != partA:
		return o, complain("-part is A, or left out, got %q; -suite chooses among the suites of the later parts", o.part)
	case o.suite != "" && !slices.Contains(suiteNames(), o.suite):
		return o, complain("there is no suite %q; there are %s", o.suite, strings.Join(suiteNames(), ", "))
	}
	if list != "" {
		listed, err := readList(list)
		if err != nil {
			return o, complain("-list: %v", err)
		}
		dirs = append(dirs, listed...)
	}
	paths := []*string{&o.artifacts, &o.schedule, &o.out}
	for i := range dirs {
		paths = append(paths, &dirs[i])
	}
	for _, path := range paths {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return o, complain("%v", err)
		}
	}
	if o.dir = dirs[0]; len(dirs) > 1 || list != "" {
		o.dirs = dirs
	}
	switch {
	case o.dirs != nil && (o.json || o.artifacts != ""):
		return o, complain("-json and -artifacts are for one checkout; -out has those of each checkout of a class")
	case o.dirs == nil && o.out != "":
		return o, complain("-out is for a class; -artifacts says where the traces of one checkout go")
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

// readList returns the directories that a file names, one a line.
func readList(name string) (dirs []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
			dirs = append(dirs, line)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if dirs == nil {
		return nil, fmt.Errorf("%s names no checkout", name)
	}
	return dirs, nil
}
