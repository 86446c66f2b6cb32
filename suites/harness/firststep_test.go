package harness

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

func TestTellCourse(t *testing.T) {
	require.Empty(t, tellCourse(steps.Course{}, world.Claim))
	require.Equal(t, "  messages:  not read: judged by what replicas say (49 of 100 understood)\n", tellCourse(steps.Course{Read: 49, Sent: 100}, world.Claim))
	require.Equal(t, "  messages:  90 of 100 understood, no wrong step among them\n", tellCourse(steps.Course{Read: 90, Sent: 100}, world.Claim))
	step := &steps.Step{Rule: steps.OneVote, Facts: []string{"replica 1 votes twice"}, Event: labrpc.Event{Kind: labrpc.EventSend, From: 1, To: 2, Content: "{Granted:true}"}}
	require.Equal(t, `  first wrong step: One Vote: a replica votes for one candidate a term, itself included (§5.2)
    replica 1 votes twice
        0.000000s  send     1→2  {Granted:true}
`, tellCourse(steps.Course{Read: 1, Sent: 100, First: step}, world.Claim))
	require.Equal(t, `  first wrong step, and what it is held against:
        0.000000s  send     1→2  {Granted:true}
`, tellCourse(steps.Course{Read: 1, Sent: 100, First: step}, steps.OneVote), "the failure has its facts")
}
