package sync_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRaceDetector has it judge a program that locks well or badly.
func TestRaceDetector(t *testing.T) {
	program := filepath.Join(t.TempDir(), "race")
	out, err := exec.Command("go", "build", "-race", "-o", program, "./testdata/race").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for way, races := range map[string]bool{
		"no lock":                          true,
		"lock":                             false,
		"try":                              false,
		"write lock":                       false,
		"read lock":                        true,
		"beside the lock":                  true,
		"readers and a writer":             false,
		"readers of what a writer wrote":   false,
		"before a lock that is waited for": true,
		"lock that is waited for":          false,
	} {
		out, err := exec.Command(program, way).CombinedOutput()
		if !races {
			require.NoError(t, err, "%s: %s", way, out)
			continue
		}
		var failed *exec.ExitError
		require.True(t, errors.As(err, &failed), "%s: no race was reported", way)
		require.Contains(t, string(out), "WARNING: DATA RACE", way)
		require.Contains(t, string(out), "race/main.go", way)
	}
}

func TestVetSeesCopies(t *testing.T) {
	out, err := exec.Command("go", "vet", "./testdata/copies").CombinedOutput()
	require.Error(t, err)
	for _, complaint := range []string{
		"mutex passes lock by value: github.com/raftcheck/raftcheck/standin/sync.Mutex",
		"rwMutex passes lock by value: github.com/raftcheck/raftcheck/standin/sync.RWMutex",
		"once passes lock by value: github.com/raftcheck/raftcheck/standin/sync.Once",
	} {
		require.Contains(t, string(out), complaint)
	}
}
