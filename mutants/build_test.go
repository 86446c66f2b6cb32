package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// head is a header for patches of which only the diff matters.
const head = "Breaks: Election Safety\nWhat: It.\nSchedule: Any.\nFirst: One Vote\n\n"

// misspelled is a diff after which the reference does not compile.
const misspelled = `--- a/raft/commit.go
+++ b/raft/commit.go
@@ -1,5 +1,5 @@
 package raft
 
-import "slices"
+import "slice"
 
 // quorum is the number of servers that make a majority.
`

// mutantOf returns the mutant of a patch with that diff.
func mutantOf(t *testing.T, diff string) (root string, m Mutant) {
	t.Helper()
	root, err := moduleRoot()
	require.NoError(t, err)
	mutants, err := readCorpus(corpusOf(t, head+diff), everything)
	require.NoError(t, err)
	return root, mutants[0]
}

func TestPatchThatDoesNotApply(t *testing.T) {
	root, m := mutantOf(t, "--- a/raft/role.go\n+++ b/raft/role.go\n@@ -3,1 +3,1 @@\n-no such line\n+another\n")
	_, err := applyPatch(root, m, t.TempDir())
	require.ErrorContains(t, err, "bug.patch does not apply")
	require.ErrorContains(t, err, "patch failed: raft/role.go:3")
}

func TestPatchOfOtherFiles(t *testing.T) {
	root, m := mutantOf(t, "--- /dev/null\n+++ b/checker/more.go\n@@ -0,0 +1,1 @@\n+package checker\n")
	_, err := applyPatch(root, m, t.TempDir())
	require.ErrorContains(t, err, "bug.patch changes nothing in raft/")
}

func TestPatchThatDoesNotCompile(t *testing.T) {
	root, m := mutantOf(t, misspelled)
	_, err := build(t.Context(), root, m, t.TempDir())
	require.ErrorContains(t, err, "bug.patch does not compile")
	require.ErrorContains(t, err, "package slice is not in std")
}

// spaced is a diff that only adds a line.
const spaced = `--- a/raft/commit.go
+++ b/raft/commit.go
@@ -1,3 +1,4 @@
 package raft
 
+
 import "slices"
`

// A mutant that needs stalls is built with the stand-ins, and no other is.
func TestMutantsThatNeedStallsHaveTheStandIns(t *testing.T) {
	root, m := mutantOf(t, spaced)
	for _, m.Stalls = range []bool{false, true} {
		binary, err := build(t.Context(), root, m, t.TempDir())
		require.NoError(t, err)
		linked, err := os.ReadFile(binary)
		require.NoError(t, err)
		require.Equal(t, m.Stalls, bytes.Contains(linked, []byte(module+"/standin/sync")))
	}
}

func TestCheckoutIsNotWritten(t *testing.T) {
	root, m := mutantOf(t, misspelled)
	before, err := os.ReadFile(root + "/raft/commit.go")
	require.NoError(t, err)
	dir := t.TempDir()
	overlay, err := applyPatch(root, m, dir)
	require.NoError(t, err)
	after, err := os.ReadFile(root + "/raft/commit.go")
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
	replaces, err := os.ReadFile(overlay)
	require.NoError(t, err)
	require.JSONEq(t, `{"Replace": {"`+root+`/raft/commit.go": "`+dir+`/raft/commit.go"}}`, string(replaces))
}
