//go:build linux

package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// misbehave returns a checkout that does something when a replica starts.
func misbehave(t *testing.T, code string) (dir string) {
	dir = checkoutOf(t, "2024", "	go r.applyLoop()\n", "	misbehave()\n\tgo r.applyLoop()\n")
	writeFile(t, filepath.Join(dir, "src", "raft", "misbehave.go"), `package raft

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

var _ = fmt.Sprint
var _ = os.Exit
var _ = exec.Command
var _ = syscall.Setsid

func spin() {
	for {
	}
}

func misbehave() {
`+code+"\n}\n")
	return dir
}

// TestClass judges checkouts some of which do what they should not: each has a
// verdict of its own, and nothing is left of any.
func TestClass(t *testing.T) {
	t.Parallel()
	life := processtest.NewLife(t)
	class := []struct{ dir, verdict, says string }{
		{misbehave(t, `os.Exit(3)`), failed, `^Exit \(1\)`},
		{misbehave(t, `for { fmt.Println("without end", make([]byte, 10000)) }`), "(failed|not judged)", `^Waiting \(1\)|it held more than 900 MiB`},
		{misbehave(t, `for { go func() { select {} }() }`), "(failed|not judged)", `^Waiting \(1\)|it held more than 900 MiB`},
		{misbehave(t, `all := make([]byte, 1<<30); for i := range all { all[i] = 1 }; spin(); _ = all`), notJudged, `it held more than 900 MiB`},
		{misbehave(t, `for i := 0; i < 60; i++ { os.WriteFile(fmt.Sprint(os.TempDir(), "/", i), make([]byte, 10<<20), 0o666) }; spin()`), notJudged, `it wrote more than 300 MiB`},
		{misbehave(t, `for i := 0; i < 120; i++ { exec.Command("sleep", "1000").Start() }; spin()`), notJudged, `it had more than 60 processes`},
		{misbehave(t, fmt.Sprintf(`c := exec.Command("sh", "-c", "sleep 1000 & exec sleep 1000"); c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			c.Stdout, _ = os.OpenFile(%q, os.O_WRONLY, 0); c.Start()`, life.Path())), passed, `^$`},
		{t.TempDir(), notJudged, `no lab's Raft in `},
		{checkoutOf(t, "2024"), passed, `^$`},
	}
	list := filepath.Join(t.TempDir(), "list")
	text := "# a class\n\n"
	for _, c := range class[1:] {
		text += c.dir + "\n"
	}
	writeFile(t, list, text)
	out, temp := t.TempDir(), t.TempDir()
	command := exec.Command(os.Args[0], "-dir", class[0].dir, "-list", list, "-out", out, "-run", "^BasicAgree$",
		"-memory", "900", "-output", "300", "-processes", "60")
	command.Env = append(os.Environ(), commandEnv+"=1", "TMPDIR="+temp)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	command.Run()
	require.Equal(t, exitNotJudged, command.ProcessState.ExitCode(), "%s%s", &stdout, &stderr)
	life.RequireEnd(t)
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left, "temporary files")

	page, err := os.ReadFile(filepath.Join(out, "class.html"))
	require.NoError(t, err)
	lines := readSheet(t, out)
	require.Len(t, lines, len(class)+1)
	for i, name := range lines[0] {
		require.NotEmpty(t, name, "column %d", i)
	}
	for i, c := range class {
		line := lines[i+1]
		said, _ := os.ReadFile(filepath.Join(out, line[9]))
		require.Equal(t, []any{c.dir, true}, []any{line[0], bytes.Contains(page, []byte(`<a href="`+line[9]+`">`))})
		require.Regexp(t, "^"+c.verdict+"$", line[1], "%d: %s\n%s", i, line, said)
		require.Regexp(t, c.says, line[6]+line[8], "%d: %s\n%s", i, line, said)
		require.Contains(t, stdout.String(), c.dir+" ")
		require.NotEmpty(t, said)
	}
}

// readSheet returns the lines of a class's sheet.
func readSheet(t *testing.T, out string) [][]string {
	f, err := os.Open(filepath.Join(out, "class.csv"))
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return lines
}

func TestBoundOfTime(t *testing.T) {
	b := bounds{time: time.Millisecond, memory: 1000, processes: 100, output: 100}
	command := exec.Command("sh", "-c", "sleep 1000; sleep 1000")
	broke, err := b.run(t.Context(), command, nil)
	require.NoError(t, err)
	require.EqualError(t, broke, "it took more than 1ms")
	require.NotNil(t, command.ProcessState, "it has ended")
}
