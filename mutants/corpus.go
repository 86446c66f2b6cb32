package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A Mutant is the reference Raft with one bug.
type Mutant struct {
	// Name is the patch's path below the corpus without its ending, such as
	// "election/vote-not-saved".
	Name string
	// Breaks is the property that the bug breaks.
	Breaks checker.Property
	// What describes the bug, Schedule what makes it show, Source who had it.
	What, Schedule, Source string
	// Equivalent says why no schedule can show the bug; empty if one can.
	Equivalent string

	path string
}

// readCorpus returns the mutants below dir whose names match, in order.
func readCorpus(dir string, match *regexp.Regexp) ([]Mutant, error) {
	var mutants []Mutant
	var errs []error
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".patch" {
			return err
		}
		m, err := readMutant(dir, path)
		if err != nil {
			errs = append(errs, err)
		} else if match.MatchString(m.Name) {
			mutants = append(mutants, m)
		}
		return nil
	})
	slices.SortFunc(mutants, func(a, b Mutant) int { return strings.Compare(a.Name, b.Name) })
	return mutants, errors.Join(append(errs, err)...)
}

// readMutant reads a patch's header.
func readMutant(dir, path string) (Mutant, error) {
	name, err := filepath.Rel(dir, path)
	if err != nil {
		return Mutant{}, err
	}
	m := Mutant{Name: strings.TrimSuffix(filepath.ToSlash(name), ".patch"), path: path}
	f, err := os.Open(path)
	if err != nil {
		return Mutant{}, err
	}
	defer f.Close()
	var breaks string
	fields := map[string]*string{"Breaks": &breaks, "What": &m.What, "Schedule": &m.Schedule, "Source": &m.Source, "Equivalent": &m.Equivalent}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan() && lines.Text() != ""; n++ {
		key, value, ok := strings.Cut(lines.Text(), ": ")
		if !ok || fields[key] == nil {
			return Mutant{}, fmt.Errorf("%s:%d: want a header line such as \"Breaks: Election Safety\" or an empty line before the diff, got %q", path, n, lines.Text())
		}
		*fields[key] = strings.TrimSpace(value)
	}
	for _, key := range []string{"Breaks", "What", "Schedule"} {
		if *fields[key] == "" {
			return Mutant{}, fmt.Errorf("%s: the header has no %s", path, key)
		}
	}
	m.Breaks = checker.Property(breaks)
	if world.ClaimOf(m.Breaks) == "" {
		return Mutant{}, fmt.Errorf("%s: Breaks: there is no property %q in package checker or harness", path, breaks)
	}
	return m, lines.Err()
}
