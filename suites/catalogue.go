package suites

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// Catalogue returns the page that lists all scenarios, in Markdown.
func Catalogue() string {
	all := All()
	scenarios := 0
	for _, s := range all {
		scenarios += len(s.Scenarios)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# The scenarios\n\nMade from the suites' tables by `go run ./suites/catalogue`: %d suites, %d scenarios.\n", len(all), scenarios)
	b.WriteString("\nBeyond what its claim says, every scenario is watched by the safety oracles, ends with a healed cluster that must commit on all replicas, and has its client history judged by Porcupine. " +
		"Sections are those of the extended Raft paper unless it says otherwise. A scenario that needs a feature is skipped for an implementation that does not declare it; locks stall in one that is [built with the stand-in](plugging-in/stand-ins.md) for package sync.\n")
	for _, s := range all {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| scenario | replicas | what must hold | paper | needs |\n|---|---|---|---|---|\n", s.Name, s.About)
		for _, sc := range s.Scenarios {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", sc.Name, replicas(sc), sc.Claim, sc.Paper, needs(sc))
		}
	}
	return b.String()
}

func replicas(sc harness.Scenario) string {
	if sc.Vary != nil {
		return fmt.Sprintf("up to %d", sc.Replicas)
	}
	return fmt.Sprint(sc.Replicas)
}

func needs(sc harness.Scenario) string {
	var names []string
	v := reflect.ValueOf(sc.Needs)
	for i := range v.NumField() {
		if v.Field(i).Bool() {
			names = append(names, v.Type().Field(i).Name)
		}
	}
	if sc.Stalls {
		names = append(names, "locks that stall")
	}
	return strings.Join(names, ", ")
}
