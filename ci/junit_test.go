package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJUnitOfSeveralBatches(t *testing.T) {
	t.Setenv(brokenEnv, "1")
	path := filepath.Join(t.TempDir(), "junit.xml")
	r := runWith(t, nil, "-mode=batch", "-seed=4", "-seeds=3", "-junit="+path, "-run=^TestBroken$/^applies_twice$", broken)
	require.Equal(t, exitViolated, r.exit)
	failure := readJUnit(t, path)["TestBroken/applies_twice/Commits"]
	require.Equal(t, "broken/Commits: Apply Order violated, first with seed 4", failure.Message)
}

func TestJUnitNeedsGotestsum(t *testing.T) {
	dir := t.TempDir()
	events, path := filepath.Join(dir, "events.jsonl"), filepath.Join(dir, "junit.xml")
	require.NoError(t, os.WriteFile(events, nil, 0o666))
	require.NoError(t, os.WriteFile(path, []byte("an earlier one"), 0o666))
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	err := runGotestsum(t.Context(), events, path)
	require.ErrorContains(t, err, "could not run "+gotestsum)
	require.ErrorContains(t, err, "module lookup disabled by GOPROXY=off")
	require.NoFileExists(t, path)
}

func TestErrorOfTheGate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	for _, args := range [][]string{
		{"-run=^TestElection$/^InitialElection$", "-baseline=" + file, election},
		{"-o=" + file, election},
		{"merge", file},
		{"merge", filepath.Join(t.TempDir(), "nowhere")},
	} {
		r := runWith(t, nil, args...)
		require.Equal(t, exitNotJudged, r.exit, args)
		require.Contains(t, r.errors, "ci: ")
	}
	t.Setenv(brokenEnv, "1")
	r := runWith(t, nil, "-run=^TestBroken$/^applies_twice$", "-baseline="+file, broken)
	require.Equal(t, exitViolated, r.exit, "a violation counts for more")
}
