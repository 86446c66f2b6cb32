package node_test

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// root is that of the checkout.
const root = "../../.."

// TestMutants has what convicts a mutant of the reference convict its twin, the same bug
// in the example in Python, of the same property.
func TestMutants(t *testing.T) {
	command := python(t)
	kills := killsOfReference(t)
	patches, err := fs.Glob(os.DirFS(filepath.Join(root, "mutants", "python")), "*/*.patch")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(patches), 10)
	for _, patch := range patches {
		name := strings.TrimSuffix(patch, ".patch")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kill, ok := kills[name]
			require.True(t, ok, "mutants/results.json has no twin of that name")
			script, another := mutant(t, patch)
			impl, err := node.Implementation(node.Command{Path: command.Path, Args: []string{script}})
			require.NoError(t, err)
			by := cmp.Or(another, kill.Scenario)
			suite, sc := scenario(t, by)
			r, _ := harness.RunSeed(t, impl, suite, sc, kill.Seed)
			require.NotNil(t, r.Failure, "%s passes", by)
			require.Equal(t, kill.Property, r.Failure.Property, "%s says %v", by, r.Failure)
		})
	}
}

// A kill is what convicts a mutant of the reference.
type kill struct {
	Scenario string
	Property checker.Property
	Seed     uint64
}

func killsOfReference(t *testing.T) (kills map[string]kill) {
	data, err := os.ReadFile(filepath.Join(root, "mutants", "results.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &kills))
	return kills
}

// anotherScenario is in the header of a patch whose twin's does not show the bug.
var anotherScenario = regexp.MustCompile(`(?m)^Scenario: (\S+)\n`)

// mutant returns the path of a copy of the example with a patch applied, and the
// scenario that the patch names, if it does.
func mutant(t *testing.T, patch string) (script, another string) {
	path, err := filepath.Abs(filepath.Join(root, "mutants", "python", patch))
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	if m := anotherScenario.FindSubmatch(text); m != nil {
		another = string(m[1])
	}
	dir, example := t.TempDir(), filepath.Join("examples", "process", "python")
	require.NoError(t, os.CopyFS(filepath.Join(dir, example), os.DirFS(filepath.Join(root, example))))
	command := exec.Command("git", "apply", path)
	command.Dir = dir
	// Without a repository in sight git applies to plain files.
	command.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s does not apply: %s", path, out)
	return filepath.Join(dir, example, "node.py"), another
}
