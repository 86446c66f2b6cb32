package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// oldMessages gives a checkout of 2020 the messages of 2016 and 2017.
var oldMessages = []string{
	"	CommandValid bool\n	Command      interface{}\n	CommandIndex int\n", "	Index       int\n	Command     interface{}\n	UseSnapshot bool\n	Snapshot    []byte\n",
	"ApplyMsg{CommandValid: true, Command: ", "ApplyMsg{Command: ", "CommandIndex: r.applied}", "Index: r.applied}",
}

// TestFormsOfTheLab judges Rafts in forms that differ from the skeletons of other
// years, or that students gave them, where the lab's own tester takes them.
func TestFormsOfTheLab(t *testing.T) {
	for _, c := range []struct {
		name   string
		year   string
		change []string
		run    string
		says   string
	}{
		{"messages of 2017", "2020", oldMessages, "BasicAgree|Persist1$", "score: 2 of 2 "},
		{"a command type of its own", "2024", []string{
			"Start(command interface{})", "Start(command Order)", "// Make starts", "// Order is a command.\ntype Order interface{}\n\n// Make starts",
		}, "BasicAgree", "score: 1 of 1 "},
		{"messages that are none of the lab's", "2024", []string{
			"	SnapshotIndex int\n}", "	SnapshotIndex int\n\n\tDemoted bool\n}",
			"		r.applyCh <- msg\n", "		r.applyCh <- ApplyMsg{Demoted: true}\n\t\tr.applyCh <- msg\n",
		}, "BasicAgree|^InstallCrash$", "score: 2 of 2 "},
		{"a message from Make", "2024", []string{"	go r.applyLoop()\n", "	r.applyCh <- ApplyMsg{}\n\tgo r.applyLoop()\n"}, "BasicAgree", "score: 1 of 1 "},
		{"loops of today without a go.mod file", "2020", []string{"go r.askVote(i, args)", "go func() { r.askVote(i, args) }()"}, "BasicAgree", "score: 1 of 1 "},
		{"a group's number", "2024", []string{"applyCh chan ApplyMsg) *Raft {", "applyCh chan ApplyMsg, group int) *Raft {"}, "BasicAgree",
			"note: Make has more parameters than the labs' (int); they were zero\n"},
		{"snapshots in a form of its own", "2024", []string{"SnapshotIndex", "SnapshotUpTo"}, "BasicAgree",
			"note: snapshots are not judged: ApplyMsg lacks one of SnapshotValid bool, Snapshot []byte and SnapshotIndex int\n"},
		{"another method Snapshot", "2024", []string{"Snapshot(index int, snapshot []byte) {", "Snapshot(index int, snapshot []byte, why string) {"}, "BasicAgree",
			"note: snapshots are not judged: the method Snapshot is not Snapshot(index int, snapshot []byte)\n"},
		{"the skeleton's Snapshot", "2024", []string{"Snapshot(index int, snapshot []byte) {", "Snapshot(index int, snapshot []byte) {\n\t// Your code here (3D).\n}\n\nfunc (r *Raft) compact(index int, snapshot []byte) {"}, "BasicAgree",
			"note: snapshots are not judged: the method Snapshot does nothing yet\n"},
		{"replies by pointers to pointers", "2024", []string{"var reply VoteReply\n", "reply := &VoteReply{}\n", "var reply AppendReply\n", "var reply *AppendReply\n"}, "BasicAgree", "score: 1 of 1 "},
		{"fields of the lab's Persister", "2024", []string{"persister.ReadRaftState()", "persister.raftstate"}, "VoteSurvivesCrash", "score: 1 of 1 "},
		{"a GOPATH above", "2020", []string{`"../labrpc"`, `"course.edu/labs/src/labrpc"`, `"../labgob"`, `"course.edu/labs/src/labgob"`}, "BasicAgree", "score: 1 of 1 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			exit, stdout, stderr := lab(t, "-dir", checkoutOf(t, c.year, c.change...), "-run", c.run)
			require.Zero(t, exit, "%s%s", stdout, stderr)
			require.Contains(t, stdout, c.says)
		})
	}
}

