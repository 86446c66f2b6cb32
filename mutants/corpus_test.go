package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

var everything = regexp.MustCompile("")

// corpusOf writes a corpus of one patch, election/bug, and returns its folder.
func corpusOf(t *testing.T, patch string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "election"), 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "election", "bug.patch"), []byte(patch), 0o666))
	return dir
}

func TestReadCorpus(t *testing.T) {
	dir := corpusOf(t, "Breaks: Election Safety\nWhat: A bug: with a colon.\nSchedule: Any.\nSource: here\nFirst: Office Won, One Leader\n\n--- a/raft/role.go\n")
	mutants, err := readCorpus(dir, everything)
	require.NoError(t, err)
	require.Equal(t, []Mutant{{
		Name: "election/bug", Breaks: checker.ElectionSafety, What: "A bug: with a colon.", Schedule: "Any.", Source: "here",
		First: firstStep{Rules: []checker.Property{"Office Won", "One Leader"}, Text: "Office Won, One Leader"},
		path:  filepath.Join(dir, "election", "bug.patch"),
	}}, mutants)

	mutants, err = readCorpus(corpusOf(t, "Breaks: Election Safety\nWhat: It.\nSchedule: Any.\nFirst: One Vote\nNeeds: stalls\n\n"), everything)
	require.NoError(t, err)
	require.True(t, mutants[0].Stalls)

	mutants, err = readCorpus(corpusOf(t, "Breaks: Progress\nWhat: It.\nSchedule: Any.\nNeeds: features\n\n"), everything)
	require.NoError(t, err)
	require.True(t, mutants[0].Features)

	mutants, err = readCorpus(corpusOf(t, "Breaks: Progress\nWhat: It.\nSchedule: Any.\nNeeds: leases\n\n"), everything)
	require.NoError(t, err)
	require.True(t, mutants[0].Leases)

	mutants, err = readCorpus(dir, regexp.MustCompile("^snapshot/"))
	require.NoError(t, err)
	require.Empty(t, mutants)
}

func TestHeaderErrors(t *testing.T) {
	tests := []struct{ header, want string }{
		{"Breaks: Election Safety\nWhat: It.\n", "bug.patch: the header has no Schedule"},
		{"What: It.\nSchedule: Any.\n", "bug.patch: the header has no Breaks"},
		{"Breaks: Election Safety\nWho: Me.\n", `bug.patch:2: want a header line such as "Breaks: …" or an empty line before the diff, got "Who: Me."`},
		{"Breaks: Election Safety\n--- a/raft/role.go\n", `bug.patch:2: want a header line`},
		{"Breaks: Election Safety\nWhat: It.\nSchedule: Any.\n", "bug.patch: the header has no First, which a bug that breaks safety needs"},
		{"Breaks: Election Safety\nWhat: It.\nSchedule: Any.\nFirst: One Vote, Manners\n", `bug.patch: First: want rules of ["One Vote"`},
		{"Breaks: Election Safety\nWhat: It.\nSchedule: Any.\nFirst: One Vote\nNeeds: luck\n", `bug.patch: Needs: want "stalls", "features", "leases" or nothing, got "luck"`},
		{"Breaks: Good Manners\nWhat: It.\nSchedule: Any.\n", `bug.patch: Breaks: there is no property "Good Manners"`},
	}
	for _, tt := range tests {
		_, err := readCorpus(corpusOf(t, tt.header+"\n"), everything)
		require.ErrorContains(t, err, tt.want)
	}
}

// ourCorpus returns the root of the checkout and its mutants.
func ourCorpus(t *testing.T) (root string, mutants []Mutant) {
	t.Helper()
	root, err := moduleRoot()
	require.NoError(t, err)
	mutants, err = readCorpus(filepath.Join(root, "mutants", "corpus"), everything)
	require.NoError(t, err)
	return root, mutants
}

func TestCorpusApplies(t *testing.T) {
	root, mutants := ourCorpus(t)
	require.NotEmpty(t, mutants)
	for _, m := range mutants {
		_, err := applyPatch(root, m, t.TempDir())
		require.NoError(t, err)
	}
}

func TestReasonsAreForScenarios(t *testing.T) {
	all := strings.Join(allScenarios(), "\n") + "\n"
	for name, reason := range kept {
		require.Contains(t, all, name+"\n", "kept.go has a reason to keep %s, which is no scenario", name)
		require.NotEmpty(t, reason)
	}
}
