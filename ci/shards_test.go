package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
)

// TestShardsAddUp runs two broken Rafts with eight seeds, at once and by four
// shards.
func TestShardsAddUp(t *testing.T) {
	t.Setenv(brokenEnv, "1")
	judge := func(dir string, env ...string) {
		r := runWith(t, env, "-mode=batch", "-seeds=8", "-timings=false", "-o="+dir,
			"-run=^TestBroken$/^(votes_for_everyone|applies_twice)$", broken)
		require.Equal(t, exitViolated, r.exit)
	}
	whole, dirs := t.TempDir(), []string{}
	judge(whole)
	for i := range 4 {
		dir := t.TempDir()
		judge(dir, fmt.Sprint("TEST_SHARD_INDEX=", i), "TEST_TOTAL_SHARDS=4")
		dirs = append([]string{dir}, dirs...)
	}
	merged := filepath.Join(t.TempDir(), "merged.json")
	r := runWith(t, nil, append([]string{"merge", "-o=" + merged, dirs[1]}, dirs...)...)
	require.Equal(t, exitViolated, r.exit)

	want, err := os.ReadFile(filepath.Join(whole, results.FileName))
	require.NoError(t, err)
	got, err := os.ReadFile(merged)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))

	all, err := results.Load(merged)
	require.NoError(t, err)
	require.Equal(t, 16, all.Runs())
	count := 0
	for _, f := range all.Fingerprints {
		count += f.Count
	}
	require.Greater(t, count, len(all.Fingerprints), "failures are collected by kind")
	require.Contains(t, r.out, all.Fingerprints[0].Replay)

	r = runWith(t, nil, append([]string{"merge", "-seeds=8"}, dirs[1:]...)...)
	require.Contains(t, r.out, "not judged: seeds 7–8\n", "a shard that left nothing is missed")
	require.NoError(t, os.RemoveAll(dirs[0]))
	require.Equal(t, exitNotJudged, runWith(t, nil, append([]string{"merge"}, dirs...)...).exit)
}

// TestKilledShard kills a gate in its second batch.
func TestKilledShard(t *testing.T) {
	dir := t.TempDir()
	gate := exec.Command(os.Args[0], "-mode=batch", "-seeds=100000", "-o="+dir, "-run=^TestElection$/^(InitialElection|ReElection)$", election)
	gate.Env = append(os.Environ(), gateEnv+"=1")
	stderr, err := gate.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, gate.Start())
	lines := bufio.NewScanner(stderr)
	for lines.Scan() && !strings.Contains(lines.Text(), "now seeds 2–3") {
	}
	require.NoError(t, gate.Process.Kill())
	require.Error(t, gate.Wait())
	require.NoFileExists(t, filepath.Join(dir, results.FileName))

	r := runWith(t, nil, "merge", dir)
	require.Equal(t, exitNotJudged, r.exit)
	require.Contains(t, r.out, "not judged: seeds 2–100000\n")
	left, err := results.Load(dir)
	require.NoError(t, err)
	require.GreaterOrEqual(t, left.Runs(), 2, "the first batch")
}
