// Package baseline keeps what scenarios cost, and says when they cost more.
//
// A seed determines a run, so its costs are exact: they change if the Raft, a
// scenario or the harness does, and at no other time. Costs per commit are
// compared rather than sums, for a run that does more is no worse.
package baseline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"

	"github.com/raftcheck/raftcheck/ci/results"
)

// Schema names the form of a [Baseline].
const Schema = "raftcheck/baseline/1"

// defaultTolerance is in per cent.
const defaultTolerance = 5

// ErrMissing is the error for a baseline that is not there yet.
var ErrMissing = errors.New("there is no baseline yet; -update makes one")

// A Baseline is what scenarios cost with one seed.
type Baseline struct {
	Schema string `json:"schema"`
	Seed   uint64 `json:"seed"`
	// Tolerance is by how many per cent a cost may be worse.
	Tolerance Tolerance `json:"tolerance_percent"`
	// Scenarios are by suite and name, "election/ReElection".
	Scenarios map[string]Costs `json:"scenarios"`
}

// Tolerance is by how many per cent each cost may be worse.
type Tolerance struct {
	Messages float64 `json:"messages_per_commit"`
	Bytes    float64 `json:"bytes_per_commit"`
	Virtual  float64 `json:"virtual_seconds"`
	Leader   float64 `json:"seconds_to_a_leader"`
}

// Costs are what a scenario cost. A run without a commit counts as one with one,
// and so does one without a leader. Leader is for how long nobody led, by how
// often somebody came to.
type Costs struct {
	Messages float64 `json:"messages_per_commit"`
	Bytes    float64 `json:"bytes_per_commit"`
	Virtual  float64 `json:"virtual_seconds"`
	Leader   float64 `json:"seconds_to_a_leader"`
}

// Load reads a baseline. If there is none, the error is [ErrMissing] and the
// baseline one without scenarios.
func Load(path string) (*Baseline, error) {
	b := &Baseline{Tolerance: Tolerance{defaultTolerance, defaultTolerance, defaultTolerance, defaultTolerance}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		b.Schema = Schema
		return b, fmt.Errorf("baseline %s: %w", path, ErrMissing)
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, b); err != nil {
		return nil, fmt.Errorf("baseline %s: %w", path, err)
	}
	if b.Schema != Schema {
		return nil, fmt.Errorf("baseline %s has the schema %q, want %q", path, b.Schema, Schema)
	}
	if err := b.validate(); err != nil {
		return nil, fmt.Errorf("baseline %s: %w", path, err)
	}
	return b, nil
}

// validate reports the first number that can be nobody's cost or tolerance.
func (b *Baseline) validate() error {
	if t := b.Tolerance; min(t.Messages, t.Bytes, t.Virtual, t.Leader) < 0 {
		return fmt.Errorf("tolerance_percent is %+v, want at least 0 of each", t)
	}
	for _, name := range slices.Sorted(maps.Keys(b.Scenarios)) {
		if c := b.Scenarios[name]; min(c.Messages, c.Bytes, c.Virtual, c.Leader) < 0 {
			return fmt.Errorf("the costs of %s are %+v, want at least 0 of each", name, c)
		}
	}
	return nil
}

// Write writes the baseline to a file.
func (b *Baseline) Write(path string) error {
	data, err := json.MarshalIndent(b, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o666)
}

// Update takes over the costs of the least seed that was asked for, and returns
// of how many scenarios. Scenarios that were not run, or failed, stay as they
// are if the seed does.
func (b *Baseline) Update(r *results.Results) (n int) {
	if len(r.Asked) == 0 {
		return 0
	}
	if seed := r.Asked[0].First; seed != b.Seed || b.Scenarios == nil {
		b.Seed, b.Scenarios = seed, map[string]Costs{}
	}
	for _, s := range r.Scenarios {
		if costs, ok := b.costs(s); ok {
			b.Scenarios[s.Name()] = costs
			n++
		}
	}
	return n
}

// Compare returns the costs that are worse than the tolerance allows, and notes
// on what could not be compared.
func (b *Baseline) Compare(r *results.Results) (worse []results.Regression, notes []string) {
	compared := 0
	for _, s := range r.Scenarios {
		now, ok := b.costs(s)
		if !ok {
			continue
		}
		before, known := b.Scenarios[s.Name()]
		if !known {
			notes = append(notes, fmt.Sprintf("%s is not in the baseline; -update adds it", s.Name()))
			continue
		}
		compared++
		for _, c := range []struct {
			cost              string
			before, now, most float64
		}{
			{"messages a commit", before.Messages, now.Messages, b.Tolerance.Messages},
			{"bytes a commit", before.Bytes, now.Bytes, b.Tolerance.Bytes},
			{"virtual seconds", before.Virtual, now.Virtual, b.Tolerance.Virtual},
			{"virtual seconds to a leader", before.Leader, now.Leader, b.Tolerance.Leader},
		} {
			if c.now > c.before*(1+c.most/100) {
				worse = append(worse, results.Regression{Suite: s.Suite, Scenario: s.Scenario, Seed: b.Seed, Cost: c.cost,
					Baseline: c.before, Measured: c.now, Tolerance: c.most})
			}
		}
	}
	if compared < len(b.Scenarios) {
		notes = append(notes, fmt.Sprintf("%d of the %d scenarios in the baseline were compared; the others were not run with seed %d, or failed", compared, len(b.Scenarios), b.Seed))
	}
	return worse, notes
}

// costs returns what a scenario cost with the baseline's seed; ok is false if
// that was not run or failed.
func (b *Baseline) costs(s results.Scenario) (costs Costs, ok bool) {
	i := slices.IndexFunc(s.Runs, func(r results.Run) bool { return r.Seed == b.Seed })
	if i < 0 || s.Runs[i].Failure != nil {
		return Costs{}, false
	}
	run := s.Runs[i]
	commits := float64(max(run.Commits, 1))
	return Costs{
		Messages: rounded(float64(run.Messages) / commits),
		Bytes:    rounded(float64(run.Bytes) / commits),
		Virtual:  rounded(float64(run.VirtualNS) / 1e9),
		Leader:   rounded(float64(run.LeaderlessNS) / 1e9 / float64(max(run.Leaders, 1))),
	}, true
}

// rounded keeps three digits behind the point, enough to see and few to read.
func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }
