package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatCannotBeJudgedIsExplained(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		name string
		dir  string
		says string
	}{
		{"no such directory", filepath.Join(empty, "none"), `lab: -dir .*/none: there is no such directory`},
		{"nothing there", empty, `lab: no lab's Raft in .*: looked for a Go file that declares func Make\(.*\) in .*/raft1, .*/src/raft, and below; the directory has nothing in it\n`},
		{"something else there", "glue", `lab: no lab's Raft in .*; the directory has fit\.go, .*`},
		{"no Make", checkoutOf(t, "2024", "func Make(", "func New("), `no lab's Raft in .*; the directory has src`},
		{"a parameter too few", checkoutOf(t, "2024", "me int, persister", "persister", "me: me, ", ""),
			`src/raft: expected func Make\(\[\]\*labrpc\.ClientEnd, int, \*Persister, chan ApplyMsg\) \*Raft, .*; found func Make\(\[\]\*labrpc\.ClientEnd, \*Persister, chan ApplyMsg\) \(\*Raft\)\n`},
		{"a parameter too many", checkoutOf(t, "2024", "applyCh chan ApplyMsg) *Raft", "applyCh chan ApplyMsg, of *Raft) *Raft"), `found func Make\(.*, \*Raft\) \(\*Raft\)`},
		{"no result", checkoutOf(t, "2024", "applyCh chan ApplyMsg) *Raft {", "applyCh chan ApplyMsg) {", "go r.applyLoop()\n\treturn r\n", "go r.applyLoop()\n"), `found func Make\(.*\) \(\)`},
		{"a method of its own Persister", checkoutOf(t, "2024", "r.persister.Save(", "r.persister.SaveAll("),
			`SaveAll undefined .*\n\(The checkout's own Persister is not used: one with the methods of the labs' stands in for it\.\)\n$`},
		{"no GetState", checkoutOf(t, "2024", "GetState() (term int", "State() (term int"),
			`lab: .*/src/raft: expected \*raft\.Raft, which Make returns, to have the method GetState\(\) \(int, bool\); found .*Kill\(\).*, Start\(interface \{\}\) \(int, int, bool\)`},
		{"other results than the lab's", checkoutOf(t, "2024", "GetState() (term int, isLeader bool) {", "GetState() (term int32, isLeader bool) {", "return r.disk.Term, r.role == leader", "return int32(r.disk.Term), r.role == leader"),
			`to have the method GetState\(\) \(int, bool\); found .*GetState\(\) \(int32, bool\)`},
		{"a Start that takes something else", checkoutOf(t, "2024", "Start(command interface{})", "Start(command string)"), `to have the method Start\(command interface\{\}\) \(int, int, bool\); found .*Start\(string\)`},
		{"messages without an index", checkoutOf(t, "2024", "CommandIndex int", "CommandNumber int", "CommandIndex:", "CommandNumber:"),
			`expected ApplyMsg to have the fields Command interface\{\} and CommandIndex int, or Command and Index as until 2017; found raft\.ApplyMsg with CommandValid bool, .*CommandNumber int`},
		{"the end in an init function", checkoutOf(t, "2024", "// Make starts", "func init() { panic(\"too early\") }\n\n// Make starts"),
			`lab: the checkout's packages end the program as soon as it starts, .*: exit status 2\npanic: too early`},
		{"two Rafts", twoRafts(t), `lab: there are 2 Rafts in .*: give -dir one of .*/one/lab, .*/other/lab\n$`},
		{"a syntax error", checkoutOf(t, "2024", "func (r *Raft) tick() {", "func (r *Raft) tick() {{"), `lab: the checkout does not parse: .*/a student's lab/src/raft/raft\.go:\d+:\d+: `},
		{"a type error", checkoutOf(t, "2024", "	if r.role == leader {", "	if r.roll == leader {"),
			`lab: the checkout does not build: exit status 1\n# 6\.5840/raft\n.*/a student's lab/src/raft/raft\.go:\d+:\d+: r\.roll undefined`},
	} {
		t.Run(c.name, func(t *testing.T) {
			exit, stdout, stderr := lab(t, "-dir", c.dir)
			require.Equal(t, exitNotJudged, exit)
			require.Empty(t, stdout)
			require.Regexp(t, c.says, stderr)
		})
	}
}

// twoRafts makes a directory with the Rafts of two students.
func twoRafts(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"one", "other"} {
		require.NoError(t, os.CopyFS(filepath.Join(dir, name, "lab"), os.DirFS("testdata/2020/src/raft")))
	}
	return dir
}

