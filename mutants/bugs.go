package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

// bugsPage returns the page docs/bugs.md: the mutants by family, and what killed
// them.
func bugsPage(mutants []Mutant, kills map[string]Kill) string {
	var b strings.Builder
	b.WriteString("# Raft bugs by family\n\n" +
		"Made by `go run ./mutants -update` from the patches in `mutants/corpus` and from what killed them last (`go test ./mutants -run TestBugsPage -update` writes it anew without running a suite). " +
		"Each bug is judged at seed 1, and with up to fifty seeds if it survives that: a Raft that passes all suites so has none of those in the tables but the equivalent ones, which no schedule shows in the reference. Other bugs of the same families may pass. [mutants.md](mutants.md) says of each what makes it show.\n\n" +
		"The first wrong step is the message by which a reader of the trace sees the bug, before its consequence: the rule that it breaks, or several if that depends on the run.\n")
	b.WriteString("\n## What a failure looks like\n\n" +
		"By the property that a report names, or by its first wrong step: the families of the bugs here that show so, those with the most first.\n\n")
	header(&b, "property or rule", "what it promises", "looks like")
	for _, p := range shownBy(mutants, kills) {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p, cell(world.ClaimOf(p)), strings.Join(looksLike(p, mutants, kills), ", "))
	}
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", f.title, f.happens)
		header(&b, "bug", "what is wrong", "convicted by", "first wrong step", "reported")
		for _, m := range mutants {
			if f.has(m) {
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", m.Name, cell(m.What), convictedBy(m, kills), m.First, m.Source)
			}
		}
		if len(f.further) > 0 {
			b.WriteString("\nReported elsewhere:\n\n")
			list(&b, f.further)
		}
	}
	b.WriteString("\n## Beyond the contract\n\n" +
		"What the suites cannot show, since [the contract](../raftiface) between a Raft and its judge has no words for it:\n\n")
	list(&b, beyond)
	return b.String()
}

func list(b *strings.Builder, bugs [][2]string) {
	for _, bug := range bugs {
		fmt.Fprintf(b, "- %s: %s\n", bug[0], bug[1])
	}
}

// cell keeps text within its cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func convictedBy(m Mutant, kills map[string]Kill) string {
	k, killed := kills[m.Name]
	switch {
	case m.Equivalent != "":
		return "equivalent"
	case !killed:
		return ""
	case k.Seed > 1:
		return fmt.Sprintf("%s: %s, seed %d", k.Scenario, k.Property, k.Seed)
	}
	return fmt.Sprintf("%s: %s", k.Scenario, k.Property)
}

// shows returns the property that killed a mutant and the rules of its first step.
func shows(m Mutant, kills map[string]Kill) []checker.Property {
	k, killed := kills[m.Name]
	if !killed {
		return nil
	}
	return append([]checker.Property{k.Property}, m.First.Rules...)
}

// shownBy returns the rules and the properties by which some mutant shows, those of
// messages first.
func shownBy(mutants []Mutant, kills map[string]Kill) []checker.Property {
	all := steps.Rules()
	var others []checker.Property
	for _, m := range mutants {
		others = append(others, shows(m, kills)...)
	}
	slices.Sort(others)
	for _, p := range slices.Compact(others) {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// looksLike returns links to the families of which a mutant shows by a property,
// those with the most of them first. A slip is of no place.
func looksLike(p checker.Property, mutants []Mutant, kills map[string]Kill) (links []string) {
	n := map[string]int{}
	for _, m := range mutants {
		if slices.Contains(shows(m, kills), p) {
			n[strings.SplitN(m.Name, "/", 2)[0]]++
		}
	}
	byNumber := slices.Clone(families)
	slices.SortStableFunc(byNumber, func(a, b family) int { return n[b.folder] - n[a.folder] })
	for _, f := range byNumber {
		if n[f.folder] > 0 && f.folder != slips {
			links = append(links, fmt.Sprintf("[%s](#%s) (%d)", strings.ToLower(f.title), f.anchor(), n[f.folder]))
		}
	}
	return links
}
