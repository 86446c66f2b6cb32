package steps

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// told is what is read of a message with some fields.
func told(kind raftiface.MessageKind, term int, m raftiface.Message) *Message {
	m.Kind, m.Term = kind, term
	return &Message{Message: m}
}

// TestRead reads messages in several spellings.
func TestRead(t *testing.T) {
	read := Reader(nil)
	type command struct {
		Term    int
		Command any
	}
	type embedded struct{ Term, LastLogIndex, LastLogTerm uint64 }
	asks := told(raftiface.MessageRequestVote, 3, raftiface.Message{Last: entry(7, 2), Commit: -1})
	for _, c := range []struct {
		name, method string
		content      any
		want         *Message // nil if it is not understood
	}{
		{"the paper's", "Raft.RequestVote", &struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }{3, 1, 7, 2}, asks},
		{"another spelling", "Peer.Append", struct {
			LEADER_TERM, Prev_Log_Index, PrevLogTerm uint64
			Entries                                  []*command
			LeaderCommit                             int64
		}{3, 4, 2, []*command{{Term: 2}, {Term: 3}}, 4},
			told(raftiface.MessageAppendEntries, 3, raftiface.Message{Prev: entry(4, 2), Entries: []Entry{entry(5, 2), entry(6, 3)}, Commit: 4})},
		{"embedded", "RequestVote", struct{ *embedded }{&embedded{3, 7, 2}}, asks},
		{"embedded nil", "RequestVote", struct{ *embedded }{}, nil},
		{"wrapped", "RequestVote", struct {
			Error   error
			Request *embedded
		}{nil, &embedded{3, 7, 2}}, asks},
		{"a snapshot", "Raft.InstallSnapshot", struct {
			Term, LastIncludedIndex, LastIncludedTerm int
			Data                                      []byte
		}{3, 9, 2, nil}, told(raftiface.MessageInstallSnapshot, 3, raftiface.Message{Last: entry(9, 2), Commit: -1})},
		{"a pre-vote by a field", "Raft.RequestVote", struct {
			Term, LastLogIndex, LastLogTerm int
			PreVote                         bool
		}{3, 7, 2, true}, told(raftiface.MessageOther, 3, raftiface.Message{Commit: -1})},
		{"a pre-vote by its name", "Raft.PreRequestVote", struct{ Term, LastLogIndex, LastLogTerm int }{3, 7, 2}, told(raftiface.MessageOther, 3, raftiface.Message{Commit: -1})},
		{"a pre-vote by another name", "Raft.RequestPreVote", struct{ Term, LastLogIndex, LastLogTerm int }{3, 7, 2}, told(raftiface.MessageOther, 3, raftiface.Message{Commit: -1})},
		{"entries for a voter", "Raft.RequestVote", struct{ Term, PrevLogIndex, PrevLogTerm int }{3, 7, 2}, nil},
		{"a request to begin an election", "Raft.TimeoutNow", struct{ Term, LeaderID int }{3, 1}, told(raftiface.MessageOther, 3, raftiface.Message{Commit: -1})},
		{"one without a term", "Raft.TimeoutNow", struct{ Sender int }{1}, told(raftiface.MessageOther, 0, raftiface.Message{})},
		{"no struct", "Raft.RequestVote", 7, nil},
		{"no fields", "Raft.RequestVote", struct{}{}, nil},
		{"nil", "Raft.RequestVote", nil, nil},
		{"entries of another form", "Raft.AppendEntries", struct {
			Term, PrevLogIndex, PrevLogTerm int
			Entries                         []int
		}{3, 7, 2, []int{1}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) { requireRead(t, c.want, read(c.method, nil, c.content)) })
	}
}

// TestReadReplies reads what answers a message.
func TestReadReplies(t *testing.T) {
	read := Reader(nil)
	asks := told(raftiface.MessageRequestVote, 3, raftiface.Message{Last: entry(7, 2)})
	grants := told(raftiface.MessageRequestVoteReply, 3, raftiface.Message{Yes: true, Commit: -1})
	grants.Request = asks
	type reply struct {
		Term        int
		VoteGranted bool
	}
	requireRead(t, grants, read("Raft.RequestVote", asks, reply{3, true}))
	requireRead(t, &Message{}, read("Raft.RequestVote", told(raftiface.MessageOther, 3, raftiface.Message{}), reply{3, true}))
	requireRead(t, &Message{}, read("Raft.RequestVote", asks, errors.New("not now")))
	requireRead(t, nil, read("Raft.RequestVote", asks, struct{ Term int }{3}))
	requireRead(t, nil, read("Raft.RequestVote", told(raftiface.MessageAppendEntries, 3, raftiface.Message{}), reply{3, true}))
}

// TestTranslated takes what an implementation says of its messages.
func TestTranslated(t *testing.T) {
	read := Reader(func(method string, content any, reply bool) (raftiface.Message, bool) {
		return raftiface.Message{Kind: raftiface.MessageRequestVote, Term: content.(int)}, method == "Step" && !reply
	})
	requireRead(t, told(raftiface.MessageRequestVote, 5, raftiface.Message{}), read("Step", nil, 5))
	requireRead(t, nil, read("Other", nil, 5))
}

func requireRead(t *testing.T, want *Message, got any) {
	t.Helper()
	if want == nil {
		require.Nil(t, got)
		return
	}
	require.Equal(t, want, got)
}
