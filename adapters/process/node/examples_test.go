package node_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// examples has those that are built, and those that need what others have written.
const examples = "../../../examples/process"

// need skips a test where a program of that name is missing.
func need(t *testing.T, program string) {
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("the example's language is not here: %v", err)
	}
}

// run runs a command in a folder, and returns what it says.
func run(t *testing.T, dir string, words ...string) string {
	c := exec.Command(words[0], words[1:]...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// TestRust judges the example by a suite.
func TestRust(t *testing.T) {
	need(t, "rustc")
	built := filepath.Join(t.TempDir(), "node")
	run(t, filepath.Join(examples, "rust"), "rustc", "--edition", "2024", "-O", "-o", built, "node.rs")
	impl, err := node.Implementation(node.Command{Path: built})
	require.NoError(t, err)
	suites.Run(t, impl, suites.Only("snapshot"))
}

// TestCRaft builds the example in a copy of its folder, and judges the library by what it
// passes and by what it is known to fail.
func TestCRaft(t *testing.T) {
	need(t, "make")
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(examples, "c-raft"))))
	said := run(t, dir, "make", "--always-make", "node")
	built := filepath.Join(dir, "node")
	if _, err := os.Stat(built); err != nil {
		t.Skip(said)
	}
	impl, err := node.Implementation(node.Command{Path: built})
	require.NoError(t, err)
	suites.Run(t, impl, suites.Only("leadership", "transfer"))
}

// TestNpm has a library in JavaScript run in virtual time: it elects a leader and commits,
// the same with the same seed, and fails for what it does.
func TestNpm(t *testing.T) {
	need(t, "node")
	script, err := filepath.Abs(filepath.Join(examples, "javascript-npm", "node.js"))
	require.NoError(t, err)
	if _, err := os.Stat(filepath.Join(filepath.Dir(script), "node_modules", ".package-lock.json")); err != nil { // npm writes it last
		t.Skipf("npm ci --ignore-scripts has not been run: %v", err)
	}
	for _, c := range []struct {
		arguments []string
		scenario  string
		property  checker.Property // empty if it passes
	}{
		{nil, "election/InitialElection", steps.SavedFirst},
		{[]string{"kept"}, "election/InitialElection", ""},
		{[]string{"kept"}, "election/LongerOlderLog", checker.StateMachineSafety},
	} {
		impl, err := node.Implementation(node.Command{Path: "node", Args: append([]string{script}, c.arguments...)})
		require.NoError(t, err)
		suite, sc := scenario(t, c.scenario)
		r, _ := harness.RunSeed(t, impl, suite, sc, 1)
		if c.property != "" {
			require.NotNil(t, r.Failure)
			require.Equal(t, c.property, r.Failure.Property, r.Failure)
			continue
		}
		require.Nil(t, r.Failure)
		require.Positive(t, r.Commits)
		again, _ := harness.RunSeed(t, impl, suite, sc, 1)
		require.Equal(t, r.Trace, again.Trace, "the same seed, the same run")
	}
}
