package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// standin runs the command in a directory and returns what was printed.
func standin(t *testing.T, dir string, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	t.Chdir(dir)
	var out, errs bytes.Buffer
	exit = run(context.Background(), args, &out, &errs)
	return exit, out.String(), errs.String()
}

// moduleOf writes a module that requires this raftcheck, and returns its
// directory.
func moduleOf(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	own, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	dir = t.TempDir()
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "")
	files["go.mod"] = strings.Replace(string(own), raftcheck, "example.com/judged", 1) +
		"\nrequire " + raftcheck + " v0.0.0\n\nreplace " + raftcheck + " => " + root + "\n"
	files["go.sum"] = string(sums)
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	return dir
}

const mainText = `package main

import (
	"fmt"
	"sync"
	"time"

	"example.com/judged/part"
)

func main() {
	var mu sync.Mutex
	fmt.Printf("%T %T %T\n", mu, time.NewTimer(time.Second), part.Once)
	defer func() {
		fmt.Println(recover())
		panic("here")
	}()
	mu.Unlock()
}
`

const partText = `package part

import sync "sync"

var Once *sync.Once
`

func TestChosenPackagesHaveTheStandIns(t *testing.T) {
	dir := moduleOf(t, map[string]string{"main.go": mainText, "part/part.go": partText})
	exit, stdout, stderr := standin(t, dir, "--", "go", "run", ".")
	require.Equal(t, 1, exit, stderr)
	require.Equal(t, "sync.Mutex *time.Timer *sync.Once\nsync: unlock of unlocked mutex\n", stdout)
	require.Contains(t, stderr, raftcheck+"/standin/sync.(*Mutex).Unlock")
	require.Contains(t, stderr, filepath.Join(dir, "main.go")+":18", "positions are those of the original")

	exit, stdout, stderr = standin(t, dir, "-rewrite", "./part", "go", "run", ".")
	require.Equal(t, 1, exit, stderr)
	require.Equal(t, "sync.Mutex *time.Timer *sync.Once\n", stdout, "the original's is fatal")
	require.Contains(t, stderr, "fatal error: sync: unlock of unlocked mutex")
}

// TestModulesOfTheCacheAreReached chooses a package that raftcheck itself uses.
func TestModulesOfTheCacheAreReached(t *testing.T) {
	dir := moduleOf(t, map[string]string{"main.go": `package main

import (
	"fmt"
	"reflect"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/suite"
)

func main() {
	field, _ := reflect.TypeFor[suite.Suite]().FieldByName("mu")
	fmt.Println(field.Type.PkgPath(), assert.ObjectsAreEqual(1, 1))
}
`})
	workspace := filepath.Join(dir, "go.work")
	require.NoError(t, os.WriteFile(workspace, []byte("go 1.26\n\nuse .\n"), 0o666))
	for _, work := range []string{"off", workspace} {
		t.Setenv("GOWORK", work)
		exit, stdout, stderr := standin(t, dir, "-rewrite", "github.com/stretchr/testify/suite", "go", "run", ".")
		require.Zero(t, exit, stderr)
		require.Equal(t, raftcheck+"/standin/sync true\n", stdout)
	}
	for _, name := range []string{"go.mod", "go.work"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NotContains(t, string(text), "testify =>")
	}
}

// TestReplayLinesHaveTheStandInsToo fails a Raft.
func TestReplayLinesHaveTheStandInsToo(t *testing.T) {
	dir := moduleOf(t, map[string]string{"raft_test.go": `package judged

import (
	"sync"
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/election"
	"github.com/raftcheck/raftcheck/suites/harness"
)

type stuck struct{ raftiface.Raft; mu sync.Mutex }

func (s *stuck) GetState() (int, bool) { s.mu.Lock(); return s.Raft.GetState() }

func (s *stuck) RPCReceiver() any { return s.Raft }

func TestRaft(t *testing.T) {
	impl := raftiface.Implementation{Name: "stuck", Version: "1", Make: func(env raftiface.Env) (raftiface.Raft, error) {
		r, err := raft.New(env)
		return &stuck{Raft: r}, err
	}}
	harness.Run(t, impl, election.Suite)
}
`})
	exit, stdout, stderr := standin(t, dir, "go", "test", "-run", "/^InitialElection$", ".", "-raft.artifacts", t.TempDir())
	require.Equal(t, 1, exit, stderr)
	require.Contains(t, stdout, "  replay:    go run "+raftcheck+"/standin -rewrite './...' -- go test example.com/judged -run '^TestRaft$/^InitialElection$' -count=1 -v -raft.seed=1\n")
	require.Regexp(t, `a mutex is held since Lock in \S*stuck\).GetState \(`+dir+`/raft_test.go:15\)`, stdout)
}

func TestWhatCannotBeDone(t *testing.T) {
	dir := moduleOf(t, map[string]string{"main.go": mainText, "part/part.go": partText, "plain/plain.go": "package plain\n"})
	alone := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(alone, "go.mod"), []byte("module example.com/alone\n\ngo 1.26\n"), 0o666))
	for _, c := range []struct {
		dir, flags, args, says string
	}{
		{dir, "", "", "standin: which command shall run with the stand-ins?"},
		{dir, "", "-rewrite ./plain go version", "standin: no package that -rewrite ./plain names imports sync or time"},
		{dir, "", "-rewrite ./nowhere go version", "nowhere"},
		{dir, "", "-rewrite " + raftcheck + "/suites/... go version", "standin: no package that -rewrite"},
		{dir, "", "no-such-command", `standin: exec: "no-such-command": executable file not found`},
		{dir, "-overlay=o.json", "go version", "standin: GOFLAGS has an -overlay already"},
		{alone, "", "go version", "standin: the module here must require " + raftcheck},
	} {
		t.Setenv("GOFLAGS", c.flags)
		exit, stdout, stderr := standin(t, c.dir, strings.Fields(c.args)...)
		require.Equal(t, exitNotRun, exit, c.args)
		require.Contains(t, stderr, c.says, c.args)
		require.Empty(t, stdout)
	}
}

func TestExitStatusIsTheCommands(t *testing.T) {
	dir := moduleOf(t, map[string]string{"main.go": mainText, "part/part.go": partText})
	for status, command := range map[int]string{0: "exit 0", 7: "exit 7"} {
		exit, _, stderr := standin(t, dir, "sh", "-c", command)
		require.Equal(t, status, exit, stderr)
	}
}
