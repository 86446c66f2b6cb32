package harness

import (
	"fmt"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/runfile"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Evidence is what a run leaves for a report.
type Evidence struct {
	impl     raftiface.Implementation
	scenario Scenario
	account  *world.Account
}

// RunSeed runs a scenario once and returns what came of it, and the evidence
// for a report.
func RunSeed(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, seed uint64) (Result, *Evidence) {
	return runSeed(t, impl, suite, sc, seed, *keepFlag)
}

// runSeed is RunSeed; with contents the trace keeps what messages say.
func runSeed(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, seed uint64, contents bool) (Result, *Evidence) {
	begin := time.Now()
	name, pinned := sc.Name, sc.Seed != nil
	sc, claim := sc.as(seed, impl).found(t, impl, seed)
	a := world.Live(t, sc.plan(impl, seed, contents), sc.Story)
	r := Result{
		Suite: suite, Scenario: name, Seed: seed, Pinned: pinned, Replicas: sc.Replicas,
		Failure: a.Failure, Virtual: a.Virtual, Wall: time.Since(begin), Messages: a.Messages, Bytes: a.Bytes, Commits: a.Commits,
		Leaders: a.Leaders, Leaderless: a.Leaderless, States: a.Course.States, Operations: a.Check.Operations, Leaked: a.Leaked, Searched: claim,
	}
	if a.Trace != nil {
		r.Events, r.Trace = a.Trace.Len(), fmt.Sprintf("%016x", a.Trace.Hash())
	}
	return r, &Evidence{impl, sc, a}
}

// found searches, and returns what is to be run and reported.
func (sc Scenario) found(t *testing.T, impl raftiface.Implementation, seed uint64) (Scenario, string) {
	if sc.Search == nil {
		return sc, ""
	}
	s := sc.Search(Search{
		Seed: seed, Implementation: impl,
		Play: func(sc Scenario, contents bool) *world.Account {
			return world.Live(t, sc.plan(impl, *sc.Seed, contents), sc.Story)
		},
	})
	s.Scenario.Name, s.Scenario.Claim, s.Scenario.Paper = sc.Name, sc.Claim, sc.Paper
	return s.Scenario, s.Claim
}

// RunFile returns what is known of the run whose result is r, for programs.
func (e *Evidence) RunFile(r Result, replay string) *runfile.File {
	f := runfile.Of(e.account)
	f.Implementation = runfile.Subject{Name: e.impl.Name, Version: e.impl.Version}
	f.Suite, f.Scenario, f.Claim, f.Paper = r.Suite, r.Scenario, e.scenario.Claim, e.scenario.Paper
	f.Seed, f.Replicas, f.Replay = r.Seed, r.Replicas, replay
	f.Numbers = runfile.Numbers{Virtual: r.Virtual, Wall: r.Wall, Messages: r.Messages, Bytes: r.Bytes, Commits: r.Commits,
		Judged: r.Operations, Leaked: r.Leaked, Events: r.Events, Trace: r.Trace}
	return f
}
