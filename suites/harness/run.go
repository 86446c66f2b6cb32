package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
)

// maxReports is for how many seeds of a scenario a failure is reported in full.
const maxReports = 3

// ResultAttr is the test attribute (see testing.T.Attr) under which every run's
// [Result] appears, as JSON, in the output of go test -json. Long facts of a
// failure are cut short, and its detail is left out.
const ResultAttr = "raftcheck.result"

// Run judges an implementation by a suite: each scenario is a subtest, run with
// the seeds that the flags ask for. It returns a record of each scenario that
// package testing chose to run.
func Run(t *testing.T, impl raftiface.Implementation, suite Suite) (records []*Record) {
	t.Helper()
	if err := impl.Validate(); err != nil {
		t.Fatal(err)
	}
	if err := suite.Validate(); err != nil {
		t.Fatal(err)
	}
	scenarios := suite.Scenarios
	if suite.Pinned != nil {
		pinned, err := suite.Pinned(RegressionsDir)
		if err != nil {
			t.Fatal(err)
		}
		scenarios = slices.Concat(pinned, scenarios)
	}
	for _, sc := range scenarios {
		t.Run(sc.Name, func(t *testing.T) {
			record := &Record{Suite: suite.Name, Scenario: sc, Lacking: lacking(impl.Features, sc.Needs), Known: knownIssue(impl, suite.Name+"/"+sc.Name)}
			records = append(records, record)
			defer func() { record.Failed = t.Failed() }()
			runScenario(t, impl, suite, sc, record)
		})
	}
	return records
}

func runScenario(t *testing.T, impl raftiface.Implementation, suite Suite, sc Scenario, record *Record) {
	if missing := record.Lacking; len(missing) > 0 {
		t.Skipf("%s/%s needs the feature %s, which %s does not declare", suite.Name, sc.Name, strings.Join(missing, ", "), impl.Name)
	}
	known := record.Known
	if path := os.Getenv(resultsEnv); path != "" {
		sendRuns(t, path, known != nil, inProcess(t, impl, suite.Name, sc))
		return
	}
	failures := 0
	_, seeds := sc.seeds()
	progress := newProgress(suite.Name+"/"+sc.Name, seeds)
	defer progress.close()
	for run := range runs(t, impl, suite.Name, sc) {
		r := run.result
		progress.ran(r)
		record.Results = append(record.Results, r)
		t.Log(r)
		announce(t, r)
		if r.Failure == nil {
			if *keepFlag {
				t.Log(run.report())
			}
			continue
		}
		failures++
		switch {
		case known != nil:
			t.Logf("known issue: %s\n%v", strings.TrimSpace(known.Reason+" "+known.Address), r.Failure)
		case failures <= maxReports:
			t.Error(run.report())
		default:
			t.Errorf("seed %d: %s", r.Seed, r.Failure.Property)
		}
		if known == nil && failFast() {
			break
		}
	}
	if known != nil && !known.Rare && failures == 0 {
		t.Errorf("%s/%s passed with every seed, but is declared as a known issue (%s): remove it from Implementation.Known", suite.Name, sc.Name, known.Reason)
	}
	if failures > 0 && seeds > 1 {
		t.Logf("%d of %d seeds failed", failures, len(record.Results))
	}
}

// RunSeed runs a scenario once and returns what came of it, and the evidence
// for a report.
func RunSeed(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, seed uint64) (Result, *Evidence) {
	return runSeed(t, impl, suite, sc, seed, *keepFlag)
}

