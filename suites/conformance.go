package suites

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Version is the version of the suites. It rises when scenarios are added,
// removed or made stricter, so that reports with the same version are about the
// same demands.
const Version = 2

// Schema names the form of a [Report]. A field may be added under the same name;
// what is there keeps its meaning.
const Schema = "raftcheck/conformance/2"

var conformanceFlag = flag.String("raft.conformance", "", "file for a conformance report; see docs/conformance.md")

// Conformance has [Run] write a [Report] to a file. The flag -raft.conformance
// does the same and comes first.
func Conformance(path string) Option {
	return func(o *options) { o.conformance = path }
}

// conformancePath returns the file for the report, "" for none.
func conformancePath(opts []Option) string {
	if harness.IsChild() {
		return ""
	}
	return cmp.Or(*conformanceFlag, collect(opts).conformance)
}

// A Report says what came of judging an implementation. It depends on the
// implementation, the suites and the seeds and on nothing else, so that two
// reports of the same are the same bytes.
type Report struct {
	Schema         string           `json:"schema"`
	SuiteVersion   int              `json:"suite_version"`
	Implementation Implementation   `json:"implementation"`
	Features       Features         `json:"features"`
	Summary        Summary          `json:"summary"`
	Scenarios      []ScenarioReport `json:"scenarios"`
}

// Implementation names what was judged.
type Implementation struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Features are names of fields of [raftiface.Features]: what the implementation
// declared, and what scenarios were skipped for.
type Features struct {
	Declared []string `json:"declared"`
	Skipped  []string `json:"skipped"`
}

// Summary counts scenarios by verdict.
type Summary struct {
	Passed         int `json:"passed"`
	Failed         int `json:"failed"`
	KnownIssues    int `json:"known_issues"`
	UnexpectedPass int `json:"unexpected_passes"`
	Skipped        int `json:"skipped"`
}

// A Verdict is what came of a scenario.
type Verdict string

const (
	// Passed: every seed passed.
	Passed Verdict = "passed"
	// Failed: a seed failed, or has no verdict.
	Failed Verdict = "failed"
	// KnownIssue: seeds failed, all of them in ways that the implementation
	// declares.
	KnownIssue Verdict = "known issue"
	// UnexpectedPass: no seed failed in a way that is declared, and not as rare.
	UnexpectedPass Verdict = "unexpected pass"
	// Skipped: the scenario needs a feature that is not declared, or a cluster of
	// a size that the implementation is not made for.
	Skipped Verdict = "skipped"
)

// ScenarioReport says what came of one scenario.
type ScenarioReport struct {
	Suite    string        `json:"suite"`
	Scenario string        `json:"scenario"`
	Needs    []string      `json:"needs,omitempty"`
	Verdict  Verdict       `json:"verdict"`
	Skipped  string        `json:"skipped,omitempty"` // why it was
	Seeds    Seeds         `json:"seeds"`
	Failures []SeedFailure `json:"failures,omitempty"`
	Known    []Known       `json:"known_issues,omitempty"`
	Numbers  *Numbers      `json:"numbers,omitempty"`
}

// Seeds are the runs that came to an end: Count of them from First on.
type Seeds struct {
	First uint64 `json:"first"`
	Count int    `json:"count"`
}

// A SeedFailure is the property that a run violated, of which class that is, and
// whether it is a known issue or of a class that does not fail tests.
type SeedFailure struct {
	Seed     uint64      `json:"seed"`
	Property string      `json:"property"`
	Class    world.Class `json:"class"`
	Known    bool        `json:"known,omitempty"`
}

// Known is how and why a scenario was expected to fail.
type Known struct {
	Property string `json:"property"`
	Facts    string `json:"facts,omitempty"`
	Reason   string `json:"reason"`
	Address  string `json:"address,omitempty"`
	Rare     bool   `json:"rare,omitempty"`
}

// Numbers are the sums over a scenario's runs. See [harness.Result].
type Numbers struct {
	VirtualNanoseconds int64 `json:"virtual_ns"`
	Messages           int   `json:"messages"`
	Bytes              int   `json:"bytes"`
	Commits            int   `json:"commits"`
	Operations         int   `json:"operations"`
	Leaked             int   `json:"leaked_goroutines"`
}

