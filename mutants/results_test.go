package main

import (
	"testing"

	"github.com/stretchr/testify/require"
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
