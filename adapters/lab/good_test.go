package main

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// TestGoodCheckoutsPass judges a Raft in the form of each generation of the
// labs: one of them by everything, the others by what may depend on the form.
func TestGoodCheckoutsPass(t *testing.T) {
	for _, c := range []struct {
		year string
		args []string
	}{
		{year: "2024"},
		{"2020", []string{"-suite", "persistence"}},
		{"2022", []string{"-suite", "snapshot"}},
		{"2026", []string{"-suite", "persistence"}},
	} {
		t.Run(c.year, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("testdata", c.year)
			before := contents(t, dir)
			exit, stdout, stderr := lab(t, append(c.args, "-dir", dir)...)
			require.Zero(t, exit, "%s%s", stdout, stderr)
			require.Regexp(t, `(?m)^score: (\d+) of \d+ scenarios passed`, stdout)
			require.Equal(t, before, contents(t, dir), "the checkout was changed")
		})
	}
}

func TestJSONIsAConformanceReport(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "2020", "src", "raft")
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "^(InitialElection|BasicAgree|Basic)$", "-json", "-seed", "3", "-seeds", "2")
	require.Zero(t, exit, stderr)
	var r suites.Report
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Equal(t, suites.Schema, r.Schema)
	require.Equal(t, suites.Summary{Passed: 2, Skipped: 1}, r.Summary)
	require.Equal(t, "InitialElection", r.Scenarios[0].Scenario)
	require.Equal(t, suites.Seeds{First: 3, Count: 2}, r.Scenarios[0].Seeds)
	require.Equal(t, []string{"Snapshots"}, r.Features.Skipped)
	require.Contains(t, stderr, "score: 2 of 2 scenarios passed, 1 skipped for lack of Snapshots")
}

func TestNothingToJudgeIsNoPass(t *testing.T) {
	t.Parallel()
	exit, _, stderr := lab(t, "-dir", "testdata/2020", "-suite", "snapshot", "-run", "Init")
	require.Equal(t, exitNotJudged, exit)
	require.Contains(t, stderr, "lab: nothing to judge: every scenario that -suite and -run select needs what the checkout lacks (Snapshots)")
}

// TestSameSeedSameTrace judges Rafts that draw from the global source of
// math/rand, one of them with replicas that live on after a restart.
func TestSameSeedSameTrace(t *testing.T) {
	for _, year := range []string{"2024", "2026"} {
		var first []harness.Result
		for _, processors := range []string{"1", "4"} {
			t.Setenv("GOMAXPROCS", processors)
			v, err := judge(context.Background(), options{
				dir:   filepath.Join("testdata", year),
				Flags: choice.Flags{Run: "^(Persist2|RollingRestart|ReliableChurn)$", Seed: 5, Seeds: 1, Artifacts: t.TempDir()},
			}, io.Discard)
			require.NoError(t, err)
			require.NotEmpty(t, v.outcome.Results)
			results := withoutWall(v.outcome)
			if first == nil {
				first = results
			}
			require.Equal(t, first, results, "%s with %s processors", year, processors)
		}
	}
}

func withoutWall(o *outcome.Outcome) (results []harness.Result) {
	for _, r := range o.Results {
		r.Wall = 0
		results = append(results, r)
	}
	return results
}

// TestCodeForARealClockPasses judges a Raft that holds a lock for sends while it
// sends, and one of whose goroutines looks until a deadline has passed.
func TestCodeForARealClockPasses(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2024",
		"	mu       sync.Mutex", "	sends    sync.Mutex\n	mu       sync.Mutex",
		"		r.applyCh <- msg", "		r.sends.Lock()\n		r.applyCh <- msg\n		r.sends.Unlock()",
		"	go r.applyLoop()", "	go r.applyLoop()\n	go r.watch()",
		"// applyLoop delivers", `// watch waits, every now and then, for whatever is sent.
func (r *Raft) watch() {
	deadline := time.Now().Add(heartbeat)
	for {
		r.mu.Lock()
		killed := r.killed
		r.mu.Unlock()
		if killed {
			return
		}
		if deadline.Before(time.Now()) {
			r.sends.Lock()
			r.sends.Unlock()
			deadline = time.Now().Add(heartbeat)
		} else if deadline.After(time.Now()) {
			time.Sleep(deadline.Sub(time.Now()))
		}
	}
}

// applyLoop delivers`)
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "InstallCrash|SlowService", "-strict")
	require.Zero(t, exit, "%s%s", stdout, stderr)
	require.Regexp(t, `score: (\d+) of \d+ scenarios passed\n`, stdout)
}

// TestToleratesWhatStudentsDo puts much of it into one checkout, which may not
// be written to.
func TestToleratesWhatStudentsDo(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2022",
		`	"6.824/labrpc"`, `	"6.824/labrpc"

	"6.824/notes/deep"

	"example.com/locks"`,
		"sync.Mutex", "locks.Mutex",
		"applyCh chan ApplyMsg) *Raft {", "applyCh chan ApplyMsg, groups ...int) *Raft {\n\trand.Seed(time.Now().UnixNano())\n\tdeep.Note(len(groups))",
		"	r.killed = true", "	if r.killed {\n\t\treturn\n\t}\n\tr.killed = true",
		"	defer r.mu.Unlock()\n\tfor !r.killed {", "	defer r.mu.Unlock()\n\tdefer close(r.applyCh)\n\tfor !r.killed {",
		"	SnapshotIndex int\n}", "	SnapshotIndex int\n\n\tTerm int\n}",
	)
	src := filepath.Join(dir, "src")
	writeFile(t, filepath.Join(src, "notes", "deep", "notes.go"), `// Package deep keeps notes.
package deep

import "fmt"

// Note keeps one. Its loop is of a Go whose loops share their variable.
func Note(n int) {
	var all []func() int
	for i := 0; i < 3; i++ {
		all = append(all, func() int { return i })
	}
	if all[0]() != 3 {
		panic("the loop has another meaning than the go.mod file says")
	}
	fmt.Print("a line without an end, and an odd one: --- FAIL: TestLab")
}
`)
	writeFile(t, filepath.Join(src, "notes", "deep", "config.go"), "//go:build !windows\n\npackage deep\n\ntype config struct{}\n")
	writeFile(t, filepath.Join(src, "raft", "scratch.go"), "//go:build ignore\n\npackage main\n\nfunc main() { this does not compile }\n")
	replaceIn(t, filepath.Join(src, "go.mod"), "go 1.15", "go 1.15\n\nrequire example.com/locks v1.0.0\n\nreplace (\n\texample.com/locks => ../locks\n)")
	writeFile(t, filepath.Join(dir, "locks", "go.mod"), "module example.com/locks\n")
	writeFile(t, filepath.Join(dir, "locks", "locks.go"), "package locks\n\nimport \"sync\"\n\ntype Mutex struct{ sync.Mutex }\n")
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			t.Cleanup(func() { os.Chmod(path, 0o777) })
			return os.Chmod(path, 0o555)
		}
		return os.Chmod(path, 0o444)
	}))

	before := contents(t, dir)
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "InitialElection|^InstallCrash$", "-strict")
	require.Zero(t, exit, "%s%s", stdout, stderr)
	require.Contains(t, stdout, "score: 2 of 2 scenarios passed\n")
	require.Equal(t, before, contents(t, dir), "the checkout was changed")
}
