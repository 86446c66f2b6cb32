package suites

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/election"
	"github.com/raftcheck/raftcheck/suites/harness"
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

// TestFullReference judges the reference with what the thesis adds by all scenarios: by
// suite chaos, where leaders also hand over, with several seeds.
func TestFullReference(t *testing.T) {
	for _, s := range All() {
		for _, sc := range s.Scenarios {
			if sc.Stalls || sc.Needs.ReadIndex {
				continue
			}
			t.Run(s.Name+"/"+sc.Name, func(t *testing.T) {
				for seed := range uint64(max(1, sc.Seeds)) {
					r, _ := harness.RunSeed(t, raft.Full(), s.Name, sc, 1+seed)
					require.Nil(t, r.Failure, "seed %d", 1+seed)
				}
			})
		}
	}
}

// TestMixedCluster has half of the servers ask for pre-votes and the others not, as
// while a cluster is upgraded.
func TestMixedCluster(t *testing.T) {
	mixed := raft.Implementation()
	mixed.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		if env.Me%2 == 0 {
			return raft.Full().Make(env)
		}
		return raft.Implementation().Make(env)
	}
	for _, sc := range election.Suite.Scenarios {
		if sc.Needs != (raftiface.Features{}) {
			continue
		}
		t.Run(sc.Name, func(t *testing.T) {
			for seed := range uint64(2) {
				r, _ := harness.RunSeed(t, mixed, election.Suite.Name, sc, 1+seed)
				require.Nil(t, r.Failure, "seed %d", 1+seed)
			}
		})
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