// runSeed is RunSeed; with contents the trace keeps what messages say.
func runSeed(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, seed uint64, contents bool) (Result, *Evidence) {
	begin := time.Now()
	seedCryptoRand(t, seed)
	name, pinned := sc.Name, sc.Seed != nil
	sc = sc.as(seed, impl)
	c := newCluster(impl, sc, seed)
	c.contents = contents
	abandoned := c.run(t, *realtimeFlag)
	e := c.judge(abandoned)
	r := Result{
		Suite: suite, Scenario: name, Seed: seed, Pinned: pinned, Replicas: sc.Replicas,
		Failure: c.failed(), Virtual: time.Duration(c.ended.Load()), Wall: time.Since(begin),
		Operations: e.check.Operations, Leaked: int(c.leaked.Load()),
	}
	if c.net != nil {
		r.Messages, r.Bytes = c.net.Total()
		r.Events, r.Trace = c.net.Trace().Len(), fmt.Sprintf("%016x", c.net.Trace().Hash())
	}
	r.Commits, r.Leaders = c.commits()
	r.Leaderless = time.Duration(c.leaderless.Load()) * pollEvery
	return r, e
}

// judge asks Porcupine, on the real clock.
func (c *Cluster) judge(abandoned bool) *Evidence {
	e := &Evidence{cluster: c}
	if c.recorder == nil {
		return e
	}
	e.history = c.recorder.History()
	if abandoned {
		return e
	}
	e.check = checker.Check(e.history, checker.Limits{})
	switch e.check.Verdict {
	case checker.Ok:
	case checker.Illegal:
		c.convict(Failure{Property: Linearizability, Facts: []string{e.check.Explain()}})
	default:
		c.convict(Failure{Property: Undecided, Facts: []string{e.check.Explain()}})
	}
	return e
}

// convict notes Porcupine's verdict. What the oracles proved stands; a history
// that is not linearizable weighs more than anything else.
func (c *Cluster) convict(f Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.At = time.Duration(c.ended.Load())
	switch {
	case c.failure == nil:
		c.failure = &f
	case f.Property == Linearizability && !isSafety(c.failure.Property):
		f.Facts = append(f.Facts, "before that: "+c.failure.String())
		c.failure = &f
	default:
		c.failure.Facts = append(c.failure.Facts, "Porcupine: "+f.Facts[0])
	}
}

// isSafety reports whether the property is one of the oracles'.
func isSafety(p checker.Property) bool { return p.Claim() != "" }

func (c *Cluster) commits() (commits, leaders int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.log), c.leaderships
}

// maxAttr is how long a result may be, encoded: go test -json takes lines of up
// to 4 kB for attributes, the test's name included.
const maxAttr = 3 << 10

// announce attaches the result to the test, where go test -json shows it.
func announce(t *testing.T, r Result) { t.Attr(ResultAttr, string(attribute(t, r))) }

// attribute encodes a result in so few bytes that go test -json takes it. Of a
// failure's facts there is as much as fits.
func attribute(t *testing.T, r Result) []byte {
	failure := r.Failure
	for most := maxAttr; ; most /= 2 {
		if failure != nil {
			r.Failure = &Failure{Property: failure.Property, At: failure.At, Facts: shortened(failure.Facts, most)}
		}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("harness: encode result: %v", err)
		}
		if len(data) <= maxAttr || most == 0 {
			return data
		}
	}
}

// shortened returns the first so many bytes of texts.
func shortened(texts []string, most int) (short []string) {
	for _, text := range texts {
		if most <= 0 {
			break
		}
		if len(text) > most {
			text = strings.ToValidUTF8(text[:most], "") + "…"
		}
		short = append(short, text)
		most -= len(text)
	}
	return short
}

func knownIssue(impl raftiface.Implementation, scenario string) *raftiface.KnownIssue {
	for _, k := range impl.Known {
		if k.Scenario == scenario {
			return &k
		}
	}
	return nil
}

// lacking returns the names of the features that are needed but not had.
func lacking(have, need raftiface.Features) (names []string) {
	h, n := reflect.ValueOf(have), reflect.ValueOf(need)
	for i := range n.NumField() {
		if n.Field(i).Bool() && !h.Field(i).Bool() {
			names = append(names, n.Type().Field(i).Name)
		}
	}
	return names
}
