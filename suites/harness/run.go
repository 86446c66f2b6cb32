package harness

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

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
			r.Failure = &world.Failure{Property: failure.Property, At: failure.At, Facts: shortened(failure.Facts, most)}
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
