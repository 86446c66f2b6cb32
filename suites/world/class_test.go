package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestClassOf(t *testing.T) {
	for p, class := range map[checker.Property]Class{
		checker.ElectionSafety: Safety,
		Linearizability:        Safety,
		QuorumRequired:         Safety,
		Claim:                  Safety,
		CommitLiveness:         Liveness,
		Progress:               Liveness,
		NoPanic:                Contract,
		Efficiency:             Cost,
		Undecided:              NoVerdict,
		"Beauty":               "",
	} {
		require.Equal(t, class, ClassOf(p), "%s", p)
	}
	for p := range classes {
		require.NotEmpty(t, ClaimOf(p), "%s has a class, but is no property", p)
	}
}
