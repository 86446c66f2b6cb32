package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
)

// TestWhatFailedComesFirst has a run after one in which a scenario failed with
// seed 5.
func TestWhatFailedComesFirst(t *testing.T) {
	state := filepath.Join(t.TempDir(), results.FileName)
	var before results.Builder
	before.Add(results.Entry{Run: &results.RunOf{
		Scenario: results.Scenario{Package: election, Test: "TestElection/InitialElection", Suite: "election", Scenario: "InitialElection"},
		Run:      results.Run{Seed: 5, Failure: &results.Failure{Property: "Election Safety"}},
	}})
	require.NoError(t, before.Results().WriteFile(state))
	r := runWith(t, []string{againEnv + "=" + state}, "watch", "-run=^TestElection$/^ReElection$", election)
	require.Equal(t, exitPassed, r.exit)
	require.Regexp(t, `(?s)InitialElection.*verdict: passed; seeds 5\n.*ReElection.*verdict: passed; seeds 1\n`, r.out)

	after, err := results.Load(state)
	require.NoError(t, err)
	require.Empty(t, after.Fingerprints, "it passed, so the next run does not begin with it")
}

// TestOvertakenRunEnds saves a file while a run is on that would never end.
func TestOvertakenRunEnds(t *testing.T) {
	dir, temp := outsideModule(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, os.Args[0], "watch", "-mode=batch", "-seeds=1000000", "-run=^TestRaft$/^election$/^InitialElection$")
	command.Args = append(command.Args, ".")
	command.Dir, command.Env = dir, append(os.Environ(), gateEnv+"=1", "TMPDIR="+temp)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	command.Stderr = os.Stderr
	require.NoError(t, command.Start())

	lines := bufio.NewScanner(output)
	awaitLine(t, lines, `seeds 2–3: 1 runs`)
	file := filepath.Join(dir, "raft.go")
	code, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(code, "\n// saved\n"...), 0o666))
	awaitLine(t, lines, `verdict: not judged`)
	awaitLine(t, lines, `seeds 1: 0 runs`)
	awaitLine(t, lines, `seeds 2–3: 1 runs`)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	for lines.Scan() { // until nobody is left who could write
	}
	require.NoError(t, command.Wait())
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
}

// awaitLine reads until a line matches.
func awaitLine(t *testing.T, lines *bufio.Scanner, pattern string) {
	var seen bytes.Buffer
	for lines.Scan() {
		seen.WriteString(lines.Text() + "\n")
		if regexp.MustCompile(pattern).MatchString(lines.Text()) {
			return
		}
	}
	t.Fatalf("it ended before a line with %q:\n%s", pattern, &seen)
}

// outsideModule makes a copy of the module in examples/external and returns
// where.
func outsideModule(t *testing.T) string {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples", "external"))))
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	local := strings.Replace(string(mod), "=> ../..", "=> "+root, 1)
	require.NotEqual(t, string(mod), local)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(local), 0o666))
	return dir
}
