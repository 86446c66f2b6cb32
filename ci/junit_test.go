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
	path := filepath.Join(t.TempDir(), "junit.xml")
	require.NoError(t, os.WriteFile(path, []byte("an earlier one"), 0o666))
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	r := runWith(t, nil, "-junit="+path, election)
	require.Equal(t, exitNotJudged, r.exit)
	require.Contains(t, r.errors, "ci: -junit: could not run "+gotestsum)
	require.Contains(t, r.errors, "module lookup disabled by GOPROXY=off")
	require.Empty(t, r.out, "nothing was judged")
	require.NoFileExists(t, path)
}

// TestErrorsBeforeTheRun has what could not be used after it.
func TestErrorsBeforeTheRun(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o666))
	for says, args := range map[string][]string{
		"baseline " + file + ` has the schema ""`:                           {"-baseline=" + file},
		"baseline " + filepath.Join(dir, "none") + ": there is no baseline": {"-baseline=" + filepath.Join(dir, "none")},
		"-update: open " + filepath.Join(dir, "none", "b.json"):             {"-update", "-baseline=" + filepath.Join(dir, "none", "b.json")},
		"-junit: open " + dir + ": is a directory":                          {"-junit=" + dir},
		"-junit: mkdir " + file + ": not a directory":                       {"-junit=" + filepath.Join(file, "junit.xml")},
		"-o: mkdir " + file + ": not a directory":                           {"-o=" + file},
	} {
		r := runWith(t, nil, append(args, election)...)
		require.Equal(t, exitNotJudged, r.exit, says)
		require.Contains(t, r.errors, "ci: "+says)
		require.Empty(t, r.out, "nothing was judged")
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing was made")
}

func TestErrorOfTheGate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	for _, args := range [][]string{
		{"merge", file},
		{"merge", filepath.Join(t.TempDir(), "nowhere")},
	} {
		r := runWith(t, nil, args...)
		require.Equal(t, exitNotJudged, r.exit, args)
		require.Contains(t, r.errors, "ci: ")
	}
	t.Setenv(brokenEnv, "1")
	page := filepath.Join(t.TempDir(), "nowhere", "summary.md")
	r := runWith(t, []string{"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + page}, "-run=^TestBroken$/^applies_twice$", broken)
	require.Contains(t, r.errors, "ci: GITHUB_STEP_SUMMARY: ")
	require.Equal(t, exitViolated, r.exit, "a violation counts for more")
}
