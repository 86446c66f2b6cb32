package excerpt

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

func message(ms int, kind labrpc.EventKind, from, to int, datagram, short string) runfile.Event {
	return runfile.Event{At: time.Duration(ms) * time.Millisecond, Kind: kind, From: from, To: to, Datagram: datagram, Text: "Raft.Vote", Short: short, Content: "{" + short + "}"}
}

func own(ms int, kind labrpc.EventKind, replica int, text string) runfile.Event {
	return runfile.Event{At: time.Duration(ms) * time.Millisecond, Kind: kind, From: replica, To: -1, Text: text}
}

// twoVotes is a run in which replica 1 votes for replica 0, restarts, and votes for
// replica 2.
func twoVotes() *runfile.File {
	first, second := message(2, labrpc.EventSend, 1, 0, "b", "granted T3"), message(9, labrpc.EventSend, 1, 2, "d", "granted T3")
	return &runfile.File{
		Suite: "s", Scenario: "Votes", Seed: 7, Replicas: 3, Claim: "Votes last.", Paper: "§5.2", Replay: "go test -raft.seed=7",
		Implementation: runfile.Subject{Name: "my`raft", Version: "1"},
		Failure:        &runfile.Failure{Property: "Election Safety", Claim: "one leader a term", At: 12 * time.Millisecond, Facts: []string{"0 leads", "2 leads"}},
		Course:         &runfile.Course{Read: 4, Sent: 4, First: &runfile.Step{Rule: "one vote a term", Facts: []string{"replica 1 votes twice"}, Place: 11, Event: second, Against: []runfile.Event{first}}},
		Events: []runfile.Event{
			own(0, labrpc.EventBoot, 0, ""), own(0, labrpc.EventBoot, 1, ""), own(0, labrpc.EventBoot, 2, ""),
			message(1, labrpc.EventDeliver, 0, 1, "a", "vote? T3 last 1/1"), first,
			own(3, labrpc.EventHalt, 1, ""), own(4, "fault", -1, "crash\x1b[2J [1]"), own(5, labrpc.EventBoot, 1, ""),
			{At: 6 * time.Millisecond, Kind: "state", From: 0, To: -1, Term: 3, Leader: true},
			message(7, labrpc.EventSend, 2, 0, "c", "vote? T3 last 1/1"), message(7, labrpc.EventCut, 2, 0, "c", "vote? T3 last 1/1"),
			second, message(10, labrpc.EventDown, 1, 0, "e", ""),
		},
		Links: []runfile.Link{{At: 7 * time.Millisecond, From: 2, To: 0, State: labrpc.LinkCut}, {At: 11 * time.Millisecond, From: 0, To: 2, State: labrpc.LinkCut}},
	}
}

func TestAround(t *testing.T) {
	require.Equal(t, `s/Votes, seed 7: Election Safety violated at 0.012000s
▶ first wrong step: one vote a term
  replica 1 votes twice

               s replica 0                 replica 1                 replica 2
       0.000000  starts
       0.000000  │                         starts
       0.000000  │                         │                         starts
       0.001000  │                         ←0 vote? T3 last 1/1      │
◆      0.002000  │                         →0 granted T3             │
       0.003000  │                         goes down                 │
       0.004000  ── crash [2J [1]                                    │
       0.005000  │                         starts                    │
       0.006000  leads T3                  │                         │
       0.007000  │                         │                         →0 cut: vote? T3 last 1/1
▶      0.009000  │                         →2 granted T3             │
       0.010000  │                         →0 down: Raft.Vote        │

`+legend, Around(twoVotes(), false))
}

func TestColours(t *testing.T) {
	coloured := Around(twoVotes(), true)
	require.Contains(t, coloured, "\x1b[1;31m▶      0.009000")
	require.Contains(t, coloured, "\x1b[33m◆      0.002000")
	require.Equal(t, Around(twoVotes(), false), strings.NewReplacer("\x1b[1;31m", "", "\x1b[33m", "", "\x1b[0m", "").Replace(coloured))
}

