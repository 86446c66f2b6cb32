package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites"
)

// A verdict is what came of judging a checkout: for people, and for programs.
type verdict struct {
	outcome *outcome.Outcome
	report  *suites.Report
	chosen  int            // how many scenarios were to be judged
	ended   suites.Summary // those that were

	checkout      string   // the Raft's directory
	notes         []string // what to know before reading on
	electionsOnly bool
	// interrupted says that the others will not be.
	interrupted bool
}

// newVerdict returns the verdict on what was chosen before any of it is judged.
func newVerdict(s choice.Suite) *verdict {
	return &verdict{report: new(suites.Report), chosen: len(s.Scenarios)}
}

// cutOff makes the verdict the one that the judge had come to when it was ended.
func (v *verdict) cutOff(said []byte) *verdict {
	v.interrupted = true
	v.read(said) // as far as it goes
	v.outcome.CutOff()
	return v
}

// read takes in what the judge said, as go test -json does. That its package
// failed says no more than that a scenario did.
func (v *verdict) read(said []byte) (err error) {
	v.outcome, err = outcome.Read(bytes.NewReader(said), v.see)
	v.outcome.Failed = slices.DeleteFunc(v.outcome.Failed, func(name string) bool { return name == judgePackage })
	return err
}

// see counts the scenarios that end. Their tests are in that of their suite.
func (v *verdict) see(e outcome.Event) error {
	if strings.Count(e.Test, "/") != 2 {
		return nil
	}
	switch e.Action {
	case "pass":
		v.ended.Passed++
	case "fail":
		v.ended.Failed++
	case "skip":
		v.ended.Skipped++
	}
	return nil
}

// add takes in the verdict on other scenarios.
func (v *verdict) add(other *verdict) {
	v.outcome.Add(other.outcome)
	v.report.Add(other.report)
	v.chosen += other.chosen
	v.ended.Passed += other.ended.Passed
	v.ended.Failed += other.ended.Failed
	v.ended.Skipped += other.ended.Skipped
	v.interrupted = v.interrupted || other.interrupted
}

// failed reports whether a scenario failed. One that the checkout lacks a
// feature for is no failure.
func (v *verdict) failed() bool { return len(v.outcome.Failed) > 0 }

// tell writes the verdict: for people, or for a program on standard output and
// for people on standard error. A part of a conformance report is none.
func (v *verdict) tell(program bool, stdout, stderr io.Writer) error {
	if !program {
		return v.print(stdout)
	}
	v.print(stderr)
	if v.interrupted {
		return nil
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "\t")
	return encoder.Encode(v.report)
}

// print writes what broke, the table, the failures in the order in which they are
// worth reading, and the score.
func (v *verdict) print(w io.Writer) error {
	var text bytes.Buffer
	v.printSummary(&text)
	if len(v.outcome.Results) > 0 {
		var table bytes.Buffer
		v.outcome.PrintTable(&table)
		fmt.Fprintf(&text, "%s\n", testNames.ReplaceAll(table.Bytes(), nil))
	}
	for _, said := range v.reports() {
		fmt.Fprintln(&text, said)
	}
	_, err := fmt.Fprintf(w, "%s%s\n", text.Bytes(), v.score())
	return err
}

// reports returns what the tests that failed said, those first that the summary
// names first.
func (v *verdict) reports() (all []string) {
	failures := v.outcome.Failures()
	breaches := v.breaches()
	rank := func(f outcome.Failure) int {
		return slices.IndexFunc(breaches, func(b breach) bool { return slices.Contains(b.scenarios, scenarioOf(f.Name)) })
	}
	slices.SortStableFunc(failures, func(a, b outcome.Failure) int { return cmp.Compare(uint(rank(a)), uint(rank(b))) })
	for _, f := range failures {
		said := testLines.ReplaceAllString(f.Said, "")
		if !strings.Contains(said, scenarioOf(f.Name)) {
			said = scenarioOf(f.Name) + " failed\n" + said
		}
		all = append(all, said)
	}
	return all
}

// scenarioOf returns the scenario that a test of the judge is about.
func scenarioOf(test string) string { return testNames.ReplaceAllString(test, "") }

// What go test says of the generated module is nobody's business: the names of
// its package and test, how it sets off what the harness says, and the numbers of
// a run, which are in the table.
var (
	testNames = regexp.MustCompile(`(?m)\b` + judgePackage + ` ` + testName + `/`)
	testLines = regexp.MustCompile(`(?m)^(    \w+\.go:\d+: (\.\.\. (FAILED|Passed) --.*\n)?| {8})`)
)

// score sums up in a line.
func (v *verdict) score() string {
	text := fmt.Sprintf("score: %d of %d scenarios passed", v.ended.Passed, v.ended.Passed+v.ended.Failed)
	if v.electionsOnly {
		text += " of elections, by which alone it was judged"
	}
	if v.ended.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped%s", v.ended.Skipped, v.whySkipped())
	}
	text += v.tolerated()
	if v.interrupted {
		text += fmt.Sprintf("; interrupted, so %d of %d scenarios were not judged", v.chosen-v.judged(), v.chosen)
	}
	return text
}

// tolerated says what only -strict counts as a failure.
func (v *verdict) tolerated() (text string) {
	leaked := 0
	var costly []string
	for _, r := range v.outcome.Results {
		leaked += r.Leaked
		if name := r.Suite + "/" + r.Scenario; r.Known && !slices.Contains(costly, name) {
			costly = append(costly, name)
		}
	}
	if leaked > 0 {
		text += fmt.Sprintf("; %d goroutines were left after Kill, which only -strict counts as a failure", leaked)
	}
	if len(costly) > 0 {
		text += fmt.Sprintf("; %s cost more than the bound, which only -strict counts as a failure", join(costly))
	}
	return text
}

// whySkipped says for what scenarios were skipped.
func (v *verdict) whySkipped() (text string) {
	if lacking := v.report.Features.Skipped; len(lacking) > 0 {
		text = " for lack of " + join(lacking)
	}
	if slices.ContainsFunc(v.report.Scenarios, v.isOfOtherSize) {
		text += ", some for clusters of a size that no lab has"
	}
	return text
}

// isOfOtherSize reports whether a scenario was skipped though nothing that it needs
// is lacking: for the size of its cluster.
func (v *verdict) isOfOtherSize(s suites.ScenarioReport) bool {
	lacks := func(need string) bool { return slices.Contains(v.report.Features.Skipped, need) }
	return s.Skipped != "" && !slices.ContainsFunc(s.Needs, lacks)
}

// judged is how many scenarios have a verdict, or need none.
func (v *verdict) judged() int { return v.ended.Passed + v.ended.Failed + v.ended.Skipped }

// join puts words together as a sentence does.
func join(words []string) string {
	text := ""
	for i, word := range words {
		switch {
		case i > 0 && i == len(words)-1:
			text += " and "
		case i > 0:
			text += ", "
		}
		text += word
	}
	return text
}
