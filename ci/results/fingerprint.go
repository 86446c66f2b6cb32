package results

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// fingerprints returns the kinds of violations, by scenario and seed.
func fingerprints(scenarios []Scenario) []Fingerprint {
	all := []Fingerprint{}
	for _, s := range scenarios {
		kinds := map[string]int{} // by ID, the place in all
		for _, run := range s.Runs {
			if !run.violates() {
				continue
			}
			f := newFingerprint(s, run)
			if i, ok := kinds[f.ID]; ok {
				all[i].Count++
				continue
			}
			kinds[f.ID] = len(all)
			all = append(all, f)
		}
	}
	return all
}

func newFingerprint(s Scenario, run Run) Fingerprint {
	f := Fingerprint{
		Package: s.Package, Test: s.Test, Suite: s.Suite, Scenario: s.Scenario,
		Property: run.Failure.Property, Class: run.Failure.Class, Shape: shape(*run.Failure), Facts: run.Failure.Facts,
		Count: 1, FirstSeed: run.Seed, Replay: harness.ReplayCommandOf(s.Package, s.Test, run.Seed),
	}
	key := []string{f.Package, f.Test, f.Suite, f.Scenario, string(f.Property), strings.Join(f.Shape, "\n")}
	f.ID = fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(key, "\n"))))[:8]
	return f
}

// Title says in a line what was violated, where, and how often.
func (f Fingerprint) Title() string {
	return fmt.Sprintf("%s/%s: %s violated, first with seed %d", f.Suite, f.Scenario, f.Property, f.FirstSeed)
}

// remarks begin facts that say what else came to light. They are no part of the
// shape.
var remarks = regexp.MustCompile(`^(before that|Porcupine): `)

// shape returns the facts with what varies from seed to seed taken out.
func shape(f Failure) []string {
	lines := []string{}
	for _, fact := range f.Facts {
		if remarks.MatchString(fact) {
			continue
		}
		if f.Property == world.Linearizability { // the rest lists operations, as many as there happen to be
			fact, _, _ = strings.Cut(fact, "\n")
		}
		for line := range strings.Lines(fact) {
			lines = append(lines, normalize(line))
		}
	}
	return slices.Compact(lines)
}

// What varies, and what stands for it, in this order.
var variable = []struct {
	pattern *regexp.Regexp
	stands  string
}{
	{regexp.MustCompile(`"(?:[^"\\]|\\.)*"`), `"…"`},
	{regexp.MustCompile(`\b0x[0-9a-fA-F]+\b`), "N"},
	{regexp.MustCompile(`-?(?:\d+(?:\.\d+)?(?:ns|µs|ms|s|m|h))+\b`), "N"},
	{regexp.MustCompile(`-?\d+(?:\.\d+)?`), "N"},
	{regexp.MustCompile(`\[N?(?:[ ,]+N)*\]`), "[N]"},
	{regexp.MustCompile(`\s+`), " "},
}

func normalize(line string) string {
	for _, v := range variable {
		line = v.pattern.ReplaceAllString(line, v.stands)
	}
	return strings.TrimSpace(line)
}
