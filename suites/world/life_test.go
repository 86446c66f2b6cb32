package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// forgetful is storage that keeps nothing.
type forgetful struct{ raftiface.Persister }

func (forgetful) Save([]byte, []byte) {}

// TestAFailureIsFollowedByNoRace has a message be wrong, which is noted amid the
// deliveries of others. Whether who is handed one yet does what it makes him do may not
// depend on who is faster, he or whoever kills him.
func TestAFailureIsFollowedByNoRace(t *testing.T) {
	impl := raft.Implementation()
	start := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		env.Persister = forgetful{env.Persister}
		return start(env)
	}
	a := Live(t, plan(impl), func(c *Cluster) { c.CheckOneLeader() })
	require.NotNil(t, a.Failure)
	require.Equal(t, steps.SavedFirst, a.Failure.Property)

	var killed []labrpc.Event
	for _, e := range a.Events() {
		if e.Kind == labrpc.EventHalt {
			killed = append(killed, e)
		}
	}
	require.Len(t, killed, 3)
	for _, e := range a.Events() {
		if e.At == killed[0].At {
			require.Equal(t, labrpc.EventHalt, e.Kind, "%v", e)
		}
	}
}
