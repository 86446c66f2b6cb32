package main

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVerdictSaysWhatToReadFirst judges a Raft that breaks several properties in
// several scenarios, and prints as soon as it is loaded.
func TestVerdictSaysWhatToReadFirst(t *testing.T) {
	t.Parallel()
	dir := checkoutOf(t, "2024", "upToDate := ", "upToDate := true || ",
		"// Make starts", "func init() { println(\"a line of the student's\") }\n\n// Make starts")
	exit, stdout, stderr := lab(t, "-dir", dir, "-run", "LaggingReplica|BasicAgree|IsolatedReplicaReturns")
	require.Equal(t, exitFailed, exit, "%s%s", stdout, stderr)
	require.Regexp(t, `^.*/src/raft broke:\n  Up-to-Date Vote, in \d scenarios?: .*\n    election/\w+`, stdout)
	first := regexp.MustCompile(`(?m)^Read the report of (\S+) first\.$`).FindStringSubmatch(stdout)
	require.NotNil(t, first, stdout)
	require.Equal(t, first[1], regexp.MustCompile(`(?m)^(\S+), seed 1: `).FindStringSubmatch(stdout)[1], "it is the first of the reports")
	require.Contains(t, stdout, "skipped: election/IsolatedReplicaReturns\n")
	require.Contains(t, stdout, "\n  claim:     ")
	inner := regexp.MustCompile(`(?m)^.*(--- FAIL|FAILED --|^PASS|^FAIL|^ok |exit status|lab TestLab|\w+_test\.go|^ *\w+\.go:\d+: |student's line).*$`)
	require.Empty(t, inner.FindAllString(stdout, -1), stdout)
}

// TestPartA judges a Raft that elects and does nothing else, and one that does
// not do even that.
func TestPartA(t *testing.T) {
	t.Parallel()
	electsOnly := []string{"func (r *Raft) Start(command interface{}) (index, term int, isLeader bool) {", "func (r *Raft) Start(command interface{}) (index, term int, isLeader bool) {\n\treturn -1, -1, true\n}\n\nfunc (r *Raft) start(command interface{}) (index, term int, isLeader bool) {"}
	dir := checkoutOf(t, "2024", electsOnly...)
	exit, stdout, stderr := lab(t, "-dir", dir, "-part", "A")
	require.Zero(t, exit, "%s%s", stdout, stderr)
	require.Regexp(t, `score: (\d+) of \d+ scenarios passed of elections, by which alone it was judged`, stdout)

	exit, stdout, _ = lab(t, "-dir", dir, "-run", "election/InitialElection")
	require.Equal(t, exitFailed, exit)
	require.Contains(t, stdout, "No command was committed in any scenario. If the Raft does no more than elect yet, -part A judges it by that.\n")

	dir = checkoutOf(t, "2024", append(electsOnly, "r.votes <= len(r.peers)/2", "r.votes <= len(r.peers)")...)
	exit, stdout, _ = lab(t, "-dir", dir, "-part", "A", "-run", "InitialElection")
	require.Equal(t, exitFailed, exit)
	require.Contains(t, stdout, "Election Liveness violated")
	require.Regexp(t, `replay: .* -part A `, stdout)
}