// TestOldCommandsBehindASnapshot judges a Raft that goes on with older commands
// after a snapshot. The tester of 2021 skips them, that of 2022 does not.
func TestOldCommandsBehindASnapshot(t *testing.T) {
	t.Parallel()
	for _, skips := range []bool{true, false} {
		dir := checkoutOf(t, "2022", "		r.applyCh <- msg\n", "		r.applyCh <- msg\n\t\tif msg.SnapshotValid {\n\t\t\tr.applyCh <- ApplyMsg{CommandValid: true, CommandIndex: msg.SnapshotIndex}\n\t\t}\n")
		if skips {
			replaceIn(t, filepath.Join(dir, "src", "raft", "config.go"), "return m.CommandValid", "lastApplied := 0\n\treturn m.CommandValid && m.CommandIndex > lastApplied")
		}
		exit, stdout, stderr := lab(t, "-dir", dir, "-run", "^Install$")
		if skips {
			require.Zero(t, exit, "%s%s", stdout, stderr)
			continue
		}
		require.Equal(t, exitFailed, exit, "%s%s", stdout, stderr)
		require.Regexp(t, `(Apply Order|Start Index) violated`, stdout)
	}
}

// TestSnapshotThatTheRaftTakesBack judges a Raft that refuses each snapshot when
// it is asked, as those of 2021 are and those of 2024 are not.
func TestSnapshotThatTheRaftTakesBack(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2022", "snapshot []byte) bool {\n\treturn true", "snapshot []byte) bool {\n\treturn false")
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "^Install$")
	require.Equal(t, exitFailed, exit, "%s%s", stdout, stderr)

	replaceIn(t, filepath.Join(dir, "src", "raft", "config.go"), "r.CondInstallSnapshot(m.SnapshotTerm, m.SnapshotIndex, m.Snapshot)", "true")
	exit, stdout, stderr = lab(t, "-dir", dir, "-run", "^Install$")
	require.Zero(t, exit, "%s%s", stdout, stderr)
}

// TestOwnPersister has a Persister in the checkout that keeps snapshots which are
// not replaced.
func TestOwnPersister(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2024")
	file := filepath.Join(dir, "src", "raft", "persister.go")
	const persister = `package raft

import "sync"

type Persister struct {
	mu              sync.Mutex
	state, snapshot []byte
}

func MakePersister() *Persister { return &Persister{} }

func (p *Persister) Save(state, snapshot []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = state
	if snapshot != nil {
		p.snapshot = snapshot
	}
}

func (p *Persister) ReadRaftState() []byte { return p.state }
func (p *Persister) ReadSnapshot() []byte  { return p.snapshot }
`
	const note = "note: a Persister of the lab's semantics stands in for that of "
	for _, c := range []struct {
		change []string
		says   string
	}{
		{nil, note + file + ", which differs from it: Save(state, nil) keeps the old snapshot, which the lab's removes\n"},
		{[]string{"sync.Mutex", "sync.RWMutex[int]"}, note + file + ", which does not build by itself: "},
		{[]string{"if snapshot != nil", "if true"}, ""},
	} {
		writeFile(t, file, persister)
		replaceIn(t, file, c.change...)
		exit, stdout, stderr := lab(t, "-dir", dir, "-run", "BasicAgree")
		require.Zero(t, exit, "%s%s", stdout, stderr)
		require.Contains(t, stdout, c.says)
		if c.says == "" {
			require.NotContains(t, stdout, "note:")
		}
	}
}

// TestRaftOfAnotherCourse is one with other names of directories.
func TestRaftOfAnotherCourse(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "repository")
	require.NoError(t, os.CopyFS(filepath.Join(dir, "assignment3", "src"), os.DirFS("testdata/2020/src")))
	for _, asked := range []string{dir, filepath.Join(dir, "assignment3"), filepath.Join(dir, "assignment3", "src", "raft")} {
		c, err := detect(asked)
		require.NoError(t, err)
		require.Equal(t, filepath.Join(dir, "assignment3", "src", "raft"), c.raftDir())
	}
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "BasicAgree")
	require.Zero(t, exit, "%s%s", stdout, stderr)
}
