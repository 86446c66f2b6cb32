package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

// commandEnv makes the test binary the command.
const commandEnv = "MAELSTROM_TEST_COMMAND"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(nodeEnv) != "":
		beNode(os.Getenv(nodeEnv))
	case os.Getenv(commandEnv) != "":
		main()
	default:
		os.Exit(m.Run())
	}
}

// command runs the command and returns what it printed.
func command(t *testing.T, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	exit = run(t.Context(), args, &out, &errs)
	return exit, out.String(), errs.String()
}

func TestRightNode(t *testing.T) {
	t.Setenv(nodeEnv, "proxy")
	exit, stdout, stderr := command(t, "-bin", os.Args[0], "-run", "Steady", "-time", "500ms")
	require.Equal(t, exitValid, exit, "%s%s", stdout, stderr)
	require.Regexp(t, `Steady      valid    seed 1: [1-9]\d+ operations, `, stdout)
	require.Contains(t, stdout, "verdict: valid\n")
}

func TestWrongNode(t *testing.T) {
	t.Setenv(nodeEnv, "map")
	dir := t.TempDir()
	exit, stdout, stderr := command(t, "-bin", os.Args[0], "-time", "1s", "-artifacts", dir, "-seed", "3", "--", "it's", "wrong")
	require.Equal(t, exitInvalid, exit, "%s%s", stdout, stderr)
	for _, says := range []string{
		"Steady      invalid  seed 3: ", "Linearizability violated at ", " is not linearizable: ",
		"  replay:    go run github.com/raftcheck/raftcheck/adapters/maelstrom -bin " + os.Args[0] + " -nodes 3 -run '^Steady$' -seed 3 -time 1s -- 'it'\\''s' wrong\n",
		"skipped: Kills is run only where -persists says ", "nothing else is run: ", "verdict: invalid\n",
	} {
		require.Contains(t, stdout, says)
	}
	files, err := filepath.Glob(filepath.Join(dir, "raftcheck-maelstrom-Steady-seed3-*/*"))
	require.NoError(t, err)
	require.Len(t, files, 3)
	history, err := os.Open(files[1])
	require.NoError(t, err)
	defer history.Close()
	read, err := checker.ReadHistory(history)
	require.NoError(t, err)
	require.Equal(t, checker.Illegal, checker.Check(read, checker.Limits{}).Verdict)
}

// TestExample judges the example in Python. Its stories with faults take long.
func TestExample(t *testing.T) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skipf("the example's language is not here: %v", err)
	}
	exit, stdout, stderr := command(t, "-bin", strings.TrimSpace(string(out)), "-run", "Steady", "-time", "1s", "--", "../../examples/maelstrom/python/node.py")
	require.Equal(t, exitValid, exit, "%s%s", stdout, stderr)
}

func TestNotJudged(t *testing.T) {
	here := os.Args[0]
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{nil, exitUsage, "-bin is missing: maelstrom -bin ./node [flags] [-- ARGUMENTS]"},
		{[]string{"-bin", "/nonesuch/node"}, exitUsage, "-bin: "},
		{[]string{"-bin", here, "-nodes", "0"}, exitUsage, "-nodes must be at least 1, got 0"},
		{[]string{"-bin", here, "-seeds", "0"}, exitUsage, "-seeds must be at least 1, got 0"},
		{[]string{"-bin", here, "-time", "-1s"}, exitUsage, "-time must not be negative, got -1s"},
		{[]string{"-bin", here, "-run", "("}, exitUsage, "-run (: error parsing regexp"},
		{[]string{"-bin", here, "-run", "Nonesuch"}, exitUsage, `-run "Nonesuch" matches no story; there are Steady, Delays, `},
		{[]string{"-bin", here, "-run", "Kills"}, exitUsage, "nothing to judge: Kills is run only where -persists says that"},
		{[]string{"-bin", here, "-nodes", "1", "-run", "Partitions"}, exitUsage, "nothing to judge: Partitions is run only where there is more than one node"},
		{[]string{"-bin", here, "-color"}, exitUsage, "flag provided but not defined: -color"},
		{[]string{"-bin", here, "-artifacts", "/dev/null/there"}, exitUsage, "-artifacts: "},
		{[]string{"-h"}, exitValid, "the node's program"},
	} {
		exit, stdout, stderr := command(t, c.args...)
		require.Equal(t, c.exit, exit, "%s%s", stdout, stderr)
		require.Contains(t, stderr, c.says)
	}
}
