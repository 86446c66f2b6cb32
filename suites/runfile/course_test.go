package runfile

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

func TestShort(t *testing.T) {
	entry := steps.Entry{Index: 7, Term: 2}
	for want, m := range map[string]raftiface.Message{
		"vote? T3 last 7/2":        {Kind: raftiface.MessageRequestVote, Last: entry},
		"granted T3":               {Kind: raftiface.MessageRequestVoteReply, Yes: true},
		"refused T3":               {Kind: raftiface.MessageRequestVoteReply},
		"append T3 prev 7/2 +1 c5": {Kind: raftiface.MessageAppendEntries, Prev: entry, Entries: []steps.Entry{{Index: 8, Term: 3}}, Commit: 5},
		"append T3 prev 7/2 +0":    {Kind: raftiface.MessageAppendEntries, Prev: entry, Commit: -1},
		"taken T3":                 {Kind: raftiface.MessageAppendEntriesReply, Yes: true},
		"rejected T3":              {Kind: raftiface.MessageAppendEntriesReply},
		"snapshot T3 to 7/2":       {Kind: raftiface.MessageInstallSnapshot, Last: entry},
		"installed T3":             {Kind: raftiface.MessageInstallSnapshotReply},
		"":                         {Kind: raftiface.MessageOther},
	} {
		m.Term = 3
		require.Equal(t, want, eventOf(labrpc.Event{Datagram: 1, Note: &steps.Message{Message: m}}).Short)
	}
	require.Empty(t, eventOf(labrpc.Event{Datagram: 1}).Short)
}

// The file has the first wrong step, and begins there.
func TestCourse(t *testing.T) {
	require.Nil(t, Of(&world.Account{}).Course)
	f := Of(&world.Account{Course: steps.Course{Read: 3, Sent: 4}})
	require.Equal(t, &Course{Read: 3, Sent: 4}, f.Course)
	require.Nil(t, f.FirstStep())
	f.Moment = &Moment{At: 9 * time.Second}
	at, _ := f.Focus()
	require.Equal(t, 9*time.Second, at)

	event := func(at time.Duration) labrpc.Event {
		return labrpc.Event{At: at, Kind: labrpc.EventSend, From: 1, To: 2, Datagram: 0xa}
	}
	f.Course = Of(&world.Account{Course: steps.Course{Read: 3, Sent: 4, First: &steps.Step{Event: event(5), Place: 7, Rule: steps.OneVote,
		Facts: []string{"twice"}, Against: []labrpc.Event{event(4)}}}}).Course
	require.Equal(t, &Step{Rule: "One Vote: a replica votes for one candidate a term, itself included (§5.2)", Facts: []string{"twice"}, Place: 7, Event: eventOf(event(5)), Against: []Event{eventOf(event(4))}}, f.FirstStep())
	at, known := f.Focus()
	require.True(t, known)
	require.Equal(t, time.Duration(5), at)
}
