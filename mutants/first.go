package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// A firstStep is what a mutant's first wrong step is, for who reads the messages.
type firstStep struct {
	// Rules are those of which the step breaks one; which one depends on the run. There
	// are none if no message is wrong.
	Rules []checker.Property
	// Text is the header's: the rules, or "none: " and why; empty if nobody has said.
	Text string
}

// readFirst reads a header's First.
func readFirst(text string) (firstStep, error) {
	first := firstStep{Text: text}
	if text == "" || strings.HasPrefix(text, "none: ") {
		return first, nil
	}
	for name := range strings.SplitSeq(text, ", ") {
		if !steps.IsRule(checker.Property(name)) {
			return firstStep{}, fmt.Errorf(`want rules of %q with commas between, or "none: " and why no message is wrong; got %q`, steps.Rules(), name)
		}
		first.Rules = append(first.Rules, checker.Property(name))
	}
	return first, nil
}

// misnamed reports whether a kill is by another message than what a mutant is said to
// send first.
func (m Mutant) misnamed(k Kill) bool {
	return steps.IsRule(k.Property) && m.First.Text != "" && !slices.Contains(m.First.Rules, k.Property)
}

// named reports whether a kill is by a mutant's first wrong step.
func (m Mutant) named(k Kill) bool { return slices.Contains(m.First.Rules, k.Property) }

// String is the rules, or "none".
func (f firstStep) String() string {
	if len(f.Rules) > 0 {
		return f.Text
	}
	none, _, _ := strings.Cut(f.Text, ":")
	return none
}
