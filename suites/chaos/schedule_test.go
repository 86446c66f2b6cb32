package chaos

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
)

// everything is declared by a Raft that can all that schedules ask for.
var everything = raftiface.Features{Snapshots: true, LeaderTransfer: true, Membership: true, JointConsensus: true, Learners: true}

// declares returns the reference as it would declare itself with these features.
func declares(features raftiface.Features) raftiface.Implementation {
	impl := raft.Implementation()
	impl.Features = features
	return impl
}

func TestScheduleRoundTrip(t *testing.T) {
	for seed := range uint64(50) {
		s := Generate(seed, declares(everything)).stalling()
		s.Fates = []Fate{{Message: 1}, {Message: Message(seed) << 40, Arrives: []Moment{1, Moment(time.Hour)}}}[:seed%3]
		if seed%3 == 0 {
			s.Fates = nil
		}
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
		s := Generate(seed, declares(everything))
		require.True(t, 0 < s.Members && s.Members < s.Replicas || s.Members == 0 && s.Replicas == 7, "%d members of %d", s.Members, s.Replicas)
		seen[string(s.Encode())] = true
		sizes[cmp.Or(s.Members, s.Replicas)]++
		snapshots[s.SnapshotEvery > 0]++
		for _, a := range s.stalling().Actions {
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

// A world in which leaders hand over is another one's in all else, and for those that
// cannot there is none.
// TestSomeWorldsEndCalmly has trouble begin up to the end in one world of two.
func TestSomeWorldsEndCalmly(t *testing.T) {
	begins := []Kind{Cut, Hold, Partition, Isolate, Crash, CrashAll, BeforeSave, AfterSave, Pause}
	const worlds = 200
	calm := map[bool]int{}
	for seed := range uint64(worlds) {
		s := Generate(seed, raft.Implementation())
		late := slices.ContainsFunc(s.Actions, func(a Action) bool {
			return a.At > s.Length-Moment(500*time.Millisecond) && slices.Contains(begins, a.Do)
		})
		if !late {
			calm[seed%2 == 1]++
		}
	}
	require.Greater(t, calm[true], worlds/2*3/4)
	require.Less(t, calm[false], worlds/2/2)
}

func TestTransfersLeaveAllElseAsItIs(t *testing.T) {
	for seed := range uint64(200) {
		s := Generate(seed, raft.Implementation())
		require.False(t, s.Scenario().Needs.LeaderTransfer)
		transferring := Generate(seed, declares(raftiface.Features{Snapshots: true, LeaderTransfer: true}))
		require.True(t, transferring.Scenario().Needs.LeaderTransfer, "seed %d", seed)
		transferring.Actions = slices.DeleteFunc(transferring.Actions, func(a Action) bool { return a.Do == Transfer })
		require.Equal(t, s, transferring, "seed %d", seed)
	}
}

// A world asks for no change of members that the Raft does not offer.
func TestChangesAreThoseThatAreDeclared(t *testing.T) {
	for _, features := range []raftiface.Features{
		{Snapshots: true},
		{Snapshots: true, Membership: true},
		{Snapshots: true, Membership: true, JointConsensus: true},
		{Snapshots: true, Membership: true, Learners: true},
	} {
		for seed := range uint64(50) {
			needs := Generate(seed, declares(features)).Scenario().Needs
			needs.Snapshots = true
			if features.JointConsensus || features.Learners { // not each world has one
				needs.JointConsensus, needs.Learners = needs.JointConsensus || features.JointConsensus, needs.Learners || features.Learners
			}
			require.Equal(t, features, needs, "seed %d", seed)
		}
	}
}

// A world in which locks stall is another one's in all else.
func TestStallsLeaveAllElseAsItIs(t *testing.T) {
	counts := map[int]bool{}
	for seed := range uint64(200) {
		s := Generate(seed, raft.Implementation())
		require.False(t, s.Scenario().Stalls)
		stalling := s.stalling()
		require.True(t, stalling.Scenario().Stalls, "seed %d", seed)
		stalling.Actions = slices.DeleteFunc(stalling.Actions, func(a Action) bool {
			counts[a.Count] = counts[a.Count] || a.Do == Stall
			return a.Do == Stall
		})
		require.Equal(t, s, stalling, "seed %d", seed)
	}
	for _, n := range []int{5, 10, 20, 50} {
		require.True(t, counts[n], "one lock in %d", n)
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
		"too many members":      {`{"schema": "raftcheck/schedule/1", "replicas": 3, "members": 4, "length": "1s"}`, "members is 4, want at most the 3 replicas"},
		"voters alone":          {with(`{"at": "1s", "do": "change", "groups": [[0, 1]]}`, ""), "there are 1 groups, want two: voters, and learners"},
		"voter and learner":     {with(`{"at": "1s", "do": "change", "groups": [[0, 1], [1]]}`, ""), "replica 1 is a voter and a learner"},
		"no such target":        {with(`{"at": "1s", "do": "crash", "replica": "follower"}`, ""), `want a replica's number or "leader", got "follower"`},
		"no such action":        {with(`{"at": "1s", "do": "explode"}`, ""), "chaos: action 1 of 1: explode: there is no such action"},
		"no such replica":       {with(`{"at": "1s", "do": "crash", "replica": 3}`, ""), "chaos: action 1 of 1: crash: there is no replica 3; there are 0 to 2"},
		"no such group":         {with(`{"at": "1s", "do": "partition", "groups": [[0, 7]]}`, ""), "there is no replica 7"},
		"no replica":            {with(`{"at": "1s", "do": "crash"}`, ""), `the field "replica" is missing`},
		"too much":              {with(`{"at": "1s", "do": "heal", "count": 2}`, ""), `the field "count" has no meaning here`},
		"a time too much":       {with(`{"at": "1s", "do": "heal", "for": "1s"}`, ""), `the field "for" has no meaning here`},
		"count":                 {with(`{"at": "1s", "do": "propose", "replica": 0, "count": -1}`, ""), "count is -1, want at least 1"},
		"stall":                 {with(`{"at": "1s", "do": "stall", "for": "1s"}`, ""), `action 1 of 1: stall: the field "count" is missing`},
		"stall of a replica":    {with(`{"at": "1s", "do": "stall", "for": "1s", "count": 5, "replica": 0}`, ""), `stall: the field "replica" has no meaning here`},
		"to itself":             {with(`{"at": "1s", "do": "cut", "from": 1, "to": 1}`, ""), "a replica has no link to itself"},
		"percentage":            {with(`{"at": "1s", "do": "network", "conditions": {"loss": 10}}`, ""), "Conditions.Loss is 10, but must be a fraction from 0 to 1"},
		"order of actions":      {with(`{"at": "2s", "do": "heal"}, {"at": "1s", "do": "heal"}`, ""), "action 2 of 2: heal at 1s comes after an action at 2s"},
		"order of operations":   {with("", `{"at": "2s", "client": 1, "kind": "get", "key": "a"}, {"at": "1s", "client": 1, "kind": "get", "key": "a"}`), "operation 2 of 2"},
		"no message":            {`{"schema": "raftcheck/schedule/1", "replicas": 3, "fates": [{"message": "first"}]}`, `want the number of a message in hexadecimal, got "first"`},
		"two fates":             {`{"schema": "raftcheck/schedule/1", "replicas": 3, "fates": [{"message": "1f"}, {"message": "1f"}]}`, "chaos: fate 2 of 2: message 000000000000001f has one already"},
		"no such operation":     {with("", `{"at": "2s", "client": 1, "kind": "delete", "key": "a"}`), `operation 1 of 1: kind is "delete", want get, put, append or cas`},
	} {
		_, err := Decode([]byte(c.text))
		require.ErrorContains(t, err, c.says, name)
	}
}

// TestDecodeRefusesWhatNobodyWouldWaitFor has schedules that are too big in one
// way each, and the biggest that are not.
func TestDecodeRefusesWhatNobodyWouldWaitFor(t *testing.T) {
	crash := func(at Moment) Action { one := Target(1); return Action{At: at, Do: Crash, Replica: &one} }
	get := func(client int, key string) Operation {
		return Operation{Client: client, Input: checker.Input{Kind: checker.Get, Key: key}}
	}
	action := func(a Action) func(*Schedule) { return func(s *Schedule) { s.Actions = append(s.Actions, a) } }
	zero, hour := Target(0), Moment(time.Hour)
	for name, c := range map[string]struct {
		change func(s *Schedule)
		says   string // "" if it is within the bounds
	}{
		"replicas":       {func(s *Schedule) { s.Replicas = 1_000_000 }, "chaos: replicas is 1000000, want at most 64"},
		"most replicas":  {func(s *Schedule) { s.Replicas = mostReplicas }, ""},
		"copies":         {func(s *Schedule) { s.Fates = []Fate{{Message: 1, Arrives: make([]Moment, 101)}} }, "chaos: fate 1 of 1: the number of copies is 101, want at most 100"},
		"copy":           {func(s *Schedule) { s.Fates = []Fate{{Message: 1, Arrives: []Moment{25 * hour}}} }, "chaos: fate 1 of 1: arrives is 25h0m0s, want at most 24h0m0s"},
		"fates":          {func(s *Schedule) { s.Fates = make([]Fate, 100_001) }, "chaos: the number of fates is 100001, want at most 100000"},
		"length":         {func(s *Schedule) { s.Length = 99_999 * hour }, "chaos: length is 99999h0m0s, want at most 24h0m0s"},
		"longest":        {func(s *Schedule) { s.Length = longest }, ""},
		"actions":        {func(s *Schedule) { s.Actions = slices.Repeat([]Action{crash(0)}, 100_001) }, "chaos: the number of actions is 100001, want at most 100000"},
		"most actions":   {func(s *Schedule) { s.Actions = slices.Repeat([]Action{crash(0)}, 100_000) }, ""},
		"operations":     {func(s *Schedule) { s.Operations = slices.Repeat([]Operation{get(1, "a")}, 100_001) }, "chaos: the number of operations is 100001, want at most 100000"},
		"time of action": {action(crash(25 * hour)), "chaos: action 1 of 1: crash: at is 25h0m0s, want at most 24h0m0s"},
		"pause":          {action(Action{Do: Pause, Replica: &zero, For: 99_999 * hour}), "chaos: action 1 of 1: pause: for is 99999h0m0s, want at most 24h0m0s"},
		"stall":          {action(Action{Do: Stall, Count: 5, For: 25 * hour}), "chaos: action 1 of 1: stall: for is 25h0m0s, want at most 24h0m0s"},
		"count":          {action(Action{Do: Propose, Replica: &zero, Count: 1 << 40}), "chaos: action 1 of 1: propose: count is 1099511627776, want at most 10000"},
		"most commands":  {action(Action{Do: Propose, Replica: &zero, Count: mostCount}), ""},
		"groups":         {action(Action{Do: Partition, Groups: make([][]int, 65)}), "chaos: action 1 of 1: partition: the number of groups is 65, want at most 64"},
		"group":          {action(Action{Do: Partition, Groups: [][]int{{0, 1, 2, 0}}}), "chaos: action 1 of 1: partition: the size of a group is 4, want at most 3"},
		"delay":          {action(Action{Do: Network, Conditions: &Conditions{Delay: 25 * hour}}), "chaos: action 1 of 1: network: delay is 25h0m0s, want at most 24h0m0s"},
		"jitter":         {action(Action{Do: Network, Conditions: &Conditions{Jitter: 25 * hour}}), "jitter is 25h0m0s, want"},
		"late by":        {action(Action{Do: Network, Conditions: &Conditions{LateBy: 25 * hour}}), "late_by is 25h0m0s, want"},
		"client":         {func(s *Schedule) { s.Operations = []Operation{get(1, "a"), get(1001, "a")} }, "chaos: operation 2 of 2: client is 1001, want at most 1000"},
		"key":            {func(s *Schedule) { s.Operations = []Operation{get(1, strings.Repeat("k", 1<<20))} }, "chaos: operation 1 of 1: the length of key is 1048576, want at most 65536"},
		"value": {func(s *Schedule) {
			op := get(1, "a")
			op.Kind, op.Value = checker.Put, strings.Repeat("v", 1<<20)
			s.Operations = []Operation{op}
		}, "the length of value is 1048576, want at most 65536"},
		"expected value": {func(s *Schedule) {
			op := get(1, "a")
			op.Kind, op.Expect = checker.CompareAndSet, strings.Repeat("v", 1<<20)
			s.Operations = []Operation{op}
		}, "the length of expect is 1048576, want at most 65536"},
		"time of reading": {func(s *Schedule) { op := get(1, "a"); op.At = 25 * hour; s.Operations = []Operation{op} }, "chaos: operation 1 of 1: at is 25h0m0s, want at most 24h0m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Schedule{Replicas: 3, Length: Moment(time.Second)}
			c.change(&s)
			path := filepath.Join(t.TempDir(), "schedule.json")
			require.NoError(t, os.WriteFile(path, s.Encode(), 0o666))
			_, err := ReadFile(path)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, path)
		})
	}
}

// TestReadFileReadsNoMoreThanASchedule has a file that is no schedule's by its
// size alone.
func TestReadFileReadsNoMoreThanASchedule(t *testing.T) {
	path := filepath.Join(t.TempDir(), "schedule.json")
	require.NoError(t, os.WriteFile(path, nil, 0o666))
	require.NoError(t, os.Truncate(path, 2*mostBytes))
	_, err := ReadFile(path)
	require.EqualError(t, err, path+": chaos: the number of bytes is 67108865, want at most 67108864", "one more is enough")
}

// TestSlowImplementationsAreWithinTheBounds draws for elections of an hour.
func TestSlowImplementationsAreWithinTheBounds(t *testing.T) {
	impl := raft.Implementation()
	impl.Timing.Election = time.Hour
	for seed := range uint64(200) {
		require.NoError(t, Generate(seed, impl).Validate(), "seed %d", seed)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Generate(1, declares(everything)).Encode())
	f.Add([]byte(`{"schema": "raftcheck/schedule/1", "replicas": 64, "length": "24h", "actions": [{"at": "0s", "do": "partition", "groups": [[0, 63], []]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode(data)
		if err != nil {
			return
		}
		require.LessOrEqual(t, s.Replicas, mostReplicas)
		require.LessOrEqual(t, s.Length, longest)
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
