//go:build unix

package harness

import (
	"bytes"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// interrupted runs scenarios of TestChild in child processes, has a signal sent to
// all of them while one waits, as a terminal does, and returns what their parent
// printed. SIGKILL is sent to the parent alone.
func interrupted(t *testing.T, s syscall.Signal, scenarios string, flags ...string) string {
	exe, err := os.Executable()
	require.NoError(t, err)
	life := processtest.NewLife(t)
	temp := t.TempDir()
	cmd := exec.Command(exe, append(flags, "-test.run=^TestChild$/^("+scenarios+")$", "-test.v", "-raft.patience=1h")...)
	cmd.Env = append(os.Environ(), childEnv+"=1", lifeEnv+"="+life.Path(), "TMPDIR="+temp)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	life.Start(t, cmd)
	to := -cmd.Process.Pid
	if s == syscall.SIGKILL {
		to = cmd.Process.Pid
	}
	require.NoError(t, syscall.Kill(to, s))
	require.Error(t, cmd.Wait())
	life.RequireEnd(t)
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.True(t, s == syscall.SIGKILL || len(left) == 0, "temporary files are left: %v", left)
	return output.String()
}

// A parent that is asked to end takes its child along and tells what it knows.
func TestInterruptedParentTellsWhatItKnows(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			out := interrupted(t, s, "Passes|Waits|FailsOften", "-raft.isolate")
			require.Contains(t, out, "--- PASS: TestChild/Passes")
			require.Contains(t, out, "interrupted ("+s.String()+"): seeds 1 to 1 were not judged")
			require.Contains(t, out, "interrupted ("+s.String()+"): 2 scenarios of suite child were not judged")
			require.NotContains(t, out, "violated")
		})
	}
}

// What is done is told in order, also behind seeds that are not.
func TestInterruptedParentOfSeveralTellsWhatTheyHaveDone(t *testing.T) {
	out := interrupted(t, syscall.SIGINT, "WaitsLater|FailsOften", "-raft.procs=2", "-raft.seeds=7")
	require.Regexp(t, `(?s)Passed.*seed 1,.*Passed.*seed 2,.*Passed.*seed 4,.*interrupted \(interrupt\): seeds 3 to 3, seeds 5 to 7 were not judged`, out)
	require.Contains(t, out, "interrupted (interrupt): 3 scenarios of suite child were not judged")
	require.NotContains(t, out, "violated")
}

// A terminal sends its signals to all processes. A child that they ended would
// look as if the implementation had ended it.
func TestChildLeavesSignalsToItsParent(t *testing.T) {
	_, passed := child(t, "LeavesSignals", "-raft.isolate", "-raft.artifacts="+t.TempDir())
	require.True(t, passed)
}

// A child does not outlive its parent, however that ends.
func TestChildEndsWithItsParent(t *testing.T) {
	interrupted(t, syscall.SIGKILL, "Waits", "-raft.isolate")
	interrupted(t, syscall.SIGKILL, "WaitsLater", "-raft.procs=2", "-raft.seeds=7")
}
