package chaos

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
)

func TestScheduleRoundTrip(t *testing.T) {
	for seed := range uint64(50) {
		s := Generate(seed, raft.Implementation())
		require.NoError(t, s.Validate(), "seed %d", seed)
		again, err := Decode(s.Encode())
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, s.Encode(), again.Encode())
		require.Equal(t, s, again)
	}
}

func TestEverySeedIsAnotherWorld(t *testing.T) {
	sizes, snapshots := map[int]int{}, map[bool]int{}
	kinds := map[Kind]int{}
	seen := map[string]bool{}
	for seed := range uint64(200) {
		s := Generate(seed, raft.Implementation())
		seen[string(s.Encode())] = true
		sizes[s.Replicas]++
		snapshots[s.SnapshotEvery > 0]++
		for _, a := range s.Actions {
			kinds[a.Do]++
		}
		require.NotEmpty(t, s.Operations)
		require.LessOrEqual(t, len(s.Operations), mostOperations)
	}
	require.Len(t, seen, 200)
	require.Len(t, sizes, 4, "clusters of 3, 4, 5 and 7")
	require.Len(t, snapshots, 2)
	for kind := range verbs {
		require.Positive(t, kinds[kind], "no seed draws %q", kind)
	}
}

func TestGenerateKeepsToWhatIsDeclared(t *testing.T) {
	impl := raft.Implementation()
	impl.Features.Snapshots = false
	for seed := range uint64(50) {
		require.Zero(t, Generate(seed, impl).SnapshotEvery)
	}
}

// A Raft with slower elections lives through as many faults and operations, in a
// longer time.
func TestGenerateKeepsThePace(t *testing.T) {
	impl := raft.Implementation()
	count := func(election time.Duration) (actions, operations int) {
		impl.Timing.Election = election
		for seed := range uint64(200) {
			s := Generate(seed, impl)
			actions, operations = actions+len(s.Actions), operations+len(s.Operations)
		}
		return actions, operations
	}
	actions, operations := count(5 * time.Second)
	for _, election := range []time.Duration{time.Second, 20 * time.Second} {
		a, o := count(election)
		require.InEpsilon(t, actions, a, 0.05, "%v", election)
		require.InEpsilon(t, operations, o, 0.05, "%v", election)
	}
}

func TestGenerateKeepsToDeclaredSizes(t *testing.T) {
	impl := raft.Implementation()
	sizes := func(declared ...int) map[int]bool {
		impl.Sizes = declared
		seen := map[int]bool{}
		for seed := range uint64(100) {
			seen[Generate(seed, impl).Replicas] = true
		}
		return seen
	}
	require.Equal(t, map[int]bool{3: true, 4: true, 5: true, 7: true}, sizes())
	require.Equal(t, map[int]bool{3: true, 5: true, 7: true}, sizes(3, 5, 7))
	require.Equal(t, map[int]bool{2: true, 9: true}, sizes(2, 9))
}

func TestDecodeRefuses(t *testing.T) {
	with := func(actions, operations string) string {
		return `{"schema": "raftcheck/schedule/1", "seed": 1, "replicas": 3, "length": "1s",` + "\n" + `"actions": [` + actions + `], "operations": [` + operations + `]}`
	}
	_, err := Decode([]byte(with(`{"at": "1ms", "do": "crash", "replica": "leader"}`, `{"at": "0s", "client": 1, "kind": "get", "key": "a"}`)))
	require.NoError(t, err)
	for name, c := range map[string]struct{ text, says string }{
		"no JSON":               {`{"schema": `, "chaos: want a schedule as a JSON object"},
		"two":                   {with("", "") + "{}", "chaos: want one schedule, found more after it"},
		"another schema":        {`{"schema": "raftcheck/run/1"}`, `chaos: schema is "raftcheck/run/1", want "raftcheck/schedule/1"`},
		"unknown field":         {`{"schema": "raftcheck/schedule/1", "replica": 3}`, `unknown field "replica"`},
		"no replicas":           {`{"schema": "raftcheck/schedule/1"}`, "chaos: replicas is 0, want at least 1"},
		"wrong type":            {with(`{"at": "1ms", "do": 5}`, ""), "line 2: "},
		"no time":               {with(`{"at": "soon", "do": "heal"}`, ""), `want a time such as "1.25s", got "soon"`},
		"time before the start": {with(`{"at": "-1s", "do": "heal"}`, ""), `want a time of at least 0, got "-1s"`},
		"no such target":        {with(`{"at": "1s", "do": "crash", "replica": "follower"}`, ""), `want a replica's number or "leader", got "follower"`},
		"no such action":        {with(`{"at": "1s", "do": "explode"}`, ""), "chaos: action 1 of 1: explode: there is no such action"},
		"no such replica":       {with(`{"at": "1s", "do": "crash", "replica": 3}`, ""), "chaos: action 1 of 1: crash: there is no replica 3; there are 0 to 2"},
		"no such group":         {with(`{"at": "1s", "do": "partition", "groups": [[0, 7]]}`, ""), "there is no replica 7"},
		"no replica":            {with(`{"at": "1s", "do": "crash"}`, ""), `the field "replica" is missing`},
		"too much":              {with(`{"at": "1s", "do": "heal", "count": 2}`, ""), `the field "count" has no meaning here`},
		"a time too much":       {with(`{"at": "1s", "do": "heal", "for": "1s"}`, ""), `the field "for" has no meaning here`},
		"count":                 {with(`{"at": "1s", "do": "propose", "replica": 0, "count": -1}`, ""), "count is -1, want at least 1"},
		"to itself":             {with(`{"at": "1s", "do": "cut", "from": 1, "to": 1}`, ""), "a replica has no link to itself"},
		"percentage":            {with(`{"at": "1s", "do": "network", "conditions": {"loss": 10}}`, ""), "Conditions.Loss is 10, but must be a fraction from 0 to 1"},
		"order of actions":      {with(`{"at": "2s", "do": "heal"}, {"at": "1s", "do": "heal"}`, ""), "action 2 of 2: heal at 1s comes after an action at 2s"},
		"order of operations":   {with("", `{"at": "2s", "client": 1, "kind": "get", "key": "a"}, {"at": "1s", "client": 1, "kind": "get", "key": "a"}`), "operation 2 of 2"},
		"no such operation":     {with("", `{"at": "2s", "client": 1, "kind": "delete", "key": "a"}`), `operation 1 of 1: kind is "delete", want get, put, append or cas`},
	} {
		_, err := Decode([]byte(c.text))
		require.ErrorContains(t, err, c.says, name)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Generate(1, raft.Implementation()).Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode(data)
		if err != nil {
			return
		}
		again, err := Decode(s.Encode())
		require.NoError(t, err)
		require.Equal(t, s.Encode(), again.Encode())
	})
}

func TestWithinASmallerCluster(t *testing.T) {
	leader, two, four := Leader, Target(2), Target(4)
	s := Schedule{Replicas: 5, Actions: []Action{
		{Do: Crash, Replica: &leader},
		{Do: Crash, Replica: &two},
		{Do: Crash, Replica: &four},
		{Do: Partition, Groups: [][]int{{0, 3}, {1, 2, 4}}},
	}}
	require.Equal(t, Schedule{Replicas: 3, Actions: []Action{
		{Do: Crash, Replica: &leader},
		{Do: Crash, Replica: &two},
		{Do: Partition, Groups: [][]int{{0}, {1, 2}}},
	}}, s.within(3))
}
