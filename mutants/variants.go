package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
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
	// Slow says why verdicts of class cost are no false alarms, "" if they are.
	Slow string
	// Features says that it differs in what the thesis adds: it is the reference with
	// all features that is judged.
	Features bool

	path string
}

func readVariants(root string, match *regexp.Regexp) ([]Variant, error) {
	return readPatches(filepath.Join(root, "mutants", "variants"), match, func(name, path string) (Variant, error) {
		v := Variant{Name: name, path: path}
		var needs string
		err := readHeader(path, map[string]*string{"What": &v.What, "Correct": &v.Correct, "Slow": &v.Slow, "Needs": &needs}, "What", "Correct")
		if err == nil && needs != "" && needs != needsFeatures {
			err = fmt.Errorf("%s: Needs: want %q or nothing, got %q", path, needsFeatures, needs)
		}
		v.Features = needs == needsFeatures
		return v, err
	})
}

// A trial is what came of a variant.
type trial struct {
	Variant
	runs   int
	costs  int              // runs with a verdict of class cost, which it declares
	failed []harness.Result // the others that did not pass
}

func (tr trial) add(results []harness.Result) trial {
	for _, r := range results {
		tr.runs++
		switch {
		case r.Known:
			tr.costs++
		case r.Failure != nil:
			tr.failed = append(tr.failed, r)
		}
	}
	return tr
}

// failures are a line for each run that failed.
func (tr trial) failures() string {
	var lines strings.Builder
	for _, r := range tr.failed {
		fmt.Fprintf(&lines, "\n    FAILED %s/%s, seed %d: %s", r.Suite, r.Scenario, r.Seed, r.Failure.Property)
	}
	return lines.String()
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
	trials := make([]trial, len(variants))
	err = c.inParallel(len(variants), func(i int) (err error) {
		trials[i], err = c.try(root, variants[i])
		if err == nil {
			fmt.Fprintf(os.Stderr, "%d runs  %s%s\n", trials[i].runs, trials[i].Name, trials[i].failures())
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, tr := range trials {
		if tr.failed != nil {
			fmt.Fprintf(w, "%s: %s%s\n", tr.Name, tr.What, tr.failures())
		}
	}
	t := total(trials)
	fmt.Fprintf(w, "%v in %.0f s.\n", t, time.Since(begin).Seconds())
	if c.save {
		page := []byte(c.variantsPage(trials, time.Since(begin)))
		if err := os.WriteFile(filepath.Join(root, "docs", "variants.md"), page, 0o666); err != nil {
			return err
		}
	}
	if t.bad > 0 {
		return fmt.Errorf("%d of %d correct Rafts failed", t.bad, t.variants)
	}
	return nil
}

// try builds a variant and runs the suites on it.
func (c config) try(root string, v Variant) (trial, error) {
	tr := trial{Variant: v}
	j, done, err := c.newJudge(root, Mutant{Name: v.Name, path: v.path, Stalls: c.stalls, Features: v.Features})
	if err != nil {
		return tr, err
	}
	defer done()
	j.suite = c.suite
	if v.Slow != "" {
		j.flags = append(j.flags, "-raft.fail=safety,liveness,contract")
	}
	results, err := j.run("", 1, c.seeds)
	if err != nil {
		return tr, fmt.Errorf("%s: %w", v.Name, err)
	}
	tr = tr.add(results)
	if c.chaos == 0 {
		return tr, nil
	}
	j.suite = "chaos"
	results, err = j.run("", c.seeds+1, c.chaos)
	if err != nil {
		return tr, fmt.Errorf("%s: %w", v.Name, err)
	}
	return tr.add(results), nil
}

// A sum is that of all trials.
type sum struct{ variants, bad, runs, costs int }

func total(trials []trial) (s sum) {
	for _, tr := range trials {
		s.variants++
		s.runs += tr.runs
		s.costs += tr.costs
		if tr.failed != nil {
			s.bad++
		}
	}
	return s
}

func (s sum) String() string {
	return fmt.Sprintf("%d of %d variants pass all scenarios: %d runs, %d of them at a cost that is declared", s.variants-s.bad, s.variants, s.runs, s.costs)
}

// variantsPage returns the page docs/variants.md.
func (c config) variantsPage(trials []trial, took time.Duration) string {
	var b strings.Builder
	b.WriteString("# Variants: correct Rafts that must pass\n\n" +
		"A variant is the reference Raft with another habit, a patch in `mutants/variants`: correct, and argued to be so. " +
		"A scenario that fails one takes the habit for a law. ")
	fmt.Fprintf(&b, "Made by `go run ./mutants -variants -update -seeds %d -chaos %d`: every scenario with %d seeds, and suite chaos with %d more.\n\n", c.seeds, c.chaos, c.seeds, c.chaos)
	fmt.Fprintf(&b, "%v, in %.0f minutes on %d processors.\n\n", total(trials), took.Minutes(), runtime.GOMAXPROCS(0))
	header(&b, "variant", "what is different", "why it is correct", "runs", "cost verdicts", "failures")
	for _, tr := range trials {
		costs := fmt.Sprint(tr.costs)
		if tr.Slow != "" {
			costs += ": " + tr.Slow
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s | %d |\n", tr.Name, tr.What, tr.Correct, tr.runs, costs, len(tr.failed))
	}
	return b.String()
}
