package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
	// First is the first wrong step that the bug takes.
	First firstStep
	// Stalls says that the bug shows only where locks stall. The mutant is built with
	// the stand-ins for packages sync and time then.
	Stalls bool
	// Features says that the bug is in what the thesis adds: it is the reference with
	// all features that is judged.
	Features bool
	// Leases says that the bug is in reads by lease: it is the reference with these, too,
	// that is judged.
	Leases bool

	path string
}

// What the header of a mutant says that needs more than the paper's reference.
const (
	needsStalls   = "stalls"   // it is built with the stand-ins
	needsFeatures = "features" // its features are on
	needsLeases   = "leases"   // and its leaders read by lease
)

// readCorpus returns the mutants below dir whose names match, in order.
func readCorpus(dir string, match *regexp.Regexp) ([]Mutant, error) {
	return readPatches(dir, match, readMutant)
}

// readPatches reads the patches below a directory whose names match, in order.
func readPatches[P any](dir string, match *regexp.Regexp, read func(name, path string) (P, error)) (all []P, err error) {
	var errs []error
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { // in the order of names
		if err != nil || d.IsDir() || filepath.Ext(path) != ".patch" {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = strings.TrimSuffix(filepath.ToSlash(name), ".patch")
		if !match.MatchString(name) {
			return nil
		}
		p, err := read(name, path)
		errs = append(errs, err)
		all = append(all, p)
		return nil
	})
	return all, errors.Join(append(errs, err)...)
}

// readMutant reads a mutant's header.
func readMutant(name, path string) (Mutant, error) {
	m := Mutant{Name: name, path: path}
	var breaks, first, needs string
	err := readHeader(path, map[string]*string{"Breaks": &breaks, "What": &m.What, "Schedule": &m.Schedule, "Source": &m.Source, "Equivalent": &m.Equivalent, "First": &first, "Needs": &needs},
		"Breaks", "What", "Schedule")
	if err != nil {
		return Mutant{}, err
	}
	m.Breaks = checker.Property(breaks)
	switch needs {
	case "":
	case needsStalls:
		m.Stalls = true
	case needsFeatures:
		m.Features = true
	case needsLeases:
		m.Leases = true
	default:
		return Mutant{}, fmt.Errorf("%s: Needs: want %q, %q, %q or nothing, got %q", path, needsStalls, needsFeatures, needsLeases, needs)
	}
	if world.ClaimOf(m.Breaks) == "" {
		return Mutant{}, fmt.Errorf("%s: Breaks: there is no property %q in package checker or world", path, breaks)
	}
	if first == "" && m.breaksSafety() {
		return Mutant{}, fmt.Errorf("%s: the header has no First, which a bug that breaks safety needs", path)
	}
	if m.First, err = readFirst(first); err != nil {
		return Mutant{}, fmt.Errorf("%s: First: %w", path, err)
	}
	return m, nil
}

// breaksSafety reports whether something bad happens by the bug, and not only
// something good too late.
func (m Mutant) breaksSafety() bool { return world.ClassOf(m.Breaks) == world.Safety }

// readHeader reads the lines before a patch's diff into the fields that they name,
// of which some must be there.
func readHeader(path string, fields map[string]*string, must ...string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan() && lines.Text() != ""; n++ {
		key, value, ok := strings.Cut(lines.Text(), ": ")
		if !ok || fields[key] == nil {
			return fmt.Errorf("%s:%d: want a header line such as \"%s: …\" or an empty line before the diff, got %q", path, n, must[0], lines.Text())
		}
		*fields[key] = strings.TrimSpace(value)
	}
	for _, key := range must {
		if *fields[key] == "" {
			return fmt.Errorf("%s: the header has no %s", path, key)
		}
	}
	return lines.Err()
}
