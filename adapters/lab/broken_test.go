package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBrokenRaftsFail breaks a good checkout in the ways of students.
func TestBrokenRaftsFail(t *testing.T) {
	for _, c := range []struct {
		name   string
		change []string
		run    string
		says   []string // patterns
	}{
		{
			// gob leaves out zeros: a vote for 0 comes back as the -1 of nobody.
			name: "vote forgotten on restart",
			change: []string{
				"r.disk = durable{Log", "r.disk = durable{Vote: -1, Log",
				"r.me + 1", "r.me",
				"args.Candidate+1", "args.Candidate",
				"Vote == 0", "Vote == -1",
				"r.disk.Vote = term, 0", "r.disk.Vote = term, -1",
			},
			run:  "VoteSurvivesCrash",
			says: []string{`One Vote violated`, `in 1 scenario: One Vote: a replica votes for one candidate a term.*\n    start with election/VoteSurvivesCrash, seed 1: event \d+`, `first wrong step, and what it is held against:\n.*Granted:true`},
		},
		{
			name:   "no up-to-date check",
			change: []string{"upToDate := ", "upToDate := true || "},
			run:    "LaggingReplica",
			says:   []string{`Up-to-Date Vote violated`, `first wrong step, and what it is held against:\n.*Success:true`},
		},
		{
			name: "apply before commit",
			change: []string{
				"case r.applied < r.commit:", "case r.applied < r.last():",
				"r.replicate()\n\treturn r.last()", "r.replicate()\n\tr.changed.Broadcast()\n\treturn r.last()",
			},
			run:  "agreement/Rejoin",
			says: []string{`Leader Completeness`},
		},
		{
			name:   "mutex held across a send",
			change: []string{"r.mu.Unlock()\n\t\tr.applyCh <- msg\n\t\tr.mu.Lock()", "r.applyCh <- msg"},
			run:    "^InstallCrash$",
			says:   []string{`Waiting violated`, `FAILED 1 of 1: Waiting`, `a mutex is held since Lock in .*applyLoop \(.*raft\.go:\d+\)\n *a goroutine has waited for it for .*s in Lock in .*Snapshot \(.*raft\.go:\d+\)`, `goroutines\.txt`},
		},
		{
			name:   "busy loop",
			change: []string{"r.changed.Wait()", "r.mu.Unlock()\n\t\t\tr.mu.Lock()"},
			run:    "InitialElection",
			says:   []string{`Waiting violated`, `virtual time has stood still`, `applyLoop`},
		},
		{
			name:   "panic in a goroutine",
			change: []string{"	if reply.Success {", "	if reply.Success && len(args.Entries) > 0 {\n\t\tpanic(\"oh dear\")"},
			run:    "agreement/BasicAgree",
			says:   []string{`Panic violated`, `panic: oh dear`, `Raft\)\.send .*a student's lab/src/raft/raft\.go:\d+`},
		},
		{
			name:   "log.Fatal",
			change: []string{`	"math/rand"`, "	\"log\"\n\t\"math/rand\"", "reply.Success = true", "log.Fatalf(\"no success, term %d\", args.Term)"},
			run:    "agreement/(BasicAgree|FailAgree)$", // the second one has its turn too
			says:   []string{`Exit violated`, `no success, term \d`, `BasicAgree .*FAILED`, `FailAgree .*FAILED`, `score: 0 of 2 scenarios passed`},
		},
		{
			name:   "never elects",
			change: []string{"r.votes <= len(r.peers)/2", "r.votes <= len(r.peers)"},
			run:    "InitialElection",
			says:   []string{`Election Liveness violated`, `none of the replicas`},
		},
		{
			name:   "Make returns nil",
			change: []string{"go r.applyLoop()\n\treturn r\n", "go r.applyLoop()\n\treturn nil\n"},
			run:    "InitialElection",
			says:   []string{`Make violated`, `returned a nil Raft`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			exit, stdout, stderr := lab(t, "-dir", checkoutOf(t, "2024", c.change...), "-run", c.run)
			require.Equal(t, exitFailed, exit, "%s%s", stdout, stderr)
			for _, says := range c.says {
				require.Regexp(t, says, stdout)
			}
		})
	}
}

