package explore

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// TestShares has all shares together try what one process does. Every run is as the
// script's here.
func TestShares(t *testing.T) {
	whole := explorerOf(t)
	plain := whole.Play(whole.Schedule.Scenario(), true)
	whole.Play = func(harness.Scenario, bool) *world.Account { return plain }
	parts := *whole
	whole.explore(2, 0)
	runs := 0
	for part := range 3 {
		x := parts
		x.share = share{part + 1, 3}
		require.Regexp(t, `^all \d+ runs with at most 2 deviations from the script, share \d/3, were tried, and nothing was wrong$`, x.explore(2, 0).Claim)
		runs += x.runs - 1 // the script
	}
	require.Equal(t, whole.runs-1, runs)
	require.Greater(t, runs, 10_000)
}

func TestShareOfText(t *testing.T) {
	var s share
	require.NoError(t, s.Set("2/8"))
	require.Equal(t, share{2, 8}, s)
	for _, text := range []string{"", "2", "0/8", "9/8", "2/8x", "2/8 3", "-1/8"} {
		require.EqualError(t, s.Set(text), `a share is I/N, with I from 1 to N, got "`+text+`"`)
	}
	require.Equal(t, share{2, 8}, s)
}
