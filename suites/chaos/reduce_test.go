package chaos

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A symptom says when a schedule fails, without a cluster.
type symptom func(s Schedule) (at Moment, fails bool)

// reduction returns a search that knows a schedule by what it consists of.
func (fails symptom) reduction(t *testing.T, s Schedule, tries int) harness.Reduction {
	at, ok := fails(s)
	require.True(t, ok, "the schedule as it is")
	return harness.Reduction{
		Failure: world.Failure{Property: checker.StateMachineSafety, At: time.Duration(at)},
		Spent:   func() bool { return tries <= 0 },
		Fails: func(sc harness.Scenario) *world.Account {
			tries--
			at, ok := fails(scheduleOf(t, sc))
			if !ok {
				return nil
			}
			return &world.Account{Failure: &world.Failure{At: time.Duration(at)}}
		},
	}
}

// scheduleOf returns the schedule that a scenario came from.
func scheduleOf(t *testing.T, sc harness.Scenario) Schedule {
	r := sc.Reduce(harness.Reduction{Spent: func() bool { return true }})
	s, err := Decode(r.Content)
	require.NoError(t, err)
	return s
}

// crashThenRead fails where a crash of the leader is followed by a read of a.
func crashThenRead(s Schedule) (Moment, bool) {
	crash := slices.IndexFunc(s.Actions, func(a Action) bool { return a.Do == Crash && *a.Replica == Leader })
	if crash < 0 {
		return 0, false
	}
	read := slices.IndexFunc(s.Operations, func(op Operation) bool {
		return op.Kind == checker.Get && op.Key == "a" && op.At >= s.Actions[crash].At
	})
	if read < 0 {
		return 0, false
	}
	return s.Operations[read].At, true
}

// big returns a schedule that a symptom fails.
func big(t *testing.T, fails symptom) Schedule {
	for seed := range uint64(1000) {
		s := Generate(seed, raft.Implementation())
		if _, ok := fails(s); ok && s.Replicas == 7 && len(s.Actions) > 30 && len(s.Operations) > 100 {
			return s
		}
	}
	t.Fatal("no seed has such a schedule")
	return Schedule{}
}

func TestReduceKeepsWhatFails(t *testing.T) {
	whole := big(t, crashThenRead)
	r := whole.reduce(symptom(crashThenRead).reduction(t, whole, 20_000))
	small, err := Decode(r.Content)
	require.NoError(t, err)
	require.Len(t, small.Actions, 1)
	require.Len(t, small.Operations, 1)
	require.Equal(t, 3, small.Replicas)
	require.Less(t, small.Length, Moment(100*time.Millisecond))
	_, fails := crashThenRead(small)
	require.True(t, fails)
	require.Regexp(t, `^from 7 replicas, \d+ actions and \d+ operations to 3, 1 and 1, in \d+ runs$`, r.Summary)
}

// TestReducePinsWhatMessagesMeet has a failure for which one message must be lost: the
// network that loses it with many others goes, and its fate stays.
func TestReducePinsWhatMessagesMeet(t *testing.T) {
	const lost = 7
	events := []labrpc.Event{{Kind: labrpc.EventSend, Datagram: lost}, {At: 1, Kind: labrpc.EventLost, Datagram: lost}}
	for id := range uint64(5) {
		events = append(events, labrpc.Event{At: 1, Kind: labrpc.EventSend, Datagram: 10 + id}, labrpc.Event{At: 3, Kind: labrpc.EventDeliver, Datagram: 10 + id})
	}
	loses := func(s Schedule) (Moment, bool) {
		given := slices.ContainsFunc(s.Fates, func(f Fate) bool { return f.Message == lost && f.Arrives == nil })
		return s.Length, given || s.does(Network) && s.does(Crash)
	}
	whole := big(t, loses)
	r := symptom(loses).reduction(t, whole, 20_000)
	fails := r.Fails
	r.Fails = func(sc harness.Scenario) *world.Account {
		a := fails(sc)
		if a != nil {
			a.Trace = &labrpc.Trace{}
			for _, e := range events {
				a.Trace.Add(e)
			}
		}
		return a
	}
	small, err := Decode(whole.reduce(r).Content)
	require.NoError(t, err)
	require.Equal(t, []Fate{{Message: lost}}, small.Fates)
	require.Empty(t, small.Actions)
	require.Regexp(t, `operations to 3, 0 and 0, and what becomes of one message, in \d+ runs$`, whole.reduce(r).Summary)
}

func TestPinnedFates(t *testing.T) {
	event := func(at Moment, kind labrpc.EventKind, message uint64) labrpc.Event {
		return labrpc.Event{At: time.Duration(at), Kind: kind, Datagram: message}
	}
	require.Equal(t, []Fate{{1, []Moment{4, 9}}, {3, nil}, {4, []Moment{2}}}, Schedule{}.pinned([]labrpc.Event{
		event(1, labrpc.EventSend, 1), event(1, labrpc.EventSend, 2), event(2, labrpc.EventSend, 3), event(3, labrpc.EventSend, 4),
		event(3, labrpc.EventCut, 2), event(3, labrpc.EventLost, 3), event(5, labrpc.EventDeliver, 1), event(5, labrpc.EventHeld, 4),
		event(9, labrpc.EventDeliver, 4), event(10, labrpc.EventDeliver, 1),
	}).Fates, "twice, cut, lost, held")
}

// stallForLong fails where locks stall for a tenth of a second or longer.
func stallForLong(s Schedule) (Moment, bool) {
	i := slices.IndexFunc(s.Actions, func(a Action) bool { return a.Do == Stall && a.For >= Moment(100*time.Millisecond) })
	if i < 0 {
		return 0, false
	}
	return s.Actions[i].At, true
}

func TestReduceMakesStallsBriefer(t *testing.T) {
	whole := big(t, crashThenRead).stalling()
	small, err := Decode(whole.reduce(symptom(stallForLong).reduction(t, whole, 20_000)).Content)
	require.NoError(t, err)
	require.Len(t, small.Actions, 1)
	require.Equal(t, Stall, small.Actions[0].Do)
	require.GreaterOrEqual(t, small.Actions[0].For, Moment(100*time.Millisecond))
	require.Less(t, small.Actions[0].For, Moment(200*time.Millisecond))
}

func TestReduceEndsWhenTheTimeIsUp(t *testing.T) {
	whole := big(t, crashThenRead)
	tries := 0
	r := symptom(crashThenRead).reduction(t, whole, 10)
	try := r.Fails
	r.Fails = func(sc harness.Scenario) *world.Account { tries++; return try(sc) }
	small, err := Decode(whole.reduce(r).Content)
	require.NoError(t, err)
	require.LessOrEqual(t, tries, 10)
	_, fails := crashThenRead(small)
	require.True(t, fails, "what it has by then fails")
}

// TestReduceTriesOtherSeeds has a schedule that fails with few seeds only.
func TestReduceTriesOtherSeeds(t *testing.T) {
	picky := func(s Schedule) (Moment, bool) {
		at, ok := crashThenRead(s)
		parts := uint64(s.parts())
		return at, ok && (s.Seed+parts)%3 == 0
	}
	whole := big(t, picky)
	small, err := Decode(whole.reduce(symptom(picky).reduction(t, whole, 50_000)).Content)
	require.NoError(t, err)
	require.Equal(t, 2, small.parts())
	_, fails := picky(small)
	require.True(t, fails)
}