// NewReport makes a report of what [harness.Run] returned.
func NewReport(impl raftiface.Implementation, records []*harness.Record) *Report {
	r := &Report{
		Schema: Schema, SuiteVersion: Version,
		Implementation: Implementation{impl.Name, impl.Version},
		Features:       Features{Declared: featureNames(impl.Features), Skipped: []string{}},
		Scenarios:      []ScenarioReport{},
	}
	for _, record := range records {
		r.Features.Skipped = append(r.Features.Skipped, record.Lacking...)
		r.Scenarios = append(r.Scenarios, scenarioReport(record))
	}
	r.sumUp()
	return r
}

// Add takes in the scenarios of another report on the same implementation.
func (r *Report) Add(other *Report) {
	r.Features.Skipped = append(r.Features.Skipped, other.Features.Skipped...)
	r.Scenarios = append(r.Scenarios, other.Scenarios...)
	r.sumUp()
}

func (r *Report) sumUp() {
	slices.Sort(r.Features.Skipped)
	r.Features.Skipped = slices.Compact(r.Features.Skipped)
	r.Summary = Summary{}
	for _, s := range r.Scenarios {
		switch s.Verdict {
		case Passed:
			r.Summary.Passed++
		case KnownIssue:
			r.Summary.KnownIssues++
		case UnexpectedPass:
			r.Summary.UnexpectedPass++
		case Skipped:
			r.Summary.Skipped++
		default:
			r.Summary.Failed++
		}
	}
}

func scenarioReport(record *harness.Record) ScenarioReport {
	s := ScenarioReport{Suite: record.Suite, Scenario: record.Scenario.Name, Needs: featureNames(record.Scenario.Needs), Skipped: record.Skipped}
	for _, k := range record.Known {
		s.Known = append(s.Known, Known{k.Property, k.Facts, k.Reason, k.Address, k.Rare})
	}
	for i, run := range record.Results {
		if i == 0 {
			s.Seeds.First = run.Seed
			s.Numbers = &Numbers{}
		}
		s.Seeds.Count++
		s.Numbers.add(run)
		if run.Failure != nil {
			s.Failures = append(s.Failures, SeedFailure{run.Seed, string(run.Failure.Property), world.ClassOf(run.Failure.Property), run.Known})
		}
	}
	s.Verdict = verdict(record, s.Failures)
	return s
}

func verdict(record *harness.Record, failures []SeedFailure) Verdict {
	news := slices.ContainsFunc(failures, func(f SeedFailure) bool { return !f.Known })
	expected := slices.ContainsFunc(record.Known, func(k raftiface.KnownIssue) bool { return !k.Rare })
	switch {
	case record.Skipped != "":
		return Skipped
	case len(record.Results) == 0 || news:
		return Failed
	case record.Failed && expected:
		return UnexpectedPass
	case record.Failed:
		return Failed
	case len(failures) > 0:
		return KnownIssue
	}
	return Passed
}

func (n *Numbers) add(run harness.Result) {
	n.VirtualNanoseconds += int64(run.Virtual)
	n.Messages += run.Messages
	n.Bytes += run.Bytes
	n.Commits += run.Commits
	n.Operations += run.Operations
	n.Leaked += run.Leaked
}

// featureNames returns the names of the features that are set.
func featureNames(f raftiface.Features) []string {
	names := []string{}
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		if v.Field(i).Bool() {
			names = append(names, v.Type().Field(i).Name)
		}
	}
	return names
}

// removeReport removes what an earlier run wrote: if this one dies, there is to
// be no report, not an old one.
func removeReport(path string) error {
	if err := os.Remove(path); path != "" && err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("suites: conformance report: %w", err)
	}
	return nil
}

func writeReport(path string, r *Report) error {
	if path == "" {
		return nil
	}
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return fmt.Errorf("suites: conformance report: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("suites: conformance report: %w", err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o666); err != nil {
		return fmt.Errorf("suites: conformance report: %w", err)
	}
	return nil
}
