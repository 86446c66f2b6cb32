package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites"
)

// commandEnv makes the test binary the command, or the judge that the command starts.
const commandEnv = "PROCESS_TEST_COMMAND"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(judgeEnv) != "":
		beJudge()
	case os.Getenv(commandEnv) != "":
		main()
	}
	os.Exit(m.Run())
}

// command runs the command and returns what it printed.
func command(t *testing.T, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	exit = run(t.Context(), args, &out, &errs)
	return exit, out.String(), errs.String()
}

// shell is a node that answers hello, and everything else alike.
func shell(hello, answer string) []string {
	return []string{"--", "sh", "-c", `while read -r line; do case $line in *hello*) echo '` + hello + `';; *) echo '` + answer + `';; esac; done`}
}

const hello = `{"protocol":1,"name":"shell","version":"1"}`

// allLead is a node by which all replicas lead.
var allLead = shell(hello, `{"term":1,"leader":true}`)

// example returns the example in Python.
func example(t *testing.T) []string {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skipf("the example's language is not here: %v", err)
	}
	return []string{"--", strings.TrimSpace(string(out)), "../../examples/process/python/node.py"}
}

func TestPassingNode(t *testing.T) {
	exit, stdout, stderr := command(t, append([]string{"-suite", "election", "-run", "^InitialElection$"}, example(t)...)...)
	require.Equal(t, exitPassed, exit, "%s%s", stdout, stderr)
	require.Contains(t, stderr, "judging python-example 1\n")
	require.Contains(t, stdout, "score: 1 of 1 scenarios passed, 0 skipped")
}

// replayLine is that of a failure.
var replayLine = regexp.MustCompile(`replay:    go run github.com/raftcheck/raftcheck/adapters/process (.*)`)

func TestFailingNode(t *testing.T) {
	dir := t.TempDir()
	args := append([]string{"-run", "election/InitialElection", "-seed", "3", "-artifacts", dir}, allLead...)
	exit, stdout, stderr := command(t, args...)
	require.Equal(t, exitFailed, exit, "%s%s", stdout, stderr)
	require.Contains(t, stdout, "Election Safety violated")
	require.Contains(t, stdout, "score: 0 of 1 scenarios passed")
	require.NotContains(t, stdout, judgePackage+" "+testName)

	replay := replayLine.FindStringSubmatch(stdout)
	require.NotNil(t, replay, stdout)
	out, err := exec.Command("sh", "-c", "printf '%s\\n' "+replay[1]).Output() // a word a line
	require.NoError(t, err)
	words := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Subset(t, words, []string{"-seed=3", "^TestProcess$/^election$/^InitialElection$"})
	exit, again, _ := command(t, append([]string{"-artifacts", dir}, words...)...)
	require.Equal(t, exitFailed, exit, again)
	require.Contains(t, again, "score: 0 of 1 scenarios passed")
}

func TestConformanceReport(t *testing.T) {
	exit, stdout, stderr := command(t, append([]string{"-json", "-suite", "election", "-run", "InitialElection", "-artifacts", t.TempDir()}, allLead...)...)
	require.Equal(t, exitFailed, exit, "%s%s", stdout, stderr)
	var report suites.Report
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	require.Equal(t, "shell", report.Implementation.Name)
	require.Equal(t, 1, report.Summary.Failed)
}

// TestKnownFailures has a failure count, or not, as the node tells in advance.
func TestKnownFailures(t *testing.T) {
	for _, c := range []struct {
		known, says string
		exit        int
	}{
		{`"property":"Election Safety","facts":"the leader of term 1$","address":"https://example.com/1"`, "score: 0 of 1 scenarios passed, 1 failed as is known, 0 skipped", exitPassed},
		{`"property":"Election Safety","facts":"the leader of term 2"`, "did not fail in the way that is declared as a known issue (Election Safety: all lead): if some seeds show it, declare it as rare, and otherwise no more", exitFailed},
		{`"property":"One Vote","rare":true`, "score: 0 of 1 scenarios passed, 0 skipped", exitFailed},
		{`"property":"Elections"`, `election/InitialElection is declared to violate "Elections", which is no property`, exitFailed},
	} {
		node := shell(`{"protocol":1,"name":"shell","version":"1","known":[{"scenario":"election/InitialElection","reason":"all lead",`+c.known+`}]}`, `{"term":1,"leader":true}`)
		exit, stdout, stderr := command(t, append([]string{"-run", "election/InitialElection", "-artifacts", t.TempDir()}, node...)...)
		require.Equal(t, c.exit, exit, "%s%s", stdout, stderr)
		require.Contains(t, stdout+stderr, c.says)
	}
}

