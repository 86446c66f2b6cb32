package suites

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTablesAreComplete(t *testing.T) {
	names := map[string]bool{}
	for _, s := range All() {
		require.NoError(t, s.Validate())
		require.False(t, names[s.Name], "two suites are called %s", s.Name)
		names[s.Name] = true
		require.NotEmpty(t, s.About)
		require.NotEmpty(t, s.Scenarios)
	}
}

func TestCatalogueIsUpToDate(t *testing.T) {
	page, err := os.ReadFile("../docs/scenarios.md")
	require.NoError(t, err)
	require.Equal(t, Catalogue(), string(page), "docs/scenarios.md is stale: go run ./suites/catalogue")
}

func TestOnlyChoosesSuites(t *testing.T) {
	chosen, err := choose([]Option{Only("election")})
	require.NoError(t, err)
	require.Len(t, chosen, 1)
	require.Equal(t, "election", chosen[0].Name)

	chosen, err = choose(nil)
	require.NoError(t, err)
	require.Len(t, chosen, len(All()))

	_, err = choose([]Option{Only("elections")})
	require.ErrorContains(t, err, `there is no suite "elections"; there are `)
}
