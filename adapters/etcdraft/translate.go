package etcdraft

import (
	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"

	"github.com/raftcheck/raftcheck/raftiface"
)

// translate says what the library's messages mean in the paper's terms. Requests and
// replies are messages of their own there, and one that votes or acknowledges does not
// name what it answers. A heartbeat has no place in the log, and pre-votes, transfers
// and questions before a read bind nobody.
func translate(_ string, content any, _ bool) (told raftiface.Message, ok bool) {
	wrapped, isMessage := content.(*Message)
	if !isMessage {
		return told, false
	}
	m := new(raftpb.Message)
	if err := proto.Unmarshal(wrapped.Data, m); err != nil {
		return told, false
	}
	told = raftiface.Message{Term: int(m.GetTerm()), Yes: !m.GetReject(), Commit: -1}
	place := raftiface.EntryID{Index: int(m.GetIndex()), Term: int(m.GetLogTerm())}
	switch m.GetType() {
	case raftpb.MsgVote:
		told.Kind, told.Last = raftiface.MessageRequestVote, place
	case raftpb.MsgVoteResp:
		told.Kind = raftiface.MessageRequestVoteReply
	case raftpb.MsgHeartbeat:
		told.Kind, told.Commit = raftiface.MessageAppendEntries, int(m.GetCommit())
	case raftpb.MsgApp:
		told.Kind, told.Commit, told.Prev = raftiface.MessageAppendEntries, int(m.GetCommit()), place
		for _, e := range m.GetEntries() {
			told.Entries = append(told.Entries, raftiface.EntryID{Index: int(e.GetIndex()), Term: int(e.GetTerm())})
		}
	case raftpb.MsgAppResp:
		told.Kind, told.Match = raftiface.MessageAppendEntriesReply, place.Index
	case raftpb.MsgSnap:
		at := m.GetSnapshot().GetMetadata()
		told.Kind, told.Last = raftiface.MessageInstallSnapshot, raftiface.EntryID{Index: int(at.GetIndex()), Term: int(at.GetTerm())}
	}
	return told, true
}
