package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
)

// rules are those that a run's messages are held against.
var rules = []checker.Property{
	"One Vote", "Office Won", "One Leader", "Up-to-Date Vote", "Keeps Entries", "No Older Term",
	"Backed Acknowledgement", "One Entry", "Quorum Commits", "Saved First",
}

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
		if !slices.Contains(rules, checker.Property(name)) {
			return firstStep{}, fmt.Errorf(`want rules of %q with commas between, or "none: " and why no message is wrong; got %q`, rules, name)
		}
		first.Rules = append(first.Rules, checker.Property(name))
	}
	return first, nil
}

// String is the rules, or "none".
func (f firstStep) String() string {
	if len(f.Rules) > 0 {
		return f.Text
	}
	none, _, _ := strings.Cut(f.Text, ":")
	return none
}
