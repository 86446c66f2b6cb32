package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/raftcheck/raftcheck/checker"
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
	collectLess()
	if err := impl.Validate(); err != nil {
		t.Fatal(err)
	}
	if err := suite.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, k := range impl.Known {
		if world.ClaimOf(checker.Property(k.Property)) == "" {
			t.Fatalf("harness: known issues: %s is declared to violate %q, which is no property", k.Scenario, k.Property)
		}
	}
	scenarios := suite.Scenarios
	if suite.Pinned != nil {
		pinned, err := suite.Pinned(RegressionsDir)
		if err != nil {
			t.Fatal(err)
		}
		scenarios = slices.Concat(pinned, scenarios)
	}
	for i, sc := range scenarios {
		if err := interruption(); err != nil {
			t.Errorf("interrupted (%v): %d scenarios of suite %s were not judged", err, len(scenarios)-i, suite.Name)
			break
		}
		if so := troubleOf(impl); so.enough() {
			t.Errorf("%s: %d scenarios of suite %s were not run", so.text(), len(scenarios)-i, suite.Name)
			for _, sc := range scenarios[i:] {
				record := newRecord(impl, suite, sc)
				record.Failed = record.Skipped == ""
				records = append(records, record)
			}
			break
		}
		t.Run(sc.Name, func(t *testing.T) {
			record := newRecord(impl, suite, sc)
			records = append(records, record)
			defer func() { record.Failed = t.Failed() }()
			runScenario(t, impl, suite, sc, record)
		})
	}
	return records
}

// collectLess has the garbage collector run when the heap is five times what was
// reachable, unless GOGC says otherwise. What a run holds is small and lives as
// long as it.
var collectLess = sync.OnceFunc(func() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
})

func runScenario(t *testing.T, impl raftiface.Implementation, suite Suite, sc Scenario, record *Record) {
	if record.Skipped != "" {
		t.Skip(record.Skipped)
	}
	if IsChild() {
		serve(t, impl, suite.Name, sc, record)
		return
	}
	failures, sofar := 0, troubleOf(impl)
	told := map[string]int{}
	_, seeds := sc.seeds()
	progress := newProgress(record.name(), seeds)
	defer progress.close()
	for run := range runs(t, impl, suite.Name, sc) {
		known := record.explained(run.result.Failure)
		run.result.Known = known != nil
		r := run.result
		progress.ran(r)
		record.Results = append(record.Results, r)
		t.Log(r)
		announce(t, r)
		if r.Failure != nil {
			failures++
		}
		tell(t, run, known, told)
		sofar.saw(r)
		if r.Failure != nil && known == nil && failFast() || sofar.enough() {
			break
		}
	}
	for _, k := range record.outdated() {
		t.Errorf("%s did not fail in the way that is declared as a known issue (%s: %s): if some seeds show it, declare it as rare, and otherwise no more", record.name(), k.Property, k.Reason)
	}
	if n := record.states().Count(); n > 0 && seeds > 1 {
		t.Logf("%d seeds came to about %d different states", len(record.Results), n)
	}
	if failures > 0 && seeds > 1 {
		t.Logf("%d of %d seeds failed", failures, len(record.Results))
	}
}

// tell tells package testing of a run: of failures, which are counted by the reason why
// they are expected, the first ones in full.
func tell(t *testing.T, r run, known *raftiface.KnownIssue, counted map[string]int) {
	f := r.result.Failure
	why, most, text := "", maxReports, ""
	if known != nil {
		why, most = known.Reason, maxKnownReports
	}
	if f != nil {
		counted[why]++
	}
	if f == nil && *keepFlag || f != nil && counted[why] <= most {
		report := r.report(r.result)
		text = report.Text
		if known == nil && report.Clue != nil {
			report.Clue.announce(t)
		}
	}
	if f != nil && text == "" {
		text = fmt.Sprintf("seed %d: %s", r.result.Seed, f.Property)
	}
	switch {
	case f != nil && known != nil:
		t.Logf("%s: %s\n%s", whyNotCounted(known), strings.TrimSpace(known.Reason+" "+known.Address), text)
	case f != nil:
		t.Error(text)
	case text != "":
		t.Log(text)
	}
}

// maxAttr is how long a result may be, encoded: go test -json takes lines of up
// to 4 kB for attributes, the test's name included.
const maxAttr = 3 << 10

// announce attaches the result to the test, where go test -json shows it.
func announce(t *testing.T, r Result) { t.Attr(ResultAttr, string(attribute(t, r))) }

// announce attaches the clue to the test of its scenario, likewise.
func (c *Clue) announce(t *testing.T) {
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatalf("harness: encode a clue: %v", err)
	}
	t.Attr(ClueAttr, string(data))
}

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