// What is far away is left out, but for what the step is held against.
func TestAroundIsShort(t *testing.T) {
	f := twoVotes()
	var between []runfile.Event
	for i := range 100 {
		between = append(between, own(8, "apply", 0, fmt.Sprint("entry ", i)))
	}
	f.Events = append(append(append([]runfile.Event{}, f.Events[:11]...), between...), append(f.Events[11:], between...)...)
	around := Around(f, false)
	require.Contains(t, around, "  … 4 more\n◆      0.002000")
	require.Contains(t, around, "  … 85 more\n       0.008000  apply entry 80 ")
	require.Equal(t, before+after, strings.Count(around, "\n       0.0"), "beside those with a mark")
}

// Without a step it is about the moment, or else the end.
func TestAroundTheMoment(t *testing.T) {
	f := twoVotes()
	f.Course = nil
	require.NotContains(t, strings.TrimSuffix(Around(f, false), legend), "▶")
	for i := range 100 {
		f.Events = append(f.Events, own(20+i, "apply", 0, "late"))
	}
	require.Contains(t, Around(f, false), "       0.119000", "the end")
	f.Moment = &runfile.Moment{At: 12 * time.Millisecond}
	require.Contains(t, Around(f, false), "       0.010000", "what came before the moment")
	require.NotContains(t, Around(f, false), "       0.119000")

	require.Contains(t, Around(&runfile.File{Replicas: 3}, false), "no event is known")
}

func TestLinesAreNotTooWide(t *testing.T) {
	for _, replicas := range []int{1, 3, 5, 7, 9} {
		f := &runfile.File{Replicas: replicas, Events: []runfile.Event{
			message(1, labrpc.EventSend, 0, replicas-1, "a", strings.Repeat("long ", 50)),
			message(2, labrpc.EventDeliver, 0, replicas-1, "a", strings.Repeat("long ", 50)),
		}}
		for line := range strings.SplitSeq(Around(f, false), "\n") {
			require.LessOrEqual(t, utf8.RuneCountInString(line), lineWidth, "%d replicas: %s", replicas, line)
		}
		require.Contains(t, Around(f, false), "←0 long long", "%d replicas: the last column has room", replicas)
	}
}

func TestIssue(t *testing.T) {
	issue := Issue(twoVotes(), Section{"Story", "it was a dark night"})
	for _, want := range []string{
		"## s/Votes, seed 7: Election Safety violated at 0.012000s\n", "Broken: one leader a term.\n\n```\n0 leads\n2 leads\n```",
		"Implementation: `my'raft 1`. The scenario claims: Votes last. (§5.2)",
		"It breaks: one vote a term.\n\n```\nreplica 1 votes twice\n    0.002000s  1→0  granted T3  {granted T3}\n    0.009000s  1→2  granted T3  {granted T3}\n```",
		"3 replicas, at 0.009000s:",
		"| 0 | it leads | 3 | 0 |  |\n| 1 | it does not lead | 0 | 0 |  |\n| 2 | it does not lead | 0 | 0 | 0 |\n",
		"▶      0.009000  │", "### Story\n\n```\nit was a dark night\n```", "### Replay\n\n```\ngo test -raft.seed=7\n```",
	} {
		require.Contains(t, issue, want)
	}
}

// GitHub takes 65,536 characters, and no text of a run may end its block.
func TestIssueIsBounded(t *testing.T) {
	f := twoVotes()
	long := strings.Repeat("é```\n", 100_000)
	f.Failure.Facts, f.Course.First.Facts, f.Replay = []string{long}, []string{long}, long
	for i := range f.Events {
		f.Events[i].Short += long
	}
	issue := Issue(f, Section{"Story", long}, Section{"schedule.json", "x" + strings.Repeat("é", maxBlock)})
	require.Less(t, len(issue), 65_536)
	require.True(t, strings.Contains(issue, "````\né```\n"), "a longer fence")
	require.True(t, strings.Contains(issue, "\n… cut short\n````\n"), "its end")
	require.True(t, utf8.ValidString(issue))
}
