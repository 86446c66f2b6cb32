package explore

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/bubble"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

const ms = time.Millisecond

// sent is a message on the link from 0 to 1, and arrived what it is when it gets there.
func sent(at time.Duration, message uint64, content string) labrpc.Event {
	return labrpc.Event{At: at, Kind: labrpc.EventSend, From: 0, To: 1, Datagram: message, Text: "Raft.AppendEntries", Content: content}
}

func arrived(at time.Duration, message uint64) labrpc.Event {
	return labrpc.Event{At: at, Kind: labrpc.EventDeliver, From: 0, To: 1, Datagram: message}
}

// fatesOf returns those of a message, and the number of other deviations.
func fatesOf(all []deviation, message chaos.Message) (fates [][]chaos.Moment, others int) {
	for _, d := range all {
		if d.fate != nil && d.fate.Message == message {
			fates = append(fates, d.fate.Arrives)
		} else {
			others++
		}
	}
	return fates, others
}

func TestDeviationsOfAMessage(t *testing.T) {
	s := script{Schedule: chaos.Schedule{Length: chaos.Moment(50 * ms)}, stages: []time.Duration{ms, 20 * ms}, gap: 8 * ms}
	all := s.deviations([]labrpc.Event{sent(2*ms, 7, "x"), arrived(3*ms, 7), arrived(4*ms, 8)}, -1)
	fates, others := fatesOf(all, 7)
	next, late := chaos.Moment(2*ms+time.Microsecond), chaos.Moment(20*ms+moment-2*ms)
	require.Equal(t, [][]chaos.Moment{nil, {next}, {late}, {chaos.Moment(ms), late}}, fates, "lost, overtaken, late, twice")
	require.Equal(t, 3, others, "crashed and soon back, crashed and late back, paused")
}

func TestDeviationsOfWhatIsSaidAgain(t *testing.T) {
	s := script{Schedule: chaos.Schedule{Length: chaos.Moment(50 * ms)}}
	events := []labrpc.Event{
		sent(ms, 1, "x"), arrived(2*ms, 1),
		sent(3*ms, 2, "x"), arrived(4*ms, 2), // a heartbeat like the one before
		sent(5*ms, 3, "y"), arrived(6*ms, 3),
		sent(60*ms, 4, "z"), arrived(61*ms, 4), // after the script
	}
	count := func(from int, message chaos.Message) int {
		fates, _ := fatesOf(s.deviations(events, from), message)
		return len(fates)
	}
	require.NotZero(t, count(-1, 1))
	require.Zero(t, count(-1, 2))
	require.NotZero(t, count(-1, 3))
	require.Zero(t, count(-1, 4))
	require.Zero(t, count(0, 1), "a run branches off after the event at which it did before")
	require.NotZero(t, count(0, 3))
}

func TestAnswersToWhatIsNewAreNew(t *testing.T) {
	s := script{Schedule: chaos.Schedule{Length: chaos.Moment(50 * ms)}}
	answer := func(at time.Duration, message uint64) labrpc.Event {
		return labrpc.Event{At: at, Kind: labrpc.EventSend, From: 1, To: 0, Datagram: message, Reply: true, Text: "Raft.AppendEntries", Content: "ok"}
	}
	all := s.deviations([]labrpc.Event{
		sent(ms, 1, "x"), answer(2*ms, 2), arrived(3*ms, 2),
		sent(4*ms, 3, "x"), answer(5*ms, 4), arrived(6*ms, 4),
		sent(7*ms, 5, "y"), answer(8*ms, 6), arrived(9*ms, 6),
	}, -1)
	for message, deviates := range map[chaos.Message]bool{2: true, 4: false, 6: true} {
		fates, _ := fatesOf(all, message)
		require.Equal(t, deviates, fates != nil, "message %v", message)
	}
}

// explorerOf returns one for the reference, with its script.
func explorerOf(t *testing.T) *explorer {
	search := harness.Search{Seed: 1, Implementation: raft.Implementation()}
	search.Play = func(sc harness.Scenario, contents bool) *world.Account {
		p := world.Plan{Implementation: search.Implementation, Replicas: sc.Replicas, Seed: *sc.Seed, Fates: sc.Fates, Contents: contents,
			Limits: bubble.Limits{Patience: time.Minute, Memory: 1 << 30}}
		return world.Live(t, p, sc.Story)
	}
	script, _, ok := write(search, chaos.Schedule{Seed: 1, Replicas: replicas})
	require.True(t, ok)
	return &explorer{Search: search, script: script}
}

// TestRunsBranchOff holds runs against those that they deviate from: they are the same
// up to there, and different then.
func TestRunsBranchOff(t *testing.T) {
	x := explorerOf(t)
	happened := func(s chaos.Schedule) (texts []string) {
		for _, e := range x.Play(s.Scenario(), true).Events() {
			texts = append(texts, e.String())
		}
		return texts
	}
	plain := happened(x.Schedule)
	all := x.deviations(x.Play(x.Schedule.Scenario(), true).Events(), -1)
	for i := 0; i < len(all); i += 11 {
		d := all[i]
		branch := happened(d.apply(x.Schedule))
		require.Equal(t, plain[:d.index+1], branch[:d.index+1], "deviation %d: %+v", i, d)
		require.NotEqual(t, plain[d.index+1:], branch[d.index+1:], "deviation %d: %+v", i, d)
	}
}

func TestClaims(t *testing.T) {
	require.Equal(t, "the script was tried, and nothing was wrong", explorerOf(t).explore(0, 0).Claim)
	require.Equal(t, "20 runs were tried, not all of those with 1 deviation from the script; nothing was wrong", explorerOf(t).explore(2, 20).Claim)
}