// TestGoroutinesLeftFailOnlyIfStrict judges a Raft whose year has no Kill.
func TestGoroutinesLeftFailOnlyIfStrict(t *testing.T) {
	t.Parallel()
	exit, stdout, _ := lab(t, "-dir", "testdata/2026", "-run", "InitialElection")
	require.Zero(t, exit, stdout)
	require.Regexp(t, `score: 1 of 1 scenarios passed; \d+ goroutines were left after Kill`, stdout)
	exit, stdout, _ = lab(t, "-dir", "testdata/2026", "-run", "InitialElection", "-strict")
	require.Equal(t, exitFailed, exit, stdout)
	require.Contains(t, stdout, "Kill violated")
}

// TestCostsFailOnlyIfStrict judges a Raft that sends heartbeats as fast as it can.
func TestCostsFailOnlyIfStrict(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2024", "heartbeat   = 80", "heartbeat   = 4")
	exit, stdout, _ := lab(t, "-dir", dir, "-run", "^Count$")
	require.Zero(t, exit, stdout)
	require.Regexp(t, `score: 1 of 1 scenarios passed; agreement/Count cost more than the bound, which only -strict counts as a failure`, stdout)
	exit, stdout, _ = lab(t, "-dir", dir, "-run", "^Count$", "-strict")
	require.Equal(t, exitFailed, exit, stdout)
	require.Contains(t, stdout, "Efficiency violated")
}

func TestPrintedCommandReplaysTheFailure(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2024", "r.votes <= len(r.peers)/2", "r.votes <= len(r.peers)")
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "InitialElection", "-seed", "4")
	require.Equal(t, exitFailed, exit, stderr)
	out := replay(t, replayLines(t, stdout)[0])
	require.Contains(t, out, "election/InitialElection, seed 4: Election Liveness violated")
	artifacts := regexp.MustCompile(`artifacts: (.+) \(`).FindStringSubmatch(out)
	require.NotNil(t, artifacts, "%s", out)
	require.FileExists(t, filepath.Join(artifacts[1], "report.txt"))
}

// TestPrintedCommandReplaysTheShrunkFailure has the schedule of a random world
// judge a Raft before and after it is mended.
func TestPrintedCommandReplaysTheShrunkFailure(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2024", "r.votes <= len(r.peers)/2", "r.votes <= len(r.peers)")
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "Swarm", "-seed", "4")
	require.Equal(t, exitFailed, exit, stderr)
	lines := replayLines(t, stdout)
	require.Len(t, lines, 2, "of the world as it was, and of the shrunk one")
	out := replay(t, lines[1])
	require.Contains(t, out, "chaos/Schedule, seed 4: Commit Liveness violated")
	require.Contains(t, out, "score: 0 of 1 scenarios passed\n")
	require.Contains(t, replay(t, replayLines(t, out)[0]), "chaos/Schedule, seed 4: Commit Liveness violated", "the replay's own line")

	replaceIn(t, filepath.Join(dir, "src", "raft", "raft.go"), "r.votes <= len(r.peers)", "r.votes <= len(r.peers)/2")
	_, schedule, _ := strings.Cut(lines[1], "-raft.schedule=")
	exit, stdout, stderr = lab(t, "-dir", dir, "-raft.schedule", schedule)
	require.Equal(t, exitPassed, exit, "%s%s", stdout, stderr)
	require.Contains(t, stdout, "score: 1 of 1 scenarios passed\n")
}

func replayLines(t *testing.T, stdout string) (lines []string) {
	for _, match := range regexp.MustCompile(`(?m)^\s*replay: +(.+)$`).FindAllStringSubmatch(stdout, -1) {
		lines = append(lines, match[1])
	}
	require.NotEmpty(t, lines, stdout)
	return lines
}

// replay runs a printed command, which is to fail, from another directory.
func replay(t *testing.T, line string) (stdout string) {
	if runtime.GOOS == "windows" {
		t.Skip("the command is for a Unix shell")
	}
	shell := exec.Command("sh", "-c", line)
	shell.Dir = t.TempDir()
	shell.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	out, err := shell.Output()
	require.Error(t, err, "it fails again")
	return string(out)
}
