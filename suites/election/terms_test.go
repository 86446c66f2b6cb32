package election

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/bubble"
	"github.com/raftcheck/raftcheck/suites/world"
)

// uneasy is a link on which nothing comes through that leaders of even terms say
// to followers, so that their offices are short.
type uneasy struct{ raftiface.Peer }

func (u uneasy) Call(svcMeth string, args, reply any) bool {
	if svcMeth == "Raft.AppendEntries" && reflect.Indirect(reflect.ValueOf(args)).FieldByName("Term").Int()%2 == 0 {
		return false
	}
	return u.Peer.Call(svcMeth, args, reply)
}

// TestStaleHeartbeatsInShortOffices has leaders replaced while they commit: one
// that is crashed then was deposed before, and the one that leads may stay.
func TestStaleHeartbeatsInShortOffices(t *testing.T) {
	impl := raft.Implementation()
	start := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		for i := range env.Peers {
			env.Peers[i] = uneasy{env.Peers[i]}
		}
		return start(env)
	}
	for seed := range uint64(20) {
		a := world.Live(t, world.Plan{
			Implementation: impl, Replicas: 5, Seed: seed + 1, Limits: bubble.Limits{Patience: time.Minute, Memory: 2048},
		}, staleHeartbeats)
		require.Nil(t, a.Failure, "seed %d: %v", seed+1, a.Failure)
	}
}
