package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/raftcheck/raftcheck/ci/plan"
	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/internal/process"
)

// A gate runs batches of seeds and keeps what came of them.
type gate struct {
	options  options
	shard    plan.Shard
	command  func(context.Context, options, results.Seeds) (*exec.Cmd, error)
	progress progress

	builder     results.Builder
	temp        process.Temp
	journal     *results.Journal // nil without a directory
	events      *os.File         // what go test -json printed, nil if nobody wants it
	failed      outcome.Outcome  // what failing tests printed, unless failures are shown by kind
	interrupted bool
}

// newGate returns a gate that runs go test for all seeds.
func newGate(o options) *gate { return &gate{options: o, shard: plan.Shard{Total: 1}, command: goTest} }

// run runs all batches. An error is about the gate itself.
func (g *gate) run(ctx context.Context) error {
	if err := g.open(ctx); err != nil {
		return err
	}
	began := time.Now()
	batches := plan.NewBatches(g.options.seeds, g.shard)
	for {
		seeds, ok := g.next(batches, time.Since(began))
		if !ok {
			return nil
		}
		begin := time.Now()
		ended, err := g.runBatch(ctx, seeds)
		if err != nil || !ended || g.enough() {
			return err
		}
		batches.Spent(time.Since(begin))
	}
}

// next returns the next batch, false if there is none.
func (g *gate) next(batches *plan.Batches, spent time.Duration) (results.Seeds, bool) {
	switch {
	case g.options.mode == plain:
		return batches.All()
	case g.options.budget == 0:
		return batches.Next(plan.MaxBatch)
	}
	return batches.Next(g.options.budget - spent)
}

// enough reports whether more seeds would tell nothing that is of use: the code
// does not build, or a pull request is known to be broken.
func (g *gate) enough() bool {
	r := g.builder.Results()
	for _, p := range r.Problems {
		if p.Kind == buildFailed {
			return true
		}
	}
	return g.options.mode == pr && r.Verdict == results.Violated
}

// open says which seeds are to be judged, and begins what is written meanwhile.
// With a budget, only time tells which seeds these are.
func (g *gate) open(ctx context.Context) (err error) {
	var asked []results.Seeds
	if g.options.budget == 0 {
		asked = g.options.seeds.Asked(g.shard)
	}
	g.builder.Add(results.Entry{Ask: &results.Ask{Schema: results.Schema, Seeds: asked}})
	if g.temp, err = process.NewTemp("raftcheck-ci-"); err != nil {
		return err
	}
	if g.options.junit != "" {
		if err := g.openEvents(ctx); err != nil {
			return fmt.Errorf("-junit: %w", err)
		}
	}
	if g.options.dir != "" {
		if err := g.openDir(asked); err != nil {
			return fmt.Errorf("-o: %w", err)
		}
	}
	return nil
}

func (g *gate) openEvents(ctx context.Context) (err error) {
	if err := g.readyForJUnit(ctx); err != nil {
		return err
	}
	g.events, err = os.Create(filepath.Join(g.temp.Dir, "events.jsonl"))
	return err
}

func (g *gate) openDir(asked []results.Seeds) (err error) {
	if g.journal, err = results.CreateJournal(g.options.dir, asked); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(g.options.dir, artifactsName))
}

// close closes the files, and removes those that nobody else needs. What failing
// runs left is needed, unless no failure was shown.
func (g *gate) close() {
	if g.journal != nil {
		g.journal.Close()
	}
	if g.events != nil {
		g.events.Close()
	}
	if g.temp.Dir != "" {
		g.temp.Remove(!g.interrupted || len(g.builder.Results().Fingerprints) > 0)
	}
}

// add takes in an entry.
func (g *gate) add(e results.Entry) error {
	g.builder.Add(e)
	g.progress.add(e)
	if g.journal == nil {
		return nil
	}
	return g.journal.Add(e)
}

// runBatch runs a batch; ended is false if the context's end was sooner.
func (g *gate) runBatch(ctx context.Context, seeds results.Seeds) (ended bool, err error) {
	if err := g.add(results.Entry{Begin: &seeds}); err != nil {
		return false, err
	}
	command, err := g.command(ctx, g.options, seeds)
	if err != nil {
		return false, err
	}
	g.temp.Use(command)
	var stderr tail
	command.Stderr = &stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := command.Start(); err != nil {
		if g.interrupted = ctx.Err() != nil; g.interrupted {
			return false, nil
		}
		return false, fmt.Errorf("run go test: %w", err)
	}
	seen := newCollector(g.add)
	said, readErr := outcome.Read(g.copied(output), seen.see)
	testErr := command.Wait()
	switch {
	case ctx.Err() != nil:
		g.interrupted = true
		said.CutOff()
		g.show(said)
		return false, nil
	case readErr != nil:
		return false, g.goTestFailed(readErr, stderr.String())
	case testErr != nil && len(said.Failed) == 0:
		return false, g.goTestFailed(testErr, stderr.String())
	}
	g.show(said)
	return true, g.add(results.Entry{End: &seeds})
}

// show keeps what failures have in common, and what failing tests printed if it is to
// be shown.
func (g *gate) show(said *outcome.Outcome) {
	switch {
	case g.options.mode == batchMode:
		g.failed.Clues = append(g.failed.Clues, said.Clues...)
	case len(said.Failed) > 0:
		g.failed.Add(said)
	}
}

// copied has the events written to the file for them, too.
func (g *gate) copied(output io.Reader) io.Reader {
	if g.events == nil {
		return output
	}
	return io.TeeReader(output, g.events)
}

func (g *gate) goTestFailed(err error, stderr string) error {
	return g.add(results.Entry{Problem: &results.Problem{Kind: goTestFailed, Text: fmt.Sprintf("%v\n%s", err, stderr)}})
}

// tail keeps the end of what is written to it.
type tail struct{ text string }

func (t *tail) Write(p []byte) (int, error) {
	t.text = lastOf(t.text + string(p))
	return len(p), nil
}

func (t *tail) String() string { return t.text }
