package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/raftcheck/raftcheck/internal/choice"
)

// defaultDeviations is how many deviations suite explore tries if nobody says how many.
const defaultDeviations = 1

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
	o.Define(flags, defaultDeviations)
	flags.BoolVar(&o.race, "race", false, "build with the race detector")
	flags.BoolVar(&o.strict, "strict", false, "fail scenarios whose killed replicas leave goroutines, and those that cost more than their bound")
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
	case o.part != "" && o.part != partA:
		return o, complain("-part is A, or left out, got %q; -suite chooses among the suites of the later parts", o.part)
	}
	if list != "" {
		listed, err := readList(list)
		if err != nil {
			return o, complain("-list: %v", err)
		}
		dirs = append(dirs, listed...)
	}
	paths := []*string{&o.out}
	for i := range dirs {
		paths = append(paths, &dirs[i])
	}
	if err := choice.Absolute(paths...); err != nil {
		return o, complain("%v", err)
	}
	if o.dir = dirs[0]; len(dirs) > 1 || list != "" {
		o.dirs = dirs
	}
	switch {
	case o.dirs != nil && (o.JSON || o.Artifacts != ""):
		return o, complain("-json and -artifacts are for one checkout; -out has those of each checkout of a class")
	case o.dirs == nil && o.out != "":
		return o, complain("-out is for a class; -artifacts says where the traces of one checkout go")
	}
	if err := o.Examine(); err != nil {
		return o, complain("%v", err)
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
