package harness

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

func TestTroubleIsTheSameEveryTime(t *testing.T) {
	failed := func(p checker.Property, facts ...string) Result {
		return Result{Failure: &world.Failure{Property: p, Facts: facts}}
	}
	spins := failed(world.ContractWaiting, "virtual time has stood still for 8s", "a goroutine spins, in raft.loop (raft.go:20)")
	later := failed(world.ContractWaiting, "virtual time has stood still for 9s", "a goroutine spins, in raft.loop (raft.go:21)")
	other := failed(world.ContractWaiting, "virtual time has stood still for 8s", "a goroutine spins, in raft.tick (raft.go:20)")
	claim := failed(world.Claim, "it is wrong")
	known := spins
	known.Known = true
	for name, c := range map[string]struct {
		runs []Result
		want bool
	}{
		"the same":             {[]Result{spins, later, spins}, true},
		"too few to say":       {[]Result{spins, later}, false},
		"a pass":               {[]Result{spins, {}, spins, spins}, false},
		"a pass first":         {[]Result{{}, spins, spins, spins}, false},
		"elsewhere":            {[]Result{spins, other, spins, spins}, false},
		"no trouble":           {[]Result{claim, claim, claim}, false},
		"known":                {[]Result{known, known, known}, false},
		"more of the same too": {[]Result{spins, spins, spins, spins}, true},
	} {
		var all trouble
		for _, r := range c.runs {
			all.saw(r)
		}
		require.Equal(t, c.want, all.enough(), name)
	}
}

// A Raft that panics wherever it is asked is not asked by every scenario.
func TestRunStopsWhenAllFailAlike(t *testing.T) {
	out, passed := child(t, "", "-child.panics", "-raft.seeds=2", "-raft.artifacts="+t.TempDir())
	require.False(t, passed)
	require.Equal(t, 3, strings.Count(out, "FAILED --"))
	require.Contains(t, out, "the first 3 runs all failed alike (Panic: replica 0 panicked in Make: whatever it is asked); -raft.alike=0 goes on all the same")
	require.Regexp(t, `\d+ scenarios of suite child were not run`, out)

	out, _ = child(t, "(Passes|Fails|FailsOften)", "-child.panics", "-raft.seeds=2", "-raft.alike=0", "-raft.artifacts="+t.TempDir())
	require.Equal(t, 6, strings.Count(out, "FAILED --"))
}
