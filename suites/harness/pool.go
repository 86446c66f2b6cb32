package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A pool runs a scenario in child processes, each of which takes the next seed
// when it is done with one.
type pool struct {
	t          *testing.T
	impl       raftiface.Implementation
	suite      string
	scenario   Scenario
	processors int // of a child

	ctx     context.Context
	cancel  context.CancelFunc
	workers sync.WaitGroup

	mu        sync.Mutex
	changed   sync.Cond
	next, end uint64             // the seeds that nobody has taken
	done      map[uint64]poolRun // not handed over yet
	failures  int                // among those that were, but for those that are expected
	working   int
	errs      []error
}

// A poolRun is a run that a child has done. The child keeps what a report needs
// until it is told of, if it may be reported.
type poolRun struct {
	run
	told chan struct{} // closed then
}

// newPool has a number of children begin with the seeds from first on that are
// before end. A child that is alone has the processors of this process; else each
// has one.
func newPool(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, first, end uint64, children int) *pool {
	ctx, cancel := context.WithCancel(asked())
	p := &pool{t: t, impl: impl, suite: suite, scenario: sc, processors: 1, ctx: ctx, cancel: cancel,
		next: first, end: end, done: map[uint64]poolRun{}, working: children}
	if children == 1 {
		p.processors = runtime.GOMAXPROCS(0)
	}
	p.changed.L = &p.mu
	for range children {
		p.workers.Go(p.work)
	}
	return p
}

// stop ends all children at once.
func (p *pool) stop() {
	p.cancel()
	p.workers.Wait()
}

// wait waits until all children have ended, and returns what went wrong with
// them.
func (p *pool) wait() error {
	p.workers.Wait()
	return errors.Join(p.errs...)
}

// await returns the run with a seed, the next one if nobody is left that could
// run it, and false if there is none.
func (p *pool) await(seed uint64) (r poolRun, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for r, ok = p.done[seed]; !ok && p.working > 0; r, ok = p.done[seed] {
		p.changed.Wait()
	}
	if !ok && len(p.done) > 0 {
		r, ok = p.done[slices.Min(slices.Collect(maps.Keys(p.done)))], true
	}
	if ok {
		delete(p.done, r.result.Seed)
		if r.result.Failure != nil && !r.result.Known {
			p.failures++
		}
	}
	return r, ok
}

// work has a child run seeds as long as there are any.
func (p *pool) work() {
	defer p.leave()
	var c *childProcess
	for seed, ok := p.take(); ok; seed, ok = p.take() {
		if c == nil {
			var err error
			if c, err = startChild(p.ctx, p.t, p.processors); err != nil {
				p.fail(fmt.Errorf("harness: start a child process: %w", err))
				return
			}
		}
		if c = p.runOn(c, seed); p.ctx.Err() != nil {
			break
		}
	}
	switch {
	case c == nil:
	case p.ctx.Err() != nil:
		c.kill()
	default:
		p.note(c.end())
	}
}

// runOn has a child run a seed, and returns it if it lives on.
func (p *pool) runOn(c *childProcess, seed uint64) *childProcess {
	began := time.Now()
	a, ok := c.ask(order{Seed: seed})
	switch {
	case ok:
		p.add(a.Result, func(r Result) report { return p.askReport(c, r) })
	case p.ctx.Err() != nil:
	case c.err == nil:
		p.fail(fmt.Errorf("the child process ended without an error, but did not run seed %d", seed))
	default:
		f := newDeath(c.err, c.output.String()).verdict()
		p.add(p.resultOf(seed, f, time.Since(began)), func(r Result) report { return p.describe(r, "") })
	}
	if c.gone() {
		return nil
	}
	return c
}

// resultOf is that of a run that ended its process.
func (p *pool) resultOf(seed uint64, f *world.Failure, wall time.Duration) Result {
	return Result{Suite: p.suite, Scenario: p.scenario.Name, Seed: seed, Pinned: p.scenario.Seed != nil,
		Replicas: p.scenario.Replicas, Failure: f, Wall: wall}
}

// add takes in a run that is done. It returns when its child may go on: what may
// be reported is kept until it is told of.
func (p *pool) add(r Result, report func(Result) report) {
	done := poolRun{run{r, report}, make(chan struct{})}
	p.mu.Lock()
	p.done[r.Seed] = done
	p.changed.Broadcast()
	hold := r.Failure == nil && *keepFlag || r.Failure != nil && p.failures < maxReports
	p.mu.Unlock()
	if !hold {
		return
	}
	select {
	case <-done.told:
	case <-p.ctx.Done():
	}
}

// askReport has a child report its latest run, or reports what is known without
// it.
func (p *pool) askReport(c *childProcess, r Result) report {
	if a, ok := c.ask(order{Report: true}); ok {
		return a.Report
	}
	if p.ctx.Err() != nil {
		return p.describe(r, "not tried: interrupted")
	}
	return p.describe(r, fmt.Sprintf("not replayed: the second run ended its process (%v)", c.err))
}

// describe renders a run of which there is no more than the result.
func (p *pool) describe(r Result, proof string) report {
	evidence := &Evidence{p.impl, p.scenario, &world.Account{Failure: r.Failure}}
	told, _ := evidence.describe(p.t, r, proof)
	return told
}

// take returns the next seed, false if there is none or the work is over.
func (p *pool) take() (seed uint64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == p.end || p.ctx.Err() != nil {
		return 0, false
	}
	p.next++
	return p.next - 1, true
}

// leave is the end of one that works.
func (p *pool) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.working--
	p.changed.Broadcast()
}

// fail ends the work because of an error that is not the implementation's.
func (p *pool) fail(err error) {
	p.note(err)
	p.cancel()
}

func (p *pool) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errs = append(p.errs, err)
}