func TestWhatCannotBeJudged(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "the program to judge is missing: process [flags] -- COMMAND [ARGUMENTS]"},
		{[]string{"--"}, "the program to judge is missing"},
		{[]string{"node"}, "unexpected arguments: node; the program to judge follows --"},
		{append([]string{"-suite", "elections"}, allLead...), `there is no suite "elections"; there are election, leadership`},
		{append([]string{"-seeds", "0"}, allLead...), "-seeds must be at least 1, got 0"},
		{append([]string{"-raft.schedule", "nonesuch.json"}, allLead...), "-raft.schedule: "},
		{append([]string{"-color"}, allLead...), "flag provided but not defined: -color"},
		{append([]string{"-run", "Nonesuch"}, allLead...), `-suite "" and -run "Nonesuch" leave out all scenarios; docs/scenarios.md lists them`},
		{append([]string{"-suite", "membership", "-run", "On|One"}, allLead...), "nothing to judge: every scenario that -suite and -run select needs what the program does not declare (Membership)"},
		{[]string{"--", "/nonesuch/node"}, "start the node /nonesuch/node: "},
		{[]string{"--", "sh", "-c", "echo no such module >&2; exit 1"}, "event hello: expected a line, but its output ended\nthe process ended by itself: exit status 1; its last lines on standard error:\n  no such module"},
		{[]string{checkWord}, "the program to judge is missing"},
		{append([]string{checkWord, "-seeds", "3"}, allLead...), "flag provided but not defined: -seeds"},
	} {
		exit, stdout, stderr := command(t, c.args...)
		require.Equal(t, exitNotJudged, exit, "%s%s", stdout, stderr)
		require.Contains(t, stderr, c.says)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	exit := run(ctx, append([]string{"-suite", "election"}, allLead...), &out, &errs)
	require.Equal(t, exitNotJudged, exit, "%s%s", &out, &errs)
	require.Contains(t, out.String(), "interrupted: ")
	require.NotContains(t, out.String(), "score: ")
}

func TestCheck(t *testing.T) {
	exit, stdout, stderr := command(t, append([]string{checkWord}, example(t)...)...)
	require.Equal(t, exitPassed, exit, stderr)
	require.Regexp(t, `^python-example 1 speaks version 1 of the protocol; it was told of 1 hello, 4 init, \d+ message, 3 snapshot, 6 start, \d+ timer\n$`, stdout)
}

func TestCheckOfWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		node []string
		says []string
	}{
		{shell(`{"protocol":1,"name":"shell"}`, ""), []string{`event hello: expected a field version, got {"protocol":1,"name":"shell"}`}},
		{shell(hello, `{"term":1,"leader":0}`), []string{
			"replica 0: the answer to init is not the protocol: leader: expected true or false, got 0\n",
			`  event:  {"now":0,"event":"init","protocol":1,"replica":0,"replicas":3,"seed":1,`, "\n  answer: {\"term\":1,\"leader\":0}\n"}},
		{shell(hello, `{"term":1,"leader":false}`), []string{"expected that a replica says that it leads, but no timer is set and no message is under way at 0s"}},
		{shell(hello, `{"term":1,"leader":false,"actions":[{"timer":{"id":"t","after":100}}]}`), []string{
			"expected that a replica says that it leads, but that has not come about with 30000 events in 1ms of the cluster's time; are its times in nanoseconds?"}},
		{shell(hello, `{"term":1,"leader":false,"actions":[{"timer":{"id":"t","after":1000000000}}]}`), []string{"expected that a replica says that it leads, but that has not come about in 30s of the cluster's time"}},
		{allLead, []string{"replica 0 says that it leads, and its answer to start has no index"}},
	} {
		exit, stdout, stderr := command(t, append([]string{checkWord}, c.node...)...)
		require.Equal(t, exitFailed, exit, stdout)
		for _, text := range c.says {
			require.Contains(t, stderr, text)
		}
	}
}

func TestTranscript(t *testing.T) {
	_, stdout, _ := command(t, append([]string{checkWord, "-v"}, shell(hello, `{"term":1,"leader":false}`)...)...)
	require.Contains(t, stdout, "\n0 → {\"term\":1,\"leader\":false}\n1 ← {\"now\":0,\"event\":\"init\",")
}
