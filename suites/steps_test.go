package suites

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// reference returns the reference with what a scenario needs, and no more.
func reference(sc harness.Scenario) raftiface.Implementation {
	if impl := raft.Implementation(); impl.Features.Lacking(sc.Needs) == nil {
		return impl
	}
	return raft.Full()
}

// TestEveryMessageIsRead follows a run of the first scenario of each suite: that the
// rules find nothing has to mean something.
func TestEveryMessageIsRead(t *testing.T) {
	for _, suite := range All() {
		sc := suite.Scenarios[0]
		if sc.Stalls || sc.Search != nil {
			continue
		}
		t.Run(suite.Name+"/"+sc.Name, func(t *testing.T) {
			_, evidence := harness.RunSeed(t, reference(sc), suite.Name, sc, 3)
			course := evidence.Course()
			require.NotZero(t, course.Sent)
			require.Equal(t, course.Sent, course.Read, "every message is understood")
		})
	}
}
