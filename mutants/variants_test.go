package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
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

	require.NoError(t, os.WriteFile(filepath.Join(dir, "slow.patch"), []byte("What: It is slow.\nCorrect: Raft may be.\nNeeds: time\n\n"), 0o666))
	_, err = readVariants(root, everything)
	require.ErrorContains(t, err, `slow.patch: Needs: want "features" or nothing, got "time"`)
}

// A variant that needs features has them, also if it is slow.
func TestVariantWithFeatures(t *testing.T) {
	root, variants := ourVariants(t)
	c := config{ctx: t.Context(), seeds: 1, procs: 1, suite: "leadership"}
	_, err := c.try(root, variants[0])
	require.ErrorContains(t, err, "the judge ran no scenario")
	for _, v := range variants {
		if v.Features {
			v.Slow = "it is said to be"
			tr, err := c.try(root, v)
			require.NoError(t, err)
			require.Greater(t, tr.runs, 5)
			require.Empty(t, tr.failures())
			return
		}
	}
	t.Fatal("no variant needs features")
}

// A Raft that is wrong is told from a variant.
func TestVariantThatFails(t *testing.T) {
	root, mutants := ourCorpus(t)
	for _, m := range mutants {
		if m.Name == "election/no-up-to-date-check" {
			tr, err := config{ctx: t.Context(), seeds: 1, procs: 1, suite: "election"}.try(root, Variant{Name: m.Name, path: m.path})
			require.NoError(t, err)
			require.Positive(t, tr.runs)
			require.Contains(t, tr.failures(), "FAILED election/LateVoteReplies, seed 1: Up-to-Date Vote")
			return
		}
	}
	t.Fatal("the mutant is gone")
}

// A variant that is told as one passes, and says how many runs there were.
func TestRunVariants(t *testing.T) {
	root, variants := ourVariants(t)
	var out strings.Builder
	c := config{ctx: t.Context(), match: regexp.MustCompile("^" + variants[0].Name + "$"), seeds: 1, chaos: 2, jobs: 1, suite: "reads"}
	require.NoError(t, c.runVariants(root, &out))
	require.Regexp(t, `^1 of 1 variants pass all scenarios: [1-9]\d* runs, 0 of them at a cost that is declared in \d+ s\.\n$`, out.String())
}

// A variant is built with the stand-ins if that is asked for, and locks stall then.
func TestRunVariantsWithStalls(t *testing.T) {
	root, variants := ourVariants(t)
	c := config{ctx: t.Context(), seeds: 1, procs: 1, suite: "stalls"}
	tr, err := c.try(root, variants[0])
	require.ErrorContains(t, err, "the judge ran no scenario")
	require.Zero(t, tr.runs)
	c.stalls = true
	tr, err = c.try(root, variants[0])
	require.NoError(t, err)
	require.Greater(t, tr.runs, 5)
	require.Empty(t, tr.failures())
}

func TestStallsAreForVariants(t *testing.T) {
	for _, args := range [][]string{{"-stalls"}, {"-stalls", "-variants", "-update"}} {
		_, err := parseFlags(args)
		require.ErrorContains(t, err, "-stalls goes with -variants")
	}
}

func TestVariantThatDeclaresItsCost(t *testing.T) {
	costs := harness.Result{Failure: &world.Failure{Property: world.Efficiency}, Known: true}
	stuck := harness.Result{Suite: "agreement", Scenario: "Count", Seed: 2, Failure: &world.Failure{Property: world.CommitLiveness}}
	tr := trial{Variant: Variant{Name: "slow", What: "It is slow.", Correct: "Raft may be.", Slow: "it sends twice"}}.add([]harness.Result{{}, costs, costs})
	require.Empty(t, tr.failures())
	require.Equal(t, "1 of 1 variants pass all scenarios: 3 runs, 2 of them at a cost that is declared", total([]trial{tr}).String())
	require.Contains(t, config{seeds: 1}.variantsPage([]trial{tr}, time.Minute), "| slow | It is slow. | Raft may be. | 3 | 2: it sends twice | 0 |\n")

	tr = tr.add([]harness.Result{stuck})
	require.Equal(t, "\n    FAILED agreement/Count, seed 2: Commit Liveness", tr.failures())
	require.Equal(t, "0 of 1 variants pass all scenarios: 4 runs, 2 of them at a cost that is declared", total([]trial{tr}).String())
}
