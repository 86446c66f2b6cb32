package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"

	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites"
)

// A verdict is what came of judging a checkout: for people, and for programs.
type verdict struct {
	outcome *outcome.Outcome
	report  *suites.Report
}

// passed reports whether no scenario failed. One that the checkout lacks a
// feature for is no failure.
func (v *verdict) passed() bool { return v.report.Summary.Failed == 0 }

// print writes the table, the failures and the score.
func (v *verdict) print(w io.Writer) {
	var all bytes.Buffer
	if len(v.outcome.Results) > 0 {
		v.outcome.PrintTable(&all)
		fmt.Fprintln(&all)
	}
	v.outcome.PrintFailures(&all)
	fmt.Fprintln(&all, v.score())
	w.Write(internals.ReplaceAll(all.Bytes(), nil))
}

// internals are what go test says of the generated module, which is nobody's
// business: the name of its package and test, and lines of the harness.
var internals = regexp.MustCompile(`(?m)\blab ` + testName + `/|^ {4}\w+\.go:\d+: `)

// score sums up in a line.
func (v *verdict) score() string {
	s := v.report.Summary
	text := fmt.Sprintf("score: %d of %d scenarios passed", s.Passed, s.Passed+s.Failed)
	if s.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped for lack of %s", s.Skipped, join(v.report.Features.Skipped))
	}
	leaked := 0
	for _, sc := range v.report.Scenarios {
		if sc.Numbers != nil {
			leaked += sc.Numbers.Leaked
		}
	}
	if leaked > 0 {
		text += fmt.Sprintf("; %d goroutines were left after Kill, which only -strict counts as a failure", leaked)
	}
	return text
}

func (v *verdict) printJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "\t")
	return encoder.Encode(v.report)
}

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
