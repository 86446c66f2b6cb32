package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestResultsAreOfThisCorpus(t *testing.T) {
	root, mutants := ourCorpus(t)
	last, err := readKills(resultsPath(root))
	require.NoError(t, err)
	for _, m := range mutants {
		_, killed := last[m.Name]
		require.Equal(t, m.Equivalent == "", killed, "mutants/results.json has no kill of %s, or one though it is equivalent: go run ./mutants -update", m.Name)
		delete(last, m.Name)
	}
	require.Empty(t, last, "mutants/results.json has kills of mutants that are not there: go run ./mutants -update")
}

// TestFirstStepsAreNamed holds what killed the mutants against what their headers say
// that goes wrong first. Where members change, the rules let pass what any configuration
// allows that may be in force, so a consequence often shows before.
func TestFirstStepsAreNamed(t *testing.T) {
	root, mutants := ourCorpus(t)
	last, err := readKills(resultsPath(root))
	require.NoError(t, err)
	stepped, named := 0, 0
	for _, m := range mutants {
		k, killed := last[m.Name]
		if !killed {
			continue
		}
		require.False(t, m.misnamed(k), "%s was killed by %s, which its header does not name as its first wrong step: %s", m.Name, k.Property, m.First.Text)
		members := strings.HasPrefix(m.Name, "membership/")
		if len(m.First.Rules) > 0 && !members {
			stepped++
		}
		if m.named(k) && !members {
			named++
		} else if !m.named(k) && len(m.First.Rules) > 0 {
			t.Logf("%s: %s before %s", m.Name, k.Property, m.First.Text)
		}
	}
	require.GreaterOrEqual(t, 10*named, 9*stepped, "%d of %d mutants were killed by their first wrong step", named, stepped)
}

func TestBugsPage(t *testing.T) {
	root, mutants := ourCorpus(t)
	kills, err := readKills(resultsPath(root))
	require.NoError(t, err)
	golden(t, filepath.Join(root, "docs", "bugs.md"), bugsPage(mutants, kills))
}

func TestEveryMutantHasAFamily(t *testing.T) {
	_, mutants := ourCorpus(t)
	for _, f := range families {
		rest := slices.DeleteFunc(slices.Clone(mutants), f.has)
		require.Less(t, len(rest), len(mutants), "no mutant is of the family %q", f.title)
		mutants = rest
	}
	require.Empty(t, mutants, "mutants of no family: families.go has no place for their folders")
}

func TestFirstStep(t *testing.T) {
	none, err := readFirst("none: it is silent")
	require.NoError(t, err)
	require.Equal(t, firstStep{Text: "none: it is silent"}, none)
	require.Equal(t, "none", none.String())

	nobodySaid, err := readFirst("")
	require.NoError(t, err)
	require.Empty(t, nobodySaid.String())
}

func TestLooksLike(t *testing.T) {
	mutants := []Mutant{
		{Name: "snapshot/one", First: firstStep{Rules: []checker.Property{"One Vote"}}},
		{Name: "election/one", First: firstStep{Rules: []checker.Property{"One Vote", "Office Won"}}},
		{Name: "election/two", First: firstStep{Rules: []checker.Property{"One Vote"}}},
		{Name: "election/survivor", First: firstStep{Rules: []checker.Property{"One Vote"}}},
	}
	kills := map[string]Kill{"snapshot/one": {Property: checker.ElectionSafety}, "election/one": {}, "election/two": {}}
	require.Equal(t, []string{"[votes and offices](#votes-and-offices) (2)", "[snapshots](#snapshots) (1)"}, looksLike("One Vote", mutants, kills))
	require.Equal(t, []string{"[snapshots](#snapshots) (1)"}, looksLike(checker.ElectionSafety, mutants, kills))
	require.Empty(t, looksLike("Manners", mutants, kills))
}
