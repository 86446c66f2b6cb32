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
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// event is a line of go test -json; see go doc test2json.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Key     string
	Value   string
}

// Outcome is what one or more runs of go test said.
type Outcome struct {
	// Results are those of all runs of all scenarios.
	Results []harness.Result
	// Skipped and Failed are the names of tests; Failed has packages too.
	Skipped, Failed []string

	output map[string][]string // by name
}

// Read takes in the output of go test -json, or of go tool test2json, to its
// end.
func Read(r io.Reader) (*Outcome, error) {
	o := &Outcome{output: map[string][]string{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("go test -json printed a line that is not JSON: %q", lines.Text())
		}
		if err := o.add(e); err != nil {
			return nil, err
		}
	}
	return o, lines.Err()
}

func (o *Outcome) add(e event) error {
	name := strings.TrimSuffix(e.Package+" "+e.Test, " ")
	switch e.Action {
	case "attr":
		if e.Key != harness.ResultAttr {
			return nil
		}
		var r harness.Result
		if err := json.Unmarshal([]byte(e.Value), &r); err != nil {
			return fmt.Errorf("%s: the result is not JSON: %w", name, err)
		}
		o.Results = append(o.Results, r)
	case "output", "build-output":
		if !strings.HasPrefix(e.Output, "=== ") {
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

// Add takes in another outcome.
func (o *Outcome) Add(other *Outcome) {
	o.Results = append(o.Results, other.Results...)
	o.Skipped = append(o.Skipped, other.Skipped...)
	o.Failed = append(o.Failed, other.Failed...)
	maps.Copy(o.output, other.output)
}

// Passed reports whether scenarios were run and nothing failed.
func (o *Outcome) Passed() bool { return len(o.Failed) == 0 && len(o.Results) > 0 }

// row sums up the runs of one scenario.
type row struct {
	suite, scenario  string
	runs, failures   int
	replicas         int
	virtual, wall    time.Duration
	messages, bytes  int
	commits, judged  int
	firstFailedSeed  uint64
	violatedProperty string
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
	if w.failures++; w.failures == 1 {
		w.firstFailedSeed, w.violatedProperty = r.Seed, string(r.Failure.Property)
	}
}

func (w *row) verdict() string {
	if w.failures == 0 {
		return "passed"
	}
	return fmt.Sprintf("FAILED %d of %d: %s, seed %d", w.failures, w.runs, w.violatedProperty, w.firstFailedSeed)
}

// PrintFailures writes what the tests that failed said. A test that failed only
// because one of its subtests did is left out.
func (o *Outcome) PrintFailures(w io.Writer) {
	for _, name := range o.Failed {
		said := slices.DeleteFunc(slices.Clone(o.output[name]), isVerdict)
		inner := func(other string) bool {
			return strings.HasPrefix(other, name+"/") || strings.HasPrefix(other, name+" ")
		}
		if len(said) > 0 || !slices.ContainsFunc(o.Failed, inner) {
			fmt.Fprintf(w, "--- FAIL: %s\n%s\n", name, strings.Join(said, ""))
		}
	}
}

// isVerdict reports whether a line says no more than that something failed.
func isVerdict(line string) bool {
	line = strings.TrimSpace(line)
	return line == "FAIL" || strings.HasPrefix(line, "--- FAIL: ") || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "exit status ")
}

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
		total.failures += r.failures
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
			len(o.rows()), total.runs, total.failures, total.virtual.Seconds(), total.wall.Seconds(), total.virtual.Seconds()/total.wall.Seconds())
	}
}
