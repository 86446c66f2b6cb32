package world

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// talk has dialogues of three replicas, which are in term 5, follow messages.
type talk struct{ *dialogues }

func (talk talk) say(kind labrpc.EventKind, from, to int, m raftiface.Message) {
	talk.follow(labrpc.Event{At: time.Second, Kind: kind, From: from, To: to, Note: &steps.Message{Message: m}}, func(int) int { return 5 })
}

func TestDialoguesKnowWhoIsIgnored(t *testing.T) {
	d := talk{newDialogues(3)}
	old := raftiface.Message{Kind: raftiface.MessageAppendEntries, Term: 4}
	for range 3 {
		d.say(labrpc.EventDeliver, 0, 1, old)
	}
	d.say(labrpc.EventLost, 0, 1, old)
	d.say(labrpc.EventDeliver, 0, 1, raftiface.Message{Kind: raftiface.MessageRequestVoteReply, Term: 4})
	d.say(labrpc.EventDeliver, 0, 1, raftiface.Message{})
	require.Equal(t, 3, d.ignored(1, 0), "requests that have arrived")
	require.Zero(t, d.ignored(0, 1))
	require.Zero(t, d.ignored(2, 0))

	d.say(labrpc.EventDeliver, 0, 1, raftiface.Message{Kind: raftiface.MessageRequestVote, Term: 5})
	require.Zero(t, d.ignored(1, 0), "that one is of no older term")
	d.say(labrpc.EventDeliver, 0, 1, old)
	d.say(labrpc.EventSend, 1, 2, raftiface.Message{Kind: raftiface.MessageRequestVote, Term: 6})
	require.Equal(t, 1, d.ignored(1, 0))
	d.say(labrpc.EventSend, 1, 0, raftiface.Message{})
	require.Zero(t, d.ignored(1, 0), "whatever it sends is an answer")

	d.say(labrpc.EventDeliver, 0, 1, old)
	d.follow(labrpc.Event{Kind: labrpc.EventSend, From: 1, To: 0}, func(int) int { return 5 })
	require.Zero(t, d.ignored(1, 0), "understood or not")
}

func TestDialoguesKnowWhoTakesNoEntries(t *testing.T) {
	d := talk{newDialogues(2)}
	reply := func(yes bool, m raftiface.Message) {
		request := &steps.Message{Message: m}
		d.follow(labrpc.Event{Kind: labrpc.EventSend, From: 1, To: 0, Note: &steps.Message{Message: raftiface.Message{Kind: raftiface.MessageAppendEntriesReply, Yes: yes}, Request: request}}, nil)
	}
	entries, heartbeat := raftiface.Message{Prev: raftiface.EntryID{Index: 3, Term: 1}}, raftiface.Message{}
	reply(false, entries)
	reply(true, heartbeat)
	reply(false, entries)
	d.say(labrpc.EventSend, 0, 1, raftiface.Message{Kind: raftiface.MessageInstallSnapshot})
	require.Equal(t, refusal{2, 1}, d.refused(1, 0))
	require.Zero(t, d.refused(0, 1))
	reply(true, entries)
	require.Zero(t, d.refused(1, 0))
}

func TestDialoguesKnowHowElectionsWent(t *testing.T) {
	d := talk{newDialogues(4)}
	vote := func(yes bool, term int) raftiface.Message {
		return raftiface.Message{Kind: raftiface.MessageRequestVoteReply, Yes: yes, Term: term}
	}
	d.say(labrpc.EventSend, 0, 1, raftiface.Message{Kind: raftiface.MessageRequestVote, Term: 6})
	d.say(labrpc.EventDeliver, 3, 0, vote(true, 5))
	d.say(labrpc.EventDeliver, 2, 0, vote(true, 6))
	d.say(labrpc.EventDeliver, 2, 0, vote(true, 6))
	d.say(labrpc.EventDeliver, 1, 0, vote(true, 6))
	d.say(labrpc.EventDeliver, 3, 0, vote(false, 9))
	require.Equal(t, election{time.Second, 6, []int{1, 2}, []int{3}}, d.latest(0, time.Second))
	require.Zero(t, d.latest(1, time.Second).term)

	d.say(labrpc.EventSend, 0, 1, raftiface.Message{Kind: raftiface.MessageRequestVote, Term: 7})
	require.Equal(t, election{at: time.Second, term: 7}, d.latest(0, time.Second))
	d.elections[0][0].at += time.Millisecond
	require.Equal(t, 6, d.latest(0, time.Second).term)
}

// factsOfLostVotes returns what is told of followers that ask for votes which cannot reach
// each other.
func factsOfLostVotes(t *testing.T, impl raftiface.Implementation) []string {
	a := Live(t, plan(impl), func(c *Cluster) {
		c.Crash(c.CheckOneLeader())
		for i := range c.Size() {
			for j := range c.Size() {
				c.CutLink(i, j)
			}
		}
		c.Commit(2)
	})
	require.NotNil(t, a.Failure)
	require.Equal(t, CommitLiveness, a.Failure.Property)
	return a.Failure.Facts
}

func TestFailureTellsOfElections(t *testing.T) {
	facts := factsOfLostVotes(t, raft.Implementation())
	require.Len(t, facts, 5)
	for _, fact := range facts[3:] {
		require.Regexp(t, `^replica \d last stood for election at \d+\.\d{6}s, in term \d+: elected by \[\], refused by \[\]$`, fact)
	}
}

func TestNothingIsToldOfWhatIsNotUnderstood(t *testing.T) {
	impl := raft.Implementation()
	impl.Translate = func(string, any, bool) (raftiface.Message, bool) { return raftiface.Message{}, false }
	require.Len(t, factsOfLostVotes(t, impl), 3, "who has asked for votes is not known")
}
