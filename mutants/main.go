package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
)

func main() {
	if err := run(process.UntilAsked(os.Stderr), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

type config struct {
	ctx                       context.Context // ends when the command is asked to end
	match                     *regexp.Regexp
	suite                     string
	budget, jobs              int
	seeds, chaos              int // for variants
	procs                     int // for the seeds of one scenario
	quick, replay, json, save bool
	variants, stalls          bool
}

func parseFlags(args []string) (config, error) {
	var c config
	flags := flag.NewFlagSet("mutants", flag.ExitOnError)
	pattern := flags.String("run", "", "only mutants whose name matches this regular expression")
	flags.StringVar(&c.suite, "suite", "", "only the scenarios of these suites, such as election,agreement")
	flags.IntVar(&c.budget, "budget", 50, "seeds to try with a mutant that survives seed 1")
	flags.IntVar(&c.jobs, "jobs", runtime.GOMAXPROCS(0), "mutants judged at the same time")
	flags.BoolVar(&c.quick, "quick", false, "stop at the first scenario that kills a mutant")
	flags.BoolVar(&c.replay, "replay", false, "only run what killed each mutant last time")
	flags.BoolVar(&c.json, "json", false, "print the kills as JSON")
	flags.BoolVar(&c.variants, "variants", false, "run the suites on the correct variants instead, all of which must pass")
	flags.IntVar(&c.seeds, "seeds", 1, "seeds of each scenario, with -variants")
	flags.IntVar(&c.chaos, "chaos", 0, "further seeds of suite chaos, with -variants")
	flags.BoolVar(&c.stalls, "stalls", false, "build the variants with the stand-ins for packages sync and time, so that locks stall in the scenarios that have that")
	flags.BoolVar(&c.save, "update", false, "write mutants/matrix.jsonl, mutants/results.json, docs/mutants.md and docs/bugs.md, with -run what changes of them; with -variants, docs/variants.md")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	match, err := regexp.Compile(*pattern)
	if err != nil {
		return c, fmt.Errorf("-run: %w", err)
	}
	c.match = match
	switch {
	case c.budget < 1 || c.jobs < 1 || c.seeds < 1 || c.chaos < 0:
		return c, fmt.Errorf("-budget, -jobs and -seeds must be at least 1 and -chaos at least 0, got %d, %d, %d and %d", c.budget, c.jobs, c.seeds, c.chaos)
	case c.stalls && (!c.variants || c.save):
		return c, errors.New("-stalls goes with -variants, and not with -update; mutants say themselves whether they need it")
	case c.variants && (c.replay || c.quick || c.json):
		return c, errors.New("-variants goes with -run, -suite, -jobs, -seeds, -chaos and -update only")
	case c.save && (c.replay || c.quick || c.suite != ""):
		return c, errors.New("-update needs all scenarios; leave out -suite, -quick and -replay")
	case c.save && c.variants && *pattern != "":
		return c, errors.New("-variants -update needs all variants; leave out -run")
	}
	return c, nil
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	c, err := parseFlags(args)
	if err != nil {
		return err
	}
	c.ctx = ctx
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	if c.variants {
		return c.runVariants(root, stdout)
	}
	mutants, err := readCorpus(filepath.Join(root, "mutants", "corpus"), c.match)
	if err != nil {
		return err
	}
	if len(mutants) == 0 {
		return fmt.Errorf("no mutant's name matches %q", c.match)
	}
	c.procs = c.procsFor(len(mutants))
	begin := time.Now()
	verdicts, err := c.judge(root, mutants)
	if err != nil {
		return err
	}
	if c.save {
		if mutants, verdicts, err = keep(root, verdicts); err != nil {
			return err
		}
	}
	r := newReport(mutants, verdicts, time.Since(begin))
	if c.save {
		if err := r.save(root); err != nil {
			return err
		}
	}
	if c.json {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "\t")
		err = encoder.Encode(verdicts)
	} else {
		_, err = io.WriteString(stdout, r.text())
	}
	if c.save {
		err = errors.Join(err, r.unexplained(allScenarios()))
	}
	return errors.Join(err, r.err())
}

// keep writes what was judged into the matrix, and returns all that is in it.
func keep(root string, judged []Verdict) ([]Mutant, []Verdict, error) {
	mutants, err := readCorpus(filepath.Join(root, "mutants", "corpus"), regexp.MustCompile(""))
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(root, "mutants", "matrix.jsonl")
	old, err := readMatrix(path)
	if err != nil {
		return nil, nil, err
	}
	verdicts, missing := merge(mutants, old, judged)
	if err := writeMatrix(path, verdicts); err != nil {
		return nil, nil, err
	}
	if len(missing) > 0 {
		return nil, nil, fmt.Errorf("%s has no verdict on %d mutants, so the pages stay as they are: -update them too: %s", path, len(missing), strings.Join(missing, ", "))
	}
	return mutants, verdicts, nil
}

// save writes what is kept of the report.
func (r *report) save(root string) error {
	page := func(name, text string) error {
		return os.WriteFile(filepath.Join(root, "docs", name), []byte(text), 0o666)
	}
	return cmp.Or(writeKills(resultsPath(root), r.kills()), page("mutants.md", r.markdown()), page("bugs.md", bugsPage(r.mutants, r.kills())))
}

// procsFor is how many processors are left for each of n that are judged.
func (c config) procsFor(n int) int { return max(1, c.jobs/n) }

func resultsPath(root string) string { return filepath.Join(root, "mutants", "results.json") }

// judge judges the mutants as the flags ask for.
func (c config) judge(root string, mutants []Mutant) ([]Verdict, error) {
	if !c.replay {
		return c.judgeAll(mutants, func(m Mutant) (Verdict, error) { return judgeMutant(root, m, c) })
	}
	last, err := readKills(resultsPath(root))
	if err != nil {
		return nil, err
	}
	return c.judgeAll(mutants, func(m Mutant) (Verdict, error) {
		kill, ok := last[m.Name]
		if !ok {
			return Verdict{Mutant: m.Name}, compiles(c.ctx, root, m) // equivalent, or a survivor then as now
		}
		return replay(root, m, kill, c)
	})
}

// judgeAll judges several mutants at a time and tells of each on standard error
// as it is done. The errors are returned once all are done.
func (c config) judgeAll(mutants []Mutant, judge func(Mutant) (Verdict, error)) ([]Verdict, error) {
	verdicts := make([]Verdict, len(mutants))
	err := c.inParallel(len(mutants), func(i int) (err error) {
		verdicts[i], err = judge(mutants[i])
		if err == nil {
			fmt.Fprintln(os.Stderr, progressLine(mutants[i], verdicts[i]))
		}
		return err
	})
	return verdicts, err
}

// inParallel calls f with 0 to n-1, several at a time, and returns all errors. It
// calls f no more once the command is asked to end.
func (c config) inParallel(n int, f func(i int) error) error {
	errs := make([]error, n)
	var wait sync.WaitGroup
	free := make(chan struct{}, c.jobs)
	for i := range n {
		free <- struct{}{}
		if c.ctx.Err() != nil {
			errs[i] = fmt.Errorf("%w: %d of %d were not judged", context.Cause(c.ctx), n-i, n)
			break
		}
		wait.Go(func() {
			defer func() { <-free }()
			errs[i] = f(i)
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func progressLine(m Mutant, v Verdict) string {
	k, killed := v.best(m)
	switch {
	case killed:
		return fmt.Sprintf("killed      %-50s %s: %s, seed %d", m.Name, k.Scenario, k.Property, k.Seed)
	case m.Equivalent != "":
		return fmt.Sprintf("equivalent  %s", m.Name)
	}
	return fmt.Sprintf("SURVIVED    %s", m.Name)
}
