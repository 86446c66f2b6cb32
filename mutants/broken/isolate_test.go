//go:build unix

package broken

import (
	"log"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// TestIsolation runs TestDying with -raft.isolate: every way to end the process
// is a verdict, and the scenarios after it still run.
func TestIsolation(t *testing.T) {
	text := dying(t, "^TestDying$/^(Before|Panics|Fatal|Exits|ExitsWell|MapRace|After)$", "-raft.isolate", "-raft.patience=1s")
	require.Contains(t, text, "--- PASS: TestDying/Before")
	require.Regexp(t, `dying/Panics, seed 1: Panic violated: the implementation does not panic
 +the process died of a panic: out of luck
 +in \S+/broken\.panics \(.*/isolate_test\.go:\d+\)`, text)
	require.Regexp(t, `dying/Fatal, seed 1: Exit violated: .*
 +the implementation ended the process \(exit status 1\), as os\.Exit and log\.Fatal do
 +its last output:
 +.* cannot go on`, text)
	require.Regexp(t, `dying/Exits, seed 1: Exit violated: .*
 +the implementation ended the process \(exit status 3\)`, text)
	require.Regexp(t, `dying/ExitsWell, seed 1: Exit violated: .*
 +the implementation ended the process with os\.Exit\(0\)
 +in \S+/broken\.exitsWell`, text)
	// The race detector sees it first, where there is one.
	require.Regexp(t, `dying/MapRace, seed 1: (Data Race violated|Panic violated: .*
 +the process died of a fatal error: concurrent map writes
 +in \S+/broken\.mapRace)`, text)
	require.Regexp(t, `replay: +go test \S+/mutants/broken -run '\^TestDying\$/\^Panics\$' -count=1 -v -raft.seed=1`, text)
	require.Contains(t, text, "--- FAIL: TestDying/Panics ")
	require.Contains(t, text, "--- PASS: TestDying/After")
}

// TestIsolationGoesOn has a scenario die at the second of three seeds.
func TestIsolationGoesOn(t *testing.T) {
	for _, flags := range [][]string{{"-raft.isolate"}, {"-raft.isolate", "-raft.procs=2"}, {"-raft.procs=2"}} {
		text := dying(t, "^TestDying$/^PanicsLater$", append(flags, "-raft.seeds=3")...)
		require.Regexp(t, `(?s)Passed.*seed 1.*FAILED.*seed 2.*dying/PanicsLater, seed 2: Panic violated.*out of luck.*Passed.*seed 3.*1 of 3 seeds failed`, text)
	}
}

// TestIsolationEndsWhatHangs has a process in which nothing runs any more, not
// even a watchdog.
func TestIsolationEndsWhatHangs(t *testing.T) {
	text := dying(t, "^TestDying$/^Stops$", "-raft.isolate", "-raft.patience=50ms")
	require.Regexp(t, `dying/Stops, seed 1: Waiting violated: .*
 +the process of the run said nothing, not even that it is busy, for 750ms, and was ended
 +it printed nothing`, text)
}

// dying runs TestDying, in which a scenario must fail, and returns its output.
func dying(t *testing.T, pattern string, flags ...string) string {
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, append(flags, "-test.run="+pattern, "-test.v", "-raft.artifacts="+t.TempDir())...)
	cmd.Env = append(os.Environ(), dyingEnv+"=1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	require.Error(t, err)
	return string(out)
}

// dyingEnv makes TestDying run.
const dyingEnv = "BROKEN_DYING"

// misdeed is what every replica does after a second.
var misdeed atomic.Pointer[func()]

func TestDying(t *testing.T) {
	if os.Getenv(dyingEnv) == "" {
		t.Skip("for TestIsolation only: it ends the process")
	}
	impl := implementation(func(raftiface.Env) breakage {
		return breakage{run: func(*Raft) {
			time.Sleep(time.Second)
			if f := misdeed.Load(); f != nil {
				(*f)()
			}
		}}
	})
	dies := func(name string, f func()) harness.Scenario {
		return story(name, func(c *world.Cluster) {
			misdeed.Store(&f)
			c.Sleep(2 * time.Second)
		})
	}
	harness.Run(t, impl, harness.Suite{Name: "dying", Scenarios: []harness.Scenario{
		story("Before", func(c *world.Cluster) { c.Commit(3) }),
		dies("Panics", panics),
		story("PanicsLater", func(c *world.Cluster) {
			f := func() {}
			if c.Seed() == 2 {
				f = panics
			}
			misdeed.Store(&f)
			c.Sleep(2 * time.Second)
		}),
		dies("Fatal", func() { log.Fatal("cannot go on") }),
		dies("Exits", func() { os.Exit(3) }),
		dies("ExitsWell", exitsWell),
		dies("MapRace", mapRace),
		story("After", func(c *world.Cluster) { c.Commit(3) }),
		dies("Stops", stops),
	}})
}

// stops stops the process. The signal may take a moment, and nothing is to happen
// until then.
func stops() {
	syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	for {
		runtime.Gosched()
	}
}

func panics() { panic("out of luck") }

func exitsWell() { os.Exit(0) }

func mapRace() {
	m := map[int]int{}
	for range 2 {
		go func() {
			for i := range 1_000_000 {
				m[i%10] = i
			}
		}()
	}
}
