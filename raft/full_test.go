package raft_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/election"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/leadership"
	"github.com/raftcheck/raftcheck/suites/reads"
	"github.com/raftcheck/raftcheck/suites/transfer"
)

// TestFullReference judges the reference with what the thesis adds by all scenarios that
// do not ask for that: their suites judge the paper's. Those of suite chaos, where leaders
// also hand over and members change, have several seeds.
func TestFullReference(t *testing.T) {
	for _, s := range suites.All() {
		for _, sc := range s.Scenarios {
			if sc.Stalls || raft.Implementation().Features.Lacking(sc.Needs) != nil {
				continue
			}
			t.Run(s.Name+"/"+sc.Name, func(t *testing.T) { requirePasses(t, raft.Full(), s.Name, sc, max(1, sc.Seeds)) })
		}
	}
}

// TestLeasedReference judges the reference that reads by lease where leases may show.
func TestLeasedReference(t *testing.T) {
	for _, s := range []harness.Suite{reads.Suite, leadership.Suite, transfer.Suite, chaos.Suite} {
		for _, sc := range s.Scenarios {
			if sc.Stalls {
				continue
			}
			t.Run(s.Name+"/"+sc.Name, func(t *testing.T) { requirePasses(t, raft.Leased(), s.Name, sc, 1) })
		}
	}
}

// requirePasses runs a scenario with the first so many seeds.
func requirePasses(t *testing.T, impl raftiface.Implementation, suite string, sc harness.Scenario, seeds int) {
	for seed := range uint64(seeds) {
		r, _ := harness.RunSeed(t, impl, suite, sc, 1+seed)
		require.Nil(t, r.Failure, "seed %d", 1+seed)
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
		t.Run(sc.Name, func(t *testing.T) { requirePasses(t, mixed, election.Suite.Name, sc, 2) })
	}
}
