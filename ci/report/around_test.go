package report

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/runfile"
)

func TestAroundCommand(t *testing.T) {
	dir := t.TempDir()
	environment := func(string) string { return "" }
	run := func(args ...string) (exit int, stdout, stderr string) {
		var out, err bytes.Buffer
		exit = AroundCommand(args, &out, &err, environment)
		return exit, out.String(), err.String()
	}
	write := func(name string, f *runfile.File) {
		file, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, f.Write(file))
		require.NoError(t, file.Close())
	}
	exit, _, stderr := run()
	require.Equal(t, 2, exit)
	require.Contains(t, stderr, "usage:")
	write("passes.json", &runfile.File{Schema: runfile.Schema, Scenario: "Passes"})
	exit, _, stderr = run(dir)
	require.Equal(t, 2, exit)
	require.Contains(t, stderr, "no run.json of a failing run")

	wrong := message(1, "send", 0, 1, "a")
	write("fails.json", &runfile.File{Schema: runfile.Schema, Suite: "s", Scenario: "Fails", Replicas: 2, Failure: &runfile.Failure{Property: "Claim"},
		Events: []runfile.Event{wrong}, Course: &runfile.Course{Read: 1, Sent: 1, First: &runfile.Step{Rule: "one vote", Event: wrong}}})
	exit, stdout, stderr := run(dir)
	require.Zero(t, exit, stderr)
	require.Contains(t, stdout, "s/Fails, seed 0: Claim violated\n▶ first wrong step: one vote\n")
	require.NotContains(t, stdout, "Passes")
	require.NotContains(t, stdout, "\x1b", "it is no terminal")
}

func TestIsTerminal(t *testing.T) {
	require.False(t, isTerminal(&bytes.Buffer{}))
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	require.False(t, isTerminal(w))
	device, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer device.Close()
	require.True(t, isTerminal(device), "a character device, as a terminal is")
}
