package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
)

// The matrix of all kills is kept in a file, a line for each mutant, so that a few can
// be judged anew without the others.

// readMatrix reads what writeMatrix wrote; without a file there is nothing yet.
func readMatrix(path string) ([]Verdict, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var verdicts []Verdict
	for line := range bytes.Lines(data) {
		var row matrixRow
		if err := json.Unmarshal(line, &row); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, len(verdicts)+1, err)
		}
		v, err := row.verdict()
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, len(verdicts)+1, err)
		}
		verdicts = append(verdicts, v)
	}
	return verdicts, nil
}

func writeMatrix(path string, verdicts []Verdict) error {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	for _, v := range verdicts {
		if err := lines.Encode(rowOf(v)); err != nil {
			return err
		}
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}

// A matrixRow is a [Verdict] in the file. The seed is that of all of its kills.
type matrixRow struct {
	Mutant string   `json:"mutant"`
	Runs   int      `json:"runs"`
	Seed   int      `json:"seed,omitempty"`
	Kills  []string `json:"kills,omitempty"` // "election/ReElection: One Vote"
}

func rowOf(v Verdict) matrixRow {
	row := matrixRow{Mutant: v.Mutant, Runs: v.Runs}
	for _, k := range v.Kills {
		row.Seed = k.Seed
		row.Kills = append(row.Kills, k.Scenario+": "+string(k.Property))
	}
	return row
}

func (row matrixRow) verdict() (Verdict, error) {
	v := Verdict{Mutant: row.Mutant, Runs: row.Runs}
	for _, kill := range row.Kills {
		scenario, property, ok := strings.Cut(kill, ": ")
		if !ok {
			return v, fmt.Errorf(`a kill is "SCENARIO: PROPERTY", got %q`, kill)
		}
		v.Kills = append(v.Kills, Kill{scenario, checker.Property(property), row.Seed})
	}
	return v, nil
}

// merge returns a verdict on each of the mutants, the new one where there is one, and
// the names of those on which there is none.
func merge(mutants []Mutant, old, judged []Verdict) (verdicts []Verdict, missing []string) {
	last := map[string]Verdict{}
	for _, v := range append(old, judged...) {
		last[v.Mutant] = v
	}
	for _, m := range mutants {
		if v, ok := last[m.Name]; ok {
			verdicts = append(verdicts, v)
		} else {
			missing = append(missing, m.Name)
		}
	}
	return verdicts, missing
}
