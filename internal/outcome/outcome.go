// Package outcome reads what go test -json says of the scenarios that a test
// binary ran, and prints it as a table.
package outcome

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// Event is a line of go test -json; see go doc test2json. What a build prints
// has an ImportPath and no Package.
type Event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	Key         string
	Value       string
	FailedBuild string

	// framing says that Output is not what a test printed, but a line in which
	// package testing speaks to programs, or a piece of one: test2json cuts long
	// lines.
	framing bool
}

// Outcome is what one or more runs of go test said. The zero value is that of no
// run.
type Outcome struct {
	// Results are those of all runs of all scenarios.
	Results []harness.Result
	// Clues are those that failures left.
	Clues []harness.Clue
	// Skipped and Failed are the names of tests; Failed has packages too.
	Skipped, Failed []string

	output map[string][]string // by name
	open   map[string]bool     // tests that have not ended, and a run of which failed in a way that is not known
}

// Name returns the name of the package or test that the event is about.
func (e Event) Name() string {
	return strings.TrimSpace(cmp.Or(e.Package, e.ImportPath) + " " + e.Test)
}

// Result returns the result that the event is about; ok is false if it is not
// about one.
func (e Event) Result() (r harness.Result, ok bool, err error) {
	if e.Action != "attr" || e.Key != harness.ResultAttr {
		return r, false, nil
	}
	if err := json.Unmarshal([]byte(e.Value), &r); err != nil {
		return r, false, fmt.Errorf("%s: the result is not JSON: %w", e.Name(), err)
	}
	return r, true, nil
}

