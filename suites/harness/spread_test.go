package harness

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// differs is what no two processes have in common.
var differs = regexp.MustCompile(`0x[0-9a-f]+|(goroutine|bubble) \d+|\(\d+\.\d\ds\)|(?i:"wall(_ns)?":)\d+|in \d+\.\d s`)

// TestSpreadTellsTheSame runs scenarios in one process and in several.
func TestSpreadTellsTheSame(t *testing.T) {
	const some = "(Passes|Fails|FailsOften|KnownFails|KnownOther)"
	for name, c := range map[string]struct {
		scenarios string
		flags     []string
	}{
		"seeds":    {some, []string{"-raft.seeds=9"}},
		"keep":     {some, []string{"-raft.seeds=4", "-raft.keep"}},
		"failfast": {some, []string{"-raft.seeds=9", "-test.failfast"}},
		"alike":    {some, []string{"-raft.seeds=9", "-child.panics"}},
		"isolate":  {some, []string{"-raft.seeds=9", "-raft.isolate"}},
		"shrink":   {"Reducible", []string{"-raft.seeds=2", "-raft.shrink=1h"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			told := func(procs string) (output string, files map[string]string) {
				require.NoError(t, os.RemoveAll(dir))
				out, _ := child(t, c.scenarios, append(c.flags, procs, "-raft.artifacts="+dir)...)
				return differs.ReplaceAllString(out, "T"), filesIn(t, dir)
			}
			alone, left := told("-raft.procs=1")
			several, leftBySeveral := told("-raft.procs=3")
			require.Equal(t, strings.Split(alone, "\n"), strings.Split(several, "\n"))
			require.NotEmpty(t, left)
			require.Equal(t, slices.Sorted(maps.Keys(left)), slices.Sorted(maps.Keys(leftBySeveral)))
			for path := range left {
				require.True(t, left[path] == leftBySeveral[path], "%s differs", path)
			}
		})
	}
}

// filesIn returns the contents of all files below a directory, but for those of
// goroutines, which have addresses in them.
func filesIn(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "goroutines.txt" {
			files[path] = differs.ReplaceAllString(read(t, path, ""), "T")
		}
		return err
	}))
	return files
}

// TestSpreadWhereSeedsPay tells by what is printed who ran the seeds: child
// processes keep it to themselves.
func TestSpreadWhereSeedsPay(t *testing.T) {
	for _, c := range []struct {
		processors string
		flags      []string
		here       bool
	}{
		{"4", []string{"-raft.seeds=3"}, true},
		{"4", []string{"-raft.seeds=4"}, false},
		{"1", []string{"-raft.seeds=4"}, true},
		{"1", []string{"-raft.seeds=4", "-raft.procs=2"}, false},
		{"4", []string{"-raft.seeds=2", "-raft.procs=2"}, false},
		{"4", []string{"-raft.seeds=4", "-raft.procs=1"}, true},
		{"4", []string{"-raft.procs=4"}, true},
		{"4", []string{"-raft.isolate"}, false},
		{"4", []string{"-raft.seeds=4", "-test.cpuprofile=" + filepath.Join(t.TempDir(), "profile")}, true},
	} {
		t.Setenv("GOMAXPROCS", c.processors)
		out, passed := child(t, "Prints", c.flags...)
		require.True(t, passed)
		require.Equal(t, c.here, strings.Contains(out, "printed with seed 1\n"), "%s processors, %v", c.processors, c.flags)
	}
}

func TestProcessesAreNoMoreThanSeedsPayFor(t *testing.T) {
	for _, c := range []struct {
		seeds            uint64
		processors, want int
	}{{1, 8, 1}, {3, 8, 1}, {4, 8, 2}, {15, 8, 7}, {1000, 8, 8}, {1000, 1, 1}} {
		require.Equal(t, c.want, Processes(c.seeds, c.processors), "%d seeds, %d processors", c.seeds, c.processors)
	}
}

// TestReplayThatEndsItsProcess has every seed fail, and its second run exit.
func TestReplayThatEndsItsProcess(t *testing.T) {
	for _, procs := range []string{"-raft.procs=1", "-raft.procs=2"} {
		out, passed := child(t, "EndsInReplay", "-raft.isolate", "-raft.seeds=3", procs, "-raft.artifacts="+t.TempDir())
		require.False(t, passed)
		require.Contains(t, out, "3 of 3 seeds failed")
		require.Equal(t, 3, strings.Count(out, "replayed:  not replayed: the second run ended its process (exit status 3)"))
		require.Regexp(t, `(?s)seed 1 is no good.*seed 2 is no good.*seed 3 is no good`, out)
	}
}
