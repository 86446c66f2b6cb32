package steps

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// TestReadObject reads messages in JSON, in several spellings.
func TestReadObject(t *testing.T) {
	vote := raftiface.Message{Kind: raftiface.MessageRequestVote, Term: 3, Last: entry(7, 2), Commit: -1}
	for _, c := range []struct {
		name, body string
		want       raftiface.Message
		ok         bool
	}{
		{"the paper's", `{"type":"RequestVote","term":3,"candidateId":1,"lastLogIndex":7,"lastLogTerm":2}`, vote, true},
		{"another spelling", `{"Type":"request_vote","candidate_term":3,"last_log_index":7,"LAST_TERM":2}`, vote, true},
		{"a vote", `{"type":"RequestVoteReply","term":3,"voteGranted":true}`, raftiface.Message{Kind: raftiface.MessageRequestVoteReply, Term: 3, Yes: true, Commit: -1}, true},
		{"entries", `{"type":"AppendEntries","term":3,"prevLogIndex":4,"prevLogTerm":2,"entries":[{"term":2,"command":"x"},{"Term":3}],"leaderCommit":4}`,
			raftiface.Message{Kind: raftiface.MessageAppendEntries, Term: 3, Prev: entry(4, 2), Entries: []Entry{entry(5, 2), entry(6, 3)}, Commit: 4}, true},
		{"a heartbeat", `{"type":"heartbeat","term":3,"prevLogIndex":0,"prevLogTerm":0,"entries":[],"leaderCommit":0}`, raftiface.Message{Kind: raftiface.MessageAppendEntries, Term: 3}, true},
		{"an acknowledgement", `{"type":"append_entries_response","term":3,"success":true,"matchIndex":6}`,
			raftiface.Message{Kind: raftiface.MessageAppendEntriesReply, Term: 3, Yes: true, Match: 6, Commit: -1}, true},
		{"a rejection", `{"type":"AppendEntriesReply","term":3,"success":false,"matchIndex":6}`, raftiface.Message{Kind: raftiface.MessageAppendEntriesReply, Term: 3, Commit: -1}, true},
		{"a snapshot", `{"type":"InstallSnapshot","term":3,"lastIncludedIndex":9,"lastIncludedTerm":2,"data":"AAA="}`,
			raftiface.Message{Kind: raftiface.MessageInstallSnapshot, Term: 3, Last: entry(9, 2), Commit: -1}, true},
		{"its answer", `{"type":"InstallSnapshotResult","term":3,"matchIndex":9}`, raftiface.Message{Kind: raftiface.MessageInstallSnapshotReply, Term: 3, Match: 9, Commit: -1}, true},
		{"a pre-vote", `{"type":"PreVote","term":4,"lastLogIndex":7,"lastLogTerm":2}`, raftiface.Message{Term: 4, Commit: -1}, true},
		{"a pre-vote by a field", `{"type":"RequestVote","preVote":true,"term":4,"lastLogIndex":7,"lastLogTerm":2}`, raftiface.Message{Term: 4, Commit: -1}, true},
		{"no type", `{"term":3,"lastLogIndex":7,"lastLogTerm":2}`, raftiface.Message{}, false},
		{"another type", `{"type":"forward","term":3,"success":true}`, raftiface.Message{}, false},
		{"a type that is a number", `{"type":1,"term":3}`, raftiface.Message{}, false},
		{"no term", `{"type":"RequestVote","lastLogIndex":7,"lastLogTerm":2}`, raftiface.Message{}, false},
		{"a term that is a text", `{"type":"RequestVoteReply","term":"3","voteGranted":true}`, raftiface.Message{}, false},
		{"a term that is a fraction", `{"type":"RequestVoteReply","term":3.5,"voteGranted":true}`, raftiface.Message{}, false},
		{"entries without a term", `{"type":"AppendEntries","term":3,"prevLogIndex":4,"prevLogTerm":2,"entries":["x"]}`, raftiface.Message{}, false},
		{"nothing", `{}`, raftiface.Message{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			decoder := json.NewDecoder(strings.NewReader(c.body))
			decoder.UseNumber()
			var body map[string]any
			require.NoError(t, decoder.Decode(&body))
			m, ok := ReadObject(body)
			require.Equal(t, c.ok, ok)
			if ok {
				require.Equal(t, c.want, m)
			}
		})
	}
}
