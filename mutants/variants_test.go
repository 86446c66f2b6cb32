package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ourVariants returns the root of the checkout and its variants.
func ourVariants(t *testing.T) (root string, variants []Variant) {
	root, err := moduleRoot()
	require.NoError(t, err)
	variants, err = readVariants(root, everything)
	require.NoError(t, err)
	require.Greater(t, len(variants), 30)
	return root, variants
}

func TestVariantsApply(t *testing.T) {
	root, variants := ourVariants(t)
	for _, v := range variants {
		_, err := applyPatch(root, Mutant{Name: v.Name, path: v.path}, t.TempDir())
		require.NoError(t, err)
	}
}

func TestVariantNeedsAnArgument(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "mutants", "variants")
	require.NoError(t, os.MkdirAll(dir, 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "slow.patch"), []byte("What: It is slow.\n\n"), 0o666))
	_, err := readVariants(root, everything)
	require.ErrorContains(t, err, "slow.patch: the header has no Correct")
}

// A Raft that is wrong is told from a variant.
func TestVariantThatFails(t *testing.T) {
	root, mutants := ourCorpus(t)
	for _, m := range mutants {
		if m.Name == "election/no-up-to-date-check" {
			failed, runs, err := config{seeds: 1, suite: "election"}.runVariant(root, Variant{Name: m.Name, path: m.path})
			require.NoError(t, err)
			require.Positive(t, runs)
			require.Contains(t, failed, "FAILED election/LateVoteReplies, seed 1: Leader Completeness")
			return
		}
	}
	t.Fatal("the mutant is gone")
}

// A variant that is told as one passes, and says how many runs there were.
func TestRunVariants(t *testing.T) {
	root, variants := ourVariants(t)
	var out strings.Builder
	c := config{match: regexp.MustCompile("^" + variants[0].Name + "$"), seeds: 1, jobs: 1, suite: "reads"}
	require.NoError(t, c.runVariants(root, &out))
	require.Regexp(t, `^1 of 1 variants pass all scenarios, [1-9]\d* runs in \d+ s\.\n$`, out.String())
}
