package main

import (
	"fmt"
	"strings"

	"github.com/raftcheck/raftcheck/suites"
)

// markdown returns the page docs/mutants.md.
func (r *report) markdown() string {
	var b strings.Builder
	b.WriteString("# Mutants: what the suites catch\n\n" +
		"Made by `go run ./mutants -update`. A mutant is the reference Raft with one bug, a patch in `mutants/corpus`. " +
		"Every scenario runs on each with seed 1, as `go test ./suites/...` runs it, and with up to 50 seeds on those that survive that. " +
		"A mutant that breaks safety is killed poorly if nothing but its consequences were seen, such as no agreement in time.\n\n")
	fmt.Fprintf(&b, "%s\n\n", strings.ReplaceAll(r.score().String(), "\n", "\n\n"))
	header(&b, columns...)
	for _, m := range r.mutants {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r.row(m), " | "))
	}
	fmt.Fprintf(&b, "\nRuns are scenarios in the suites' order, up to the first that kills. The last column counts those that kill with seed 1. A mutant that hangs is not run any further once it has hung %d of them.\n", enoughHangs)
	r.describeMutants(&b)
	r.describeScenarios(&b)
	return b.String()
}

func header(b *strings.Builder, columns ...string) {
	fmt.Fprintf(b, "| %s |\n%s|\n", strings.Join(columns, " | "), strings.Repeat("|---", len(columns)))
}

func (r *report) describeMutants(b *strings.Builder) {
	b.WriteString("\n## The mutants\n\n")
	for _, m := range r.mutants {
		fmt.Fprintf(b, "- **%s**: %s\n  *Shows:* %s", m.Name, m.What, m.Schedule)
		if m.First.Text != "" {
			fmt.Fprintf(b, "\n  *First wrong step:* %s.", m.First.Text)
		}
		if m.Source != "" {
			fmt.Fprintf(b, "\n  *Seen:* %s.", m.Source)
		}
		if m.Equivalent != "" {
			fmt.Fprintf(b, "\n  *Equivalent:* %s", m.Equivalent)
		}
		b.WriteString("\n")
	}
}

func (r *report) describeScenarios(b *strings.Builder) {
	b.WriteString("\n## The scenarios, by the mutants that only they kill\n\n" +
		"With seed 1. For a scenario that kills none which others do not kill, the reason to keep it.\n\n")
	header(b, "scenario", "kills", "only it kills", "kept because")
	for _, l := range r.scenarioLines(allScenarios()) {
		reason := ""
		if len(l.alone) == 0 {
			reason = kept[l.name]
		}
		fmt.Fprintf(b, "| %s | %d | %s | %s |\n", l.name, l.kills, strings.Join(l.alone, ", "), reason)
	}
}

// allScenarios returns the names of all scenarios, in the order of the suites.
func allScenarios() (names []string) {
	for _, s := range suites.All() {
		for _, sc := range s.Scenarios {
			names = append(names, s.Name+"/"+sc.Name)
		}
	}
	return names
}