// Read takes in the output of go test -json, or of go tool test2json, to its
// end. Each event is also given to all who want to see it, as it comes. With an
// error, the outcome is that of what came before.
func Read(r io.Reader, see ...func(Event) error) (*Outcome, error) {
	o := &Outcome{output: map[string][]string{}, open: map[string]bool{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	framing := map[string]bool{} // by name, whether a line of that kind goes on
	for lines.Scan() {
		var e Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return o, fmt.Errorf("go test -json printed a line that is not JSON: %q", lines.Text())
		}
		if e.Action == "output" {
			name := e.Name()
			e.framing = framing[name] || strings.HasPrefix(e.Output, "=== ")
			framing[name] = e.framing && !strings.HasSuffix(e.Output, "\n")
		}
		for _, f := range append([]func(Event) error{o.add}, see...) {
			if err := f(e); err != nil {
				return o, err
			}
		}
	}
	return o, lines.Err()
}

func (o *Outcome) add(e Event) error {
	name := e.Name()
	if e.Ends() {
		delete(o.open, name)
	}
	switch e.Action {
	case "attr":
		if e.Key == harness.ClueAttr {
			return o.addClue(e)
		}
		r, ok, err := e.Result()
		if ok {
			o.Results = append(o.Results, r)
		}
		if r.Failure != nil && !r.Known {
			o.open[name] = true
		}
		return err
	case "output", "build-output":
		if e.IsText() {
			o.output[name] = append(o.output[name], e.Output)
		}
	case "skip":
		if e.Test != "" {
			o.Skipped = append(o.Skipped, name)
		}
	case "fail", "build-fail":
		o.Failed = append(o.Failed, name)
	}
	return nil
}

// IsText reports whether the event is something that was printed, not what
// package testing says to programs.
func (e Event) IsText() bool {
	return (e.Action == "output" || e.Action == "build-output") && !e.framing
}

// Ends reports whether the event is the end of a test or package.
func (e Event) Ends() bool { return e.Action == "pass" || e.Action == "fail" || e.Action == "skip" }

// CutOff takes tests for failed that will not come to their end, if a run of
// theirs failed and that is no known issue.
func (o *Outcome) CutOff() {
	o.Failed = append(o.Failed, slices.Sorted(maps.Keys(o.open))...)
	clear(o.open)
}

// Add takes in another outcome. What is about the same package or test is put
// together.
func (o *Outcome) Add(other *Outcome) {
	o.Results = append(o.Results, other.Results...)
	o.Clues = append(o.Clues, other.Clues...)
	o.Skipped = append(o.Skipped, other.Skipped...)
	for _, name := range other.Failed {
		if !slices.Contains(o.Failed, name) {
			o.Failed = append(o.Failed, name)
		}
	}
	if o.output == nil {
		o.output = map[string][]string{}
	}
	for name, lines := range other.output {
		o.output[name] = append(o.output[name], lines...)
	}
}

// Passed reports whether scenarios were run and nothing failed.
func (o *Outcome) Passed() bool { return len(o.Failed) == 0 && len(o.Results) > 0 }

// row sums up the runs of one scenario.
type row struct {
	suite, scenario string
	runs            int
	failed, excused failures // those that fail the test, and those that do not
	replicas        int
	virtual, wall   time.Duration
	messages, bytes int
	commits, judged int
}

// failures of a scenario, of which the first one is shown.
type failures struct {
	n        int
	seed     uint64
	property string
}

func (o *Outcome) rows() []*row {
	byName := map[string]*row{}
	var rows []*row
	for _, r := range o.Results {
		name := r.Suite + "/" + r.Scenario
		if byName[name] == nil {
			byName[name] = &row{suite: r.Suite, scenario: r.Scenario, replicas: r.Replicas}
			rows = append(rows, byName[name])
		}
		byName[name].add(r)
	}
	slices.SortStableFunc(rows, func(a, b *row) int { return cmp.Compare(a.suite, b.suite) })
	return rows
}

func (w *row) add(r harness.Result) {
	w.runs++
	w.virtual += r.Virtual
	w.wall += r.Wall
	w.messages += r.Messages
	w.bytes += r.Bytes
	w.commits += r.Commits
	w.judged += r.Operations
	if r.Failure == nil {
		return
	}
	kind := &w.failed
	if r.Known {
		kind = &w.excused
	}
	if kind.n++; kind.n == 1 {
		kind.seed, kind.property = r.Seed, string(r.Failure.Property)
	}
}

func (w *row) verdict() string {
	kind, says := w.failed, "FAILED"
	if kind.n == 0 {
		kind, says = w.excused, "passed, not counted"
	}
	if kind.n == 0 {
		return "passed"
	}
	return fmt.Sprintf("%s %d of %d: %s, seed %d", says, kind.n, w.runs, kind.property, kind.seed)
}

// A Failure is a test or package that failed, and what it said.
type Failure struct{ Name, Said string }

// Failures returns what failed. A test that failed only because one of its
// subtests did is left out.
func (o *Outcome) Failures() (all []Failure) {
	for _, name := range o.Failed {
		said := slices.DeleteFunc(slices.Clone(o.output[name]), IsVerdict)
		inner := func(other string) bool {
			return strings.HasPrefix(other, name+"/") || strings.HasPrefix(other, name+" ")
		}
		if len(said) > 0 || !slices.ContainsFunc(o.Failed, inner) {
			all = append(all, Failure{name, strings.Join(said, "")})
		}
	}
	return all
}

// PrintFailures writes what failed and what it said.
func (o *Outcome) PrintFailures(w io.Writer) {
	for _, f := range o.Failures() {
		fmt.Fprintf(w, "--- FAIL: %s\n%s\n", f.Name, f.Said)
	}
}

// IsVerdict reports whether a line says no more than that something passed,
// failed or was skipped.
func IsVerdict(line string) bool {
	line = strings.TrimSpace(line)
	return line == "PASS" || line == "FAIL" || verdictLine.MatchString(line)
}

var verdictLine = regexp.MustCompile(`^(--- (PASS|FAIL|SKIP): |FAIL\t|exit status )`)

// PrintTable writes a line for every scenario, those that were skipped, and the
// sums.
func (o *Outcome) PrintTable(w io.Writer) {
	var total row
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "suite\tscenario\treplicas\tseeds\tvirtual s\twall s\tmessages\tbytes\tcommits\tjudged\t  verdict\t")
	for _, r := range o.rows() {
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%.1f\t%.2f\t%d\t%d\t%d\t%d\t  %s\t\n", r.suite, r.scenario, r.replicas, r.runs,
			r.virtual.Seconds(), r.wall.Seconds(), r.messages, r.bytes, r.commits, r.judged, r.verdict())
		total.runs += r.runs
		total.failed.n += r.failed.n
		total.virtual += r.virtual
		total.wall += r.wall
	}
	table.Flush()
	for _, name := range o.Skipped {
		fmt.Fprintf(w, "skipped: %s\n", name)
	}
	switch {
	case len(o.Results) == 0:
		fmt.Fprintln(w, "no scenario was run: do the tests of these packages call suites.Run or harness.Run?")
	default:
		fmt.Fprintf(w, "%d scenarios, %d runs, %d failed; %.0f s of virtual time in %.1f s of scenario time: %.0f to 1\n",
			len(o.rows()), total.runs, total.failed.n, total.virtual.Seconds(), total.wall.Seconds(), total.virtual.Seconds()/total.wall.Seconds())
		o.printStates(w)
	}
}
