package node_test

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// python returns the command that runs the example. What is called python3 may be a
// script that looks for one, and takes longer than that.
func python(t *testing.T) node.Command {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skipf("the example's language is not here: %v", err)
	}
	script, err := filepath.Abs("../../../examples/process/python/node.py")
	require.NoError(t, err)
	return node.Command{Path: strings.TrimSpace(string(out)), Args: []string{script}}
}

// TestPython judges the example by a few suites. Command process judges it by all, in
// some minutes.
func TestPython(t *testing.T) {
	impl, err := node.Implementation(python(t))
	require.NoError(t, err)
	suites.Run(t, impl, suites.Only("election", "snapshot"))
}

// TestSameSeedSameTrace has the trace depend on the seed alone, not on the processors,
// nor on whether a process has had a life before.
func TestSameSeedSameTrace(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	impl, err := node.Implementation(python(t))
	require.NoError(t, err)
	for _, name := range []string{"election/Rivals", "persistence/Figure8", "snapshot/InstallUnreliable", "service/Everything"} {
		t.Run(name, func(t *testing.T) {
			suite, sc := scenario(t, name)
			var first harness.Result
			for i, processors := range []int{1, 2, 4} {
				runtime.GOMAXPROCS(processors)
				r, _ := harness.RunSeed(t, impl, suite, sc, 7)
				require.Nil(t, r.Failure)
				r.Wall = 0
				if i == 0 {
					first = r
				}
				require.Equal(t, first, r, "with %d processors", processors)
			}
		})
	}
}

// scenario returns the one of that name.
func scenario(t *testing.T, name string) (suite string, sc harness.Scenario) {
	suite, wanted, _ := strings.Cut(name, "/")
	for _, s := range suites.All() {
		for _, sc := range s.Scenarios {
			if s.Name == suite && sc.Name == wanted {
				return suite, sc
			}
		}
	}
	require.FailNow(t, "there is no scenario "+name)
	return "", sc
}
