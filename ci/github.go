package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/raftcheck/raftcheck/ci/results"
)

const (
	// maxAnnotations is how many of a kind GitHub takes from a step.
	maxAnnotations = 10
	// maxSummary is how many bytes GitHub takes as the summary of a step.
	maxSummary = 1<<20 - 1
)

// tellGitHub writes annotations and a summary if this is a GitHub action.
func tellGitHub(r *results.Results, around surroundings) error {
	if around.getenv("GITHUB_ACTIONS") == "" {
		return nil
	}
	annotate(around.stdout, r)
	path := around.getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	return appendSummary(path, summary(r))
}

// annotate writes an annotation for every kind of violation, then for every
// regression and problem, up to the limit.
func annotate(w io.Writer, r *results.Results) {
	left := maxAnnotations
	say := func(title, text string) {
		if left--; left >= 0 {
			fmt.Fprintf(w, "::error title=%s::%s\n", escapeProperty(title), escapeData(text))
		}
	}
	for _, f := range r.Fingerprints {
		say(f.Title(), strings.Join(append(f.Facts[:len(f.Facts):len(f.Facts)], times(f.Count)+"; replay: "+f.Replay), "\n"))
	}
	for _, g := range r.Regressions {
		say("Cost regression", describeRegression(g))
	}
	for _, p := range r.Problems {
		say(describeProblem(p), p.Text)
	}
}

// What GitHub takes for line ends and separators in its commands.
var (
	dataEscaper     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscaper = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeData(s string) string     { return dataEscaper.Replace(s) }
func escapeProperty(s string) string { return propertyEscaper.Replace(s) }

// summary returns the results as a page of Markdown, the least important last.
func summary(r *results.Results) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## raftcheck: %s\n\n", describeVerdict(r))
	for i, f := range r.Fingerprints {
		fmt.Fprintf(&b, "### %s (%s)\n\n```\n%s\n```\n\n", cell(f.Title()), times(f.Count), fenced(f.Replay))
		if i < maxAnnotations {
			fmt.Fprintf(&b, "```\n%s\n```\n\n", fenced(strings.Join(f.Facts, "\n")))
		}
	}
	for _, g := range r.Regressions {
		fmt.Fprintf(&b, "- %s\n", cell(describeRegression(g)))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "\n### %s\n\n```\n%s\n```\n\n", cell(describeProblem(p)), fenced(p.Text))
	}
	for _, g := range r.Unjudged {
		fmt.Fprintf(&b, "- %s\n", cell(describeGap(g)))
	}
	b.WriteString("\n| scenario | runs | failed |\n|---|--:|--:|\n")
	for _, s := range r.Scenarios {
		failed := 0
		for _, run := range s.Runs {
			if run.Failure != nil && !run.Known {
				failed++
			}
		}
		if s.Skipped == "" {
			fmt.Fprintf(&b, "| %s | %d | %d |\n", cell(s.Name()), len(s.Runs), failed)
		}
	}
	return b.String()
}

// cell returns a text that stays in its line and in its cell.
func cell(s string) string { return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(s) }

// fenced returns a text that does not end the block of code it is in.
func fenced(s string) string { return strings.ReplaceAll(s, "```", "'''") }

const cutShort = "\n```\n\nThe rest is left out: GitHub takes 1 MiB. It is in results.json.\n"

// appendSummary appends to the summary as much as GitHub takes.
func appendSummary(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	if left := maxSummary - int(info.Size()); len(text) > left {
		end := strings.LastIndexByte(text[:max(0, left-len(cutShort))], '\n')
		text = text[:end+1] + cutShort
	}
	if _, err := f.WriteString(text); err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return nil
}
