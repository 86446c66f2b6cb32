package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestMatrixIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "matrix.jsonl")
	got, err := readMatrix(path)
	require.NoError(t, err)
	require.Empty(t, got, "there is none yet")

	require.NoError(t, writeMatrix(path, judged()))
	got, err = readMatrix(path)
	require.NoError(t, err)
	require.Equal(t, judged(), got)

	for line, says := range map[string]string{
		"{}\n{":                    "line 2: unexpected end of JSON input",
		`{"kills":["election/A"]}`: `line 1: a kill is "SCENARIO: PROPERTY", got "election/A"`,
	} {
		require.NoError(t, os.WriteFile(path, []byte(line), 0o666))
		_, err = readMatrix(path)
		require.ErrorContains(t, err, path+": "+says)
	}
}

func TestMerge(t *testing.T) {
	again := Verdict{Mutant: votes.Name, Runs: 1, Kills: []Kill{{"election/B", checker.ElectionSafety, 1}}}
	gone := Verdict{Mutant: "election/gone"}
	verdicts, missing := merge([]Mutant{votes, slow, deep}, append(judged()[:2], gone), []Verdict{again})
	require.Equal(t, []Verdict{again, judged()[1]}, verdicts)
	require.Equal(t, []string{deep.Name}, missing)
}
