package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
)

const (
	module   = "github.com/raftcheck/raftcheck/"
	election = module + "suites/election"
	broken   = module + "mutants/broken"
	// brokenEnv has mutants/broken fail, see there.
	brokenEnv = "BROKEN_RAFTS"
	// gateEnv makes the test binary the gate.
	gateEnv = "CI_TEST_GATE"
)

func TestMain(m *testing.M) {
	if os.Getenv(gateEnv) != "" {
		main()
	}
	os.Exit(m.Run())
}

// ran is what a run of the command left.
type ran struct {
	exit        int
	out, errors string
}

// runWith runs the command with variables in its environment, "NAME=value".
func runWith(t *testing.T, env []string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	getenv := func(name string) string {
		for _, v := range env {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	}
	exit := run(context.Background(), args, surroundings{&out, &errs, getenv})
	t.Logf("%v: exit %d\n%s%s", args, exit, &out, &errs)
	return ran{exit, out.String(), errs.String()}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		says string
		args []string
	}{
		{"invalid value", []string{"-seeds=many"}},
		{"flag provided but not defined", []string{"-no-such-flag"}},
		{`-mode must be pr or batch, got "fast"`, []string{"-mode=fast"}},
		{"-budget needs -mode", []string{"-budget=1m"}},
		{"-mode=batch needs -seeds or -budget", []string{"-mode=batch"}},
		{"-budget must not be negative", []string{"-mode=pr", "-budget=-1s"}},
		{"-timeout must be positive", []string{"-timeout=0"}},
		{"-update needs -baseline", []string{"-update"}},
		{"more than there are", []string{"-seed=18446744073709551615", "-seeds=2"}},
		{"usage: ci merge", []string{"merge"}},
		{"flag provided but not defined", []string{"merge", "-no-such-flag"}},
		{"flag provided but not defined", []string{"watch", "-no-such-flag"}},
	} {
		r := runWith(t, nil, c.args...)
		require.Equal(t, exitUsage, r.exit, c.args)
		require.Contains(t, r.errors, c.says)
	}
	r := runWith(t, []string{"TEST_TOTAL_SHARDS=none"})
	require.Equal(t, exitUsage, r.exit)
	require.Contains(t, r.errors, `TEST_TOTAL_SHARDS must be a number from 1 on, got "none"`)
	require.Equal(t, exitPassed, runWith(t, nil, "-help").exit)
}

func TestOptionsBecomeGoTest(t *testing.T) {
	o, err := parseOptions([]string{"-race", "-run=A", "-o=out", "./x/...", "./y", "-raft.memory=5", "-raft.keep"}, &bytes.Buffer{})
	require.NoError(t, err)
	command, err := goTest(t.Context(), o, results.Seeds{First: 7, Count: 3})
	require.NoError(t, err)
	dir, err := filepath.Abs("out/artifacts")
	require.NoError(t, err)
	packages, procs := spread(3, runtime.GOMAXPROCS(0))
	require.Equal(t, []string{"go", "test", "-json", "-count=1", "-timeout=1h0m0s", "-race", "-run=A", fmt.Sprint("-p=", packages), "-cpu=1", "./x/...", "./y",
		fmt.Sprint("-raft.procs=", procs), "-raft.seed=7", "-raft.seeds=3", "-raft.isolate", "-raft.artifacts=" + dir, "-raft.memory=5", "-raft.keep"}, command.Args)
}

// Few seeds are no work for all processors, so that packages share them.
func TestProcessorsAreSharedOnce(t *testing.T) {
	for _, c := range []struct {
		seeds                       uint64
		processors, packages, procs int
	}{{1, 2, 2, 1}, {3, 2, 2, 1}, {4, 2, 1, 2}, {1, 1, 1, 1}, {100, 1, 1, 1}, {8, 16, 4, 4}, {100, 16, 1, 16}} {
		packages, procs := spread(c.seeds, c.processors)
		require.Equal(t, []int{c.packages, c.procs}, []int{packages, procs}, "%d seeds, %d processors", c.seeds, c.processors)
	}
}

func TestBuildFailureIsNoVerdict(t *testing.T) {
	r := runWith(t, nil, "-mode=batch", "-seeds=100", "./no-such-package")
	require.Equal(t, exitNotJudged, r.exit)
	require.Contains(t, r.out, "build failed: ./no-such-package\n")
	require.Contains(t, r.out, "directory not found")
	require.Contains(t, r.out, "not judged: seeds 2–100", "it gave up")
}

func TestPassingRun(t *testing.T) {
	dir := t.TempDir()
	r := runWith(t, nil, "-mode=batch", "-seeds=3", "-o="+dir, "-run=^TestElection$/^InitialElection$", election)
	require.Equal(t, exitPassed, r.exit)
	require.Contains(t, r.out, "verdict: passed; seeds 1–3")
	require.Regexp(t, `now seeds 1 \n(?s:.*)now seeds 2–3 election/InitialElection\n`, r.errors, "the plain run comes first")
	written, err := results.Load(filepath.Join(dir, results.FileName))
	require.NoError(t, err)
	journal, err := results.Load(filepath.Join(dir, results.JournalName))
	require.NoError(t, err)
	require.Equal(t, written, journal)
	require.Equal(t, 3, written.Runs())
}

func TestRunWithoutScenariosIsNoPass(t *testing.T) {
	r := runWith(t, nil, "-run=^NoSuchTest$", election)
	require.Equal(t, exitNotJudged, r.exit)
	require.Contains(t, r.out, "no scenario was run")
}

func TestShardWithoutSeedsPasses(t *testing.T) {
	r := runWith(t, []string{"TEST_SHARD_INDEX=3", "TEST_TOTAL_SHARDS=4"}, "-seeds=2", election)
	require.Equal(t, exitPassed, r.exit)
	require.Contains(t, r.out, "verdict: passed: there is no seed for this shard")
}

func TestInterruptLeavesSeedsUnjudged(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	exit := run(ctx, []string{"-seeds=5", election}, surroundings{&out, &out, func(string) string { return "" }})
	require.Equal(t, exitNotJudged, exit)
	require.Contains(t, out.String(), "not judged: seeds 1–5")
}
