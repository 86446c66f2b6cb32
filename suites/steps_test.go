package suites

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// keepContents has the traces of this process keep what messages say.
func keepContents(t *testing.T) {
	require.NoError(t, flag.Set("raft.keep", "true"))
	t.Cleanup(func() { flag.Set("raft.keep", "false") })
}

// TestNoStepOfTheReferenceIsWrong follows a run of every scenario.
func TestNoStepOfTheReferenceIsWrong(t *testing.T) {
	keepContents(t)
	for _, suite := range All() {
		for _, sc := range suite.Scenarios {
			if (sc.Needs != raftiface.Features{} && sc.Needs != raftiface.Features{Snapshots: true}) {
				continue
			}
			t.Run(suite.Name+"/"+sc.Name, func(t *testing.T) {
				_, evidence := harness.RunSeed(t, raft.Implementation(), suite.Name, sc, 3)
				course := evidence.Course()
				require.Nil(t, course.First, "%+v", course.First)
				require.Equal(t, course.Sent, course.Read, "every message is understood")
			})
		}
	}
}
