package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// A Variant is a correct Raft that differs from the reference in a habit. Every
// scenario passes on it; one that does not takes the habit for a law, or the
// argument for the variant is wrong.
type Variant struct {
	// Name is the patch's, without its ending.
	Name string
	// What says how it differs, Correct why that is right.
	What, Correct string

	path string
}

func readVariants(root string, match *regexp.Regexp) ([]Variant, error) {
	return readPatches(filepath.Join(root, "mutants", "variants"), match, func(name, path string) (Variant, error) {
		v := Variant{Name: name, path: path}
		return v, readHeader(path, map[string]*string{"What": &v.What, "Correct": &v.Correct}, "What", "Correct")
	})
}

// runVariants runs the suites on all variants and writes what came of it.
func (c config) runVariants(root string, w io.Writer) error {
	variants, err := readVariants(root, c.match)
	if err != nil {
		return err
	}
	if len(variants) == 0 {
		return fmt.Errorf("no variant's name matches %q", c.match)
	}
	c.procs = c.procsFor(len(variants))
	begin := time.Now()
	failed, runs := make([]string, len(variants)), make([]int, len(variants))
	err = inParallel(len(variants), c.jobs, func(i int) (err error) {
		failed[i], runs[i], err = c.runVariant(root, variants[i])
		if err == nil {
			fmt.Fprintf(os.Stderr, "%d runs  %s%s\n", runs[i], variants[i].Name, failed[i])
		}
		return err
	})
	if err != nil {
		return err
	}
	all, bad := 0, 0
	for i, v := range variants {
		all += runs[i]
		if failed[i] != "" {
			bad++
			fmt.Fprintf(w, "%s: %s%s\n", v.Name, v.What, failed[i])
		}
	}
	fmt.Fprintf(w, "%d of %d variants pass all scenarios, %d runs in %.0f s.\n", len(variants)-bad, len(variants), all, time.Since(begin).Seconds())
	if bad > 0 {
		return fmt.Errorf("%d of %d correct Rafts failed", bad, len(variants))
	}
	return nil
}

// runVariant builds a variant and runs the suites on it. It returns a line for
// each run that failed, and how many runs there were.
func (c config) runVariant(root string, v Variant) (failed string, runs int, err error) {
	j, done, err := newJudge(root, Mutant{Name: v.Name, path: v.path}, c.procs)
	if err != nil {
		return "", 0, err
	}
	defer done()
	j.suite = c.suite
	results, err := j.run("", 1, c.seeds)
	if err != nil {
		return "", 0, fmt.Errorf("%s: %w", v.Name, err)
	}
	var lines strings.Builder
	for _, r := range results {
		if r.Failure != nil {
			fmt.Fprintf(&lines, "\n    FAILED %s", failure(r))
		}
	}
	return lines.String(), len(results), nil
}

func failure(r harness.Result) string {
	return fmt.Sprintf("%s/%s, seed %d: %s", r.Suite, r.Scenario, r.Seed, r.Failure.Property)
}
