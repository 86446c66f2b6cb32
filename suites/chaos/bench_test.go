package chaos_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// BenchmarkSeed is what a seed of the reference costs, judging included, as a mean
// of the first hundred.
func BenchmarkSeed(b *testing.B) {
	benchmarked := func(t *testing.T) {
		seed := uint64(0)
		for b.Loop() {
			seed = seed%100 + 1
			r, _ := harness.RunSeed(t, raft.Implementation(), chaos.Suite.Name, chaos.Suite.Scenarios[0], seed)
			if r.Failure != nil {
				t.Fatal(r)
			}
		}
	}
	all := func(_, _ string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{{Name: b.Name(), F: benchmarked}}) {
		b.Fatal("the run failed")
	}
}
