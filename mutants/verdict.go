package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A Verdict is what the suites made of a mutant.
type Verdict struct {
	Mutant string
	// Kills are the scenarios that failed with seed 1, in the suites' order; if
	// none did, the first that failed with a later seed; none for a survivor.
	Kills []Kill `json:",omitempty"`
	// Runs is how many scenarios were run up to the first kill.
	Runs int
}

// A Kill is a scenario that failed on a mutant.
type Kill struct {
	Scenario string // "election/ReElection"
	Property checker.Property
	Seed     int
}

// add takes in what a run of the judge came to. Of a scenario's seeds the first
// that failed counts.
func (v *Verdict) add(results []harness.Result) {
	for _, r := range results {
		if len(v.Kills) == 0 {
			v.Runs++
		}
		name := r.Suite + "/" + r.Scenario
		if r.Failure == nil || r.Failure.Property == world.Harness || slices.ContainsFunc(v.Kills, func(k Kill) bool { return k.Scenario == name }) {
			continue
		}
		v.Kills = append(v.Kills, Kill{name, r.Failure.Property, int(r.Seed)})
	}
}

// best returns the kill that says most of a mutant: by its first wrong step, by the
// very property it breaks, or by another safety property if it is one, or any. It
// reports false for a survivor.
func (v Verdict) best(m Mutant) (kill Kill, ok bool) {
	for _, good := range []func(Kill) bool{
		m.named,
		func(k Kill) bool { return k.Property == m.Breaks },
		func(k Kill) bool { return m.breaksSafety() && k.isProof() },
		func(Kill) bool { return true },
	} {
		if i := slices.IndexFunc(v.Kills, good); i >= 0 {
			return v.Kills[i], true
		}
	}
	return Kill{}, false
}

// poor reports whether a bug that breaks safety was only caught by its
// consequences: no agreement in time, or undecided.
func poor(m Mutant, k Kill) bool { return m.breaksSafety() && !k.isProof() }

// isProof reports whether a scenario failed by what never may happen.
func (k Kill) isProof() bool { return world.ClassOf(k.Property) == world.Safety }

// percentile returns the p-th percentile of values, 0 without any.
func percentile(p int, values []int) int {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, p*len(sorted)/100)]
}

// readKills reads what writeKills wrote: by what each mutant was killed.
func readKills(path string) (map[string]Kill, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var kills map[string]Kill
	if err := json.Unmarshal(data, &kills); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return kills, nil
}

func writeKills(path string, kills map[string]Kill) error {
	data, err := json.MarshalIndent(kills, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o666)
}
