//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// TestInterrupted interrupts the command while one of three scenarios has its
// verdict, one does not come to its end, and one waits for its turn.
func TestInterrupted(t *testing.T) {
	fails := []string{"r.votes <= len(r.peers)/2", "r.votes <= len(r.peers)"}
	for _, c := range []struct {
		signal syscall.Signal
		change []string
		args   []string
		says   string
	}{
		{signal: syscall.SIGINT, says: `score: 1 of 1 scenarios passed; interrupted, so 2 of 3 scenarios were not judged\n$`},
		{signal: syscall.SIGTERM, change: fails, says: `score: 0 of 1 scenarios passed; interrupted, so 2 of 3 scenarios were not judged\n$`},
		{signal: syscall.SIGHUP, args: []string{"-json"}, says: `^$`},
	} {
		t.Run(c.signal.String(), func(t *testing.T) {
			t.Parallel()
			life, temp := processtest.NewLife(t), t.TempDir()
			dir := checkoutOf(t, "2024", append(c.change, "	go r.applyLoop()\n", "	stopSecond()\n	go r.applyLoop()\n")...)
			writeFile(t, filepath.Join(dir, "src", "raft", "life.go"), life.Source("raft"))
			command := exec.Command(os.Args[0], append(c.args, "-dir", dir, "-run", "election/^(InitialElection|ReElection|ManyElections)$")...)
			command.Env = append(os.Environ(), commandEnv+"=1", "TMPDIR="+temp)
			var out, errs bytes.Buffer
			command.Stdout, command.Stderr = &out, &errs
			life.Start(t, command)
			require.NoError(t, command.Process.Signal(c.signal))
			require.Error(t, command.Wait())

			require.Equal(t, exitNotJudged, command.ProcessState.ExitCode(), "%s%s", &out, &errs)
			life.RequireEnd(t)
			require.Regexp(t, c.says, out.String())
			requireOnlyArtifacts(t, temp, out.String())
		})
	}
}

// requireOnlyArtifacts has nothing left in a directory for temporary files but
// what the output names.
func requireOnlyArtifacts(t *testing.T, temp, output string) {
	var named []string
	for _, match := range regexp.MustCompile(`artifacts: (.+) \(`).FindAllStringSubmatch(output, -1) {
		named = append(named, match[1])
	}
	var left []string
	dirs, err := filepath.Glob(filepath.Join(temp, "*"))
	require.NoError(t, err)
	for _, dir := range dirs {
		all, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		left = append(left, all...)
		require.NotEmpty(t, all, "%s is left, and empty", dir)
	}
	require.ElementsMatch(t, named, left)
}

// TestInterruptedBuild has no verdict to print.
func TestInterruptedBuild(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("hangup"))
	var out, errs bytes.Buffer
	require.Equal(t, exitNotJudged, run(ctx, []string{"-dir", "testdata/2024"}, &out, &errs))
	require.Empty(t, out.String())
	require.Equal(t, "lab: interrupted (hangup) before a scenario was judged\n", errs.String())
}