func TestWrongArgumentsAreExplained(t *testing.T) {
	damaged := filepath.Join(t.TempDir(), "schedule.json")
	writeFile(t, damaged, `{"schema": "raftcheck/schedule/1", "replicas": 1000000}`)
	good := "../../suites/chaos/testdata/regressions/snapshot-forgotten.json"
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "lab: -dir is missing"},
		{[]string{"-dir", "testdata/2024", "more"}, "lab: unexpected arguments: more"},
		{[]string{"-dir", "testdata/2024", "-seeds", "0"}, "lab: -seeds must be at least 1, got 0"},
		{[]string{"-dir", "testdata/2024", "-suite", "elections"}, `lab: there is no suite "elections"; there are election, `},
		{[]string{"-dir", "testdata/2024", "-part", "B"}, `lab: -part is A, or left out, got "B"; -suite chooses`},
		{[]string{"-dir", "testdata/2024", "-part", "A", "-suite", "reads"}, `lab: -suite "reads" and -run "" leave out all scenarios of -part A`},
		{[]string{"-dir", "testdata/2024", "-dir", "testdata/2022", "-json"}, "lab: -json and -artifacts are for one checkout"},
		{[]string{"-dir", "testdata/2024", "-out", "x"}, "lab: -out is for a class"},
		{[]string{"-list", "none"}, "lab: -list: open none: "},
		{[]string{"-list", os.DevNull}, "lab: -list: " + os.DevNull + " names no checkout"},
		{[]string{"-dir", "testdata/2024", "-run", "NoSuchThing"}, `lab: -suite "" and -run "NoSuchThing" leave out all scenarios; docs/scenarios.md lists them`},
		{[]string{"-dir", "testdata/2024", "-run", "a/b/c"}, "lab: -run a/b/c: expected a scenario's name"},
		{[]string{"-dir", "testdata/2024", "-run", "("}, "lab: -run (: error parsing regexp"},
		{[]string{"-dir", "testdata/2024", "-artifacts", damaged}, "lab: -artifacts: mkdir " + damaged + ": not a directory"},
		{[]string{"-dir", "testdata/2024", "-raft.schedule", "none.json"}, "lab: -raft.schedule: open "},
		{[]string{"-dir", "testdata/2024", "-raft.schedule", damaged}, "lab: -raft.schedule: " + damaged + ": chaos: replicas is 1000000, want "},
		{[]string{"-dir", "testdata/2024", "-raft.schedule", good, "-run", "ReElection"}, `lab: -suite "" and -run "ReElection" leave out the scenario of -raft.schedule, which is chaos/Schedule`},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitNotJudged, run(t.Context(), c.args, &stdout, &stderr))
		require.Empty(t, stdout.String())
		require.Contains(t, stderr.String(), c.says)
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitPassed, run(t.Context(), []string{"-help"}, &stdout, &stderr))
	require.Contains(t, stderr.String(), "-artifacts")
}

// TestDetect finds the Raft from whatever directory of the checkout is given.
func TestDetect(t *testing.T) {
	for _, c := range []struct {
		dir, module, raft, storedIn string
		old                         bool
	}{
		{"testdata/2020", "6.824", "raft", "raft", false},
		{"testdata/2022/src", "6.824", "raft", "raft", true},
		{"testdata/2024/src/raft", "6.5840", "raft", "raft", true},
		{"testdata/2026", "6.5840", "raft1", "tester1", false},
	} {
		got, err := detect(c.dir)
		require.NoError(t, err)
		require.Equal(t, []any{c.module, c.raft, c.storedIn, c.old}, []any{got.module, got.raft, got.storedIn, got.old}, c.dir)
	}
}

// TestDetectModuleAbove has the go.mod file above src.
func TestDetectModuleAbove(t *testing.T) {
	dir := checkoutOf(t, "2026", `"6.5840/`, `"6.5840/src/`)
	require.NoError(t, os.Rename(filepath.Join(dir, "src", "go.mod"), filepath.Join(dir, "go.mod")))
	got, err := detect(dir)
	require.NoError(t, err)
	require.Equal(t, []any{"6.5840", "src/raft1", "src/tester1"}, []any{got.module, got.raft, got.storedIn})
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "InitialElection")
	require.Zero(t, exit, "%s%s", stdout, stderr)
}

func TestLabsOwnFilesAreLeftOut(t *testing.T) {
	dir := checkoutOf(t, "2026")
	raft := filepath.Join(dir, "src", "raft1")
	writeFile(t, filepath.Join(raft, "proxy.go"), "package raft\n\nimport \"6.5840/tester1\"\n\ntype Rfproxy struct{ dc *tester.DaemonClnt }\n")
	writeFile(t, filepath.Join(raft, "test.go"), "package raft\n\nimport \"testing\"\n\ntype Test struct{ t *testing.T }\n")
	writeFile(t, filepath.Join(raft, "config.go"), "package raft\n\nconst mine = 1\n")
	c, err := detect(dir)
	require.NoError(t, err)
	var names []string
	for _, s := range c.sources {
		names = append(names, filepath.Base(s.path))
	}
	require.Equal(t, []string{"config.go", "raft.go"}, names, "a config.go of the student's own stays")
}
