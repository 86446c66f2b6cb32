package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is the kill matrix and what follows from it.
type report struct {
	mutants  []Mutant
	verdicts map[string]Verdict
	took     time.Duration
}

func newReport(mutants []Mutant, verdicts []Verdict, took time.Duration) *report {
	r := &report{mutants: mutants, verdicts: map[string]Verdict{}, took: took}
	for _, v := range verdicts {
		r.verdicts[v.Mutant] = v
	}
	return r
}

// score counts the mutants that are not equivalent.
type score struct {
	all, killed, atSeedOne, poor, equivalent int
	runs                                     []int
	survivors                                []string
	refuted                                  []string // called equivalent, and yet killed
	stepped, named                           int      // killed ones that have a first wrong step, and those that were killed by it
	misnamed                                 []string // showed a step that their headers don't know
}

func (r *report) score() (s score) {
	for _, m := range r.mutants {
		v := r.verdicts[m.Name]
		k, killed := v.best(m)
		for _, k := range v.Kills {
			if m.misnamed(k) {
				s.misnamed = append(s.misnamed, fmt.Sprintf("%s (%s in %s)", m.Name, k.Property, k.Scenario))
			}
		}
		switch {
		case m.Equivalent != "":
			s.equivalent++
			if killed {
				s.refuted = append(s.refuted, m.Name)
			}
			continue
		case !killed:
			s.all++
			s.survivors = append(s.survivors, m.Name)
			continue
		}
		s.all++
		s.killed++
		s.runs = append(s.runs, v.Runs)
		if k.Seed == 1 {
			s.atSeedOne++
		}
		if poor(m, k) {
			s.poor++
		}
		if len(m.First.Rules) > 0 {
			s.stepped++
		}
		if m.named(k) {
			s.named++
		}
	}
	return s
}

func (s score) String() string {
	return fmt.Sprintf("%d of %d mutants killed, %d with seed 1, %d poorly; %d equivalent ones do not count.\n"+
		"Of %d that send a wrong message before anything else shows, %d were killed by that message.\n"+
		"Scenarios up to the first kill: median %d, 90th percentile %d.",
		s.killed, s.all, s.atSeedOne, s.poor, s.equivalent, s.stepped, s.named, percentile(50, s.runs), percentile(90, s.runs))
}

// err is nil if those mutants were killed that can be.
func (r *report) err() error {
	s := r.score()
	switch {
	case len(s.survivors) > 0:
		return fmt.Errorf("%d of %d mutants survived: %s", len(s.survivors), s.all, strings.Join(s.survivors, ", "))
	case len(s.refuted) > 0:
		return fmt.Errorf("called equivalent, and yet killed: %s", strings.Join(s.refuted, ", "))
	case len(s.misnamed) > 0:
		return fmt.Errorf("showed a first wrong step that their headers do not name: %s", strings.Join(s.misnamed, ", "))
	}
	return nil
}

// unexplained is nil if there is a reason to keep each of the scenarios.
func (r *report) unexplained(scenarios []string) error {
	var missing []string
	for _, l := range r.scenarioLines(scenarios) {
		if len(l.alone) == 0 && kept[l.name] == "" {
			missing = append(missing, l.name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("kept.go has no reason to keep scenarios that kill nothing which others do not kill: %s", strings.Join(missing, ", "))
}

// kills returns by what each mutant was killed.
func (r *report) kills() map[string]Kill {
	kills := map[string]Kill{}
	for _, m := range r.mutants {
		if k, ok := r.verdicts[m.Name].best(m); ok {
			kills[m.Name] = k
		}
	}
	return kills
}

var columns = []string{"mutant", "breaks", "killed by", "with", "poor", "seed", "runs", "scenarios"}

func (r *report) text() string {
	var matrix, b strings.Builder
	table := tabwriter.NewWriter(&matrix, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(columns, "\t"))
	for _, m := range r.mutants {
		fmt.Fprintln(table, strings.Join(r.row(m), "\t"))
	}
	table.Flush()
	for line := range strings.Lines(matrix.String()) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	fmt.Fprintf(&b, "\n%v\nThe run took %.0f s.\n", r.score(), r.took.Seconds())
	return b.String()
}

// row is a mutant's line in the matrix. The number of scenarios is of those that
// kill it with seed 1.
func (r *report) row(m Mutant) []string {
	v := r.verdicts[m.Name]
	k, killed := v.best(m)
	if !killed {
		fate := "SURVIVED"
		if m.Equivalent != "" {
			fate = "equivalent"
		}
		return []string{m.Name, string(m.Breaks), fate, "", "", "", "", ""}
	}
	mark, scenarios := "", 0
	if poor(m, k) {
		mark = "poor"
	}
	if k.Seed == 1 {
		scenarios = len(v.Kills)
	}
	return []string{m.Name, string(m.Breaks), k.Scenario, string(k.Property), mark, fmt.Sprint(k.Seed), fmt.Sprint(v.Runs), fmt.Sprint(scenarios)}
}

// scenarioLine is what a scenario is worth.
type scenarioLine struct {
	name  string
	kills int      // mutants it kills with seed 1
	alone []string // mutants that no other scenario kills with seed 1
}

// scenarioLines returns the scenarios, those first that kill the most mutants
// which no other one does.
func (r *report) scenarioLines(scenarios []string) []scenarioLine {
	lines := make([]scenarioLine, len(scenarios))
	at := map[string]*scenarioLine{}
	for i, name := range scenarios {
		lines[i].name = name
		at[name] = &lines[i]
	}
	for _, m := range r.mutants {
		kills := r.verdicts[m.Name].Kills
		for _, k := range kills {
			line := at[k.Scenario]
			if line == nil || k.Seed != 1 {
				continue
			}
			line.kills++
			if len(kills) == 1 {
				line.alone = append(line.alone, m.Name)
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b scenarioLine) int {
		return cmp.Or(cmp.Compare(len(b.alone), len(a.alone)), cmp.Compare(b.kills, a.kills))
	})
	return lines
}
