//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// TestInterruptedGate interrupts a gate in its second batch, a seed of which
// does not come to an end.
func TestInterruptedGate(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			life := processtest.NewLife(t)
			module, temp, dir := outsideModule(t), t.TempDir(), t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(module, "life.go"), []byte(life.Source("tinyraft")), 0o666))
			file := filepath.Join(module, "raft.go")
			code, err := os.ReadFile(file)
			require.NoError(t, err)
			stops := strings.Replace(string(code), "(raftiface.Raft, error) {\n", "(raftiface.Raft, error) {\n\tstopSecond()\n", 1)
			require.NoError(t, os.WriteFile(file, []byte(stops), 0o666))

			junit, costs := filepath.Join(dir, "junit.xml"), filepath.Join(dir, "baseline.json")
			gate := exec.Command(os.Args[0], "-mode=batch", "-seeds=100", "-o="+dir, "-junit="+junit, "-update", "-baseline="+costs, "-run=^TestRaft$/^election$/^InitialElection$", ".")
			gate.Dir, gate.Env = module, append(os.Environ(), gateEnv+"=1", "TMPDIR="+temp)
			var out, errs bytes.Buffer
			gate.Stdout, gate.Stderr = &out, &errs
			life.Start(t, gate)
			require.NoError(t, gate.Process.Signal(s))
			require.Error(t, gate.Wait())

			require.Equal(t, exitNotJudged, gate.ProcessState.ExitCode(), "%s%s", &out, &errs)
			life.RequireEnd(t)
			require.Contains(t, errs.String(), "ci: interrupted ("+s.String()+"): what follows is what was judged until then\n")
			require.Regexp(t, `election  InitialElection +3 +1 .* passed\n`, out.String())
			require.Contains(t, out.String(), "not judged: seeds 2–100\nverdict: not judged; seeds 1–100\n")
			written, err := results.Load(filepath.Join(dir, results.FileName))
			require.NoError(t, err)
			require.Equal(t, 1, written.Runs())
			require.Contains(t, errs.String(), "ci: -junit: "+junit+" is not written when the gate is interrupted\n")
			require.NoFileExists(t, junit)
			require.NoFileExists(t, costs)
			left, err := os.ReadDir(temp)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}
