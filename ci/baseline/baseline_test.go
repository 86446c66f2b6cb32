package baseline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
)

// costing returns results in which scenario s/A, and s/B with one run too many,
// cost so much.
func costing(messages, bytes, commits int) *results.Results {
	run := results.Run{Seed: 7, Messages: messages, Bytes: bytes, Commits: commits, VirtualNS: 2e9, Leaders: 4, LeaderlessNS: 1e9}
	dear := run
	dear.Seed, dear.Messages = 8, 1_000_000
	failed := run
	failed.Failure = &results.Failure{}
	return &results.Results{Asked: []results.Seeds{{First: 7, Count: 2}}, Scenarios: []results.Scenario{
		{Suite: "s", Scenario: "A", Runs: []results.Run{run, dear}},
		{Suite: "s", Scenario: "Failed", Runs: []results.Run{failed}},
		{Package: "p", Test: "T/Skipped", Skipped: "it is"},
	}}
}

func updated(t *testing.T) (*Baseline, string) {
	path := filepath.Join(t.TempDir(), "baseline.json")
	b, err := Load(path)
	require.ErrorIs(t, err, ErrMissing)
	require.Equal(t, 1, b.Update(costing(100, 3000, 30)))
	require.NoError(t, b.Write(path))
	b, err = Load(path)
	require.NoError(t, err)
	return b, path
}

func TestUpdateTakesTheCostsOver(t *testing.T) {
	b, _ := updated(t)
	require.EqualValues(t, 7, b.Seed)
	require.Equal(t, map[string]Costs{"s/A": {Messages: 3.333, Bytes: 100, Virtual: 2, Leader: 0.25}}, b.Scenarios)
	require.Equal(t, Tolerance{5, 5, 5, 5}, b.Tolerance)
	require.Equal(t, 0, b.Update(&results.Results{}))
	require.Len(t, b.Scenarios, 1, "a run without seeds changes nothing")
}

func TestCompare(t *testing.T) {
	b, _ := updated(t)
	worse, notes := b.Compare(costing(104, 3100, 30))
	require.Empty(t, worse, "within the tolerance")
	require.Empty(t, notes)
	worse, _ = b.Compare(costing(50, 1000, 30))
	require.Empty(t, worse, "better")
	worse, _ = b.Compare(costing(100, 3180, 30))
	require.Equal(t, []results.Regression{{Suite: "s", Scenario: "A", Seed: 7, Cost: "bytes a commit", Baseline: 100, Measured: 106, Tolerance: 5}}, worse)
	b.Tolerance.Bytes = 10
	worse, _ = b.Compare(costing(100, 3180, 30))
	require.Empty(t, worse)
	worse, _ = b.Compare(costing(100, 3000, 0))
	require.Len(t, worse, 2, "no commit counts as one")
}

func TestCompareSaysWhatItCouldNot(t *testing.T) {
	b, _ := updated(t)
	_, notes := b.Compare(&results.Results{})
	require.Equal(t, []string{"0 of the 1 scenarios in the baseline were compared; the others were not run with seed 7, or failed"}, notes)
	r := costing(100, 3000, 30)
	r.Scenarios[0].Scenario = "New"
	_, notes = b.Compare(r)
	require.Equal(t, "s/New is not in the baseline; -update adds it", notes[0])
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	_, path := updated(t)
	for text, says := range map[string]string{
		`{"schema":"x"}`: `has the schema "x", want "raftcheck/baseline/1"`,
		`{}`:             `has the schema "", want "raftcheck/baseline/1"`,
		`{`:              path + ": unexpected end of JSON input",
		``:               path + ": unexpected end of JSON input",
		`{"schema":"raftcheck/baseline/1","tolerance_percent":{"bytes_per_commit":-1}}`: "tolerance_percent is {Messages:5 Bytes:-1 Virtual:5 Leader:5}, want at least 0 of each",
		`{"schema":"raftcheck/baseline/1","scenarios":{"s/A":{"virtual_seconds":-2}}}`:  "the costs of s/A are {Messages:0 Bytes:0 Virtual:-2 Leader:0}, want at least 0 of each",
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
		_, err := Load(path)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, path)
	}
}
