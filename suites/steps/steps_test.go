package steps

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
)

// script is a course of messages, one a millisecond.
type script struct {
	events []labrpc.Event
	at     time.Duration
}

func (s *script) add(kind labrpc.EventKind, from, to int, m *Message) {
	s.at += time.Millisecond
	e := labrpc.Event{At: s.at, Kind: kind, From: from, To: to}
	if m != nil {
		e.Note = m
	}
	s.events = append(s.events, e)
}

// asks has a message arrive, and the answer, if there is one.
func (s *script) asks(from, to int, request, reply *Message) {
	s.add(labrpc.EventSend, from, to, request)
	s.add(labrpc.EventDeliver, from, to, request)
	if reply != nil {
		reply.Kind, reply.Request = request.Kind+1, request
		s.add(labrpc.EventSend, to, from, reply)
		s.add(labrpc.EventDeliver, to, from, reply)
	}
}

func (s *script) restarts(replica int) {
	s.add(labrpc.EventHalt, replica, -1, nil)
	s.add(labrpc.EventBoot, replica, -1, nil)
}

func asksVote(term int, last Entry) *Message {
	return &Message{Kind: VoteRequest, Term: term, Last: last}
}

func appends(term int, prev Entry, commit int, terms ...int) *Message {
	m := &Message{Kind: AppendRequest, Term: term, Prev: prev, Commit: commit}
	for i, t := range terms {
		m.Entries = append(m.Entries, Entry{prev.Index + 1 + i, t})
	}
	return m
}

func yes(term int) *Message { return &Message{Term: term, Yes: true} }
func no(term int) *Message  { return &Message{Term: term} }

// wins has a candidate win an election.
func (s *script) wins(candidate, term int, last Entry, voters ...int) {
	for _, voter := range voters {
		s.asks(candidate, voter, asksVote(term, last), yes(term))
	}
}

// elected is a script in which replica 0 of five has won term 1 by the votes of 1
// and 3, has stored an entry on these, and has told 1 that it is committed.
func elected() *script {
	s := &script{}
	s.wins(0, 1, Entry{}, 1, 3)
	s.asks(0, 1, appends(1, Entry{}, 0, 1), yes(1))
	s.asks(0, 3, appends(1, Entry{}, 0, 1), yes(1))
	s.asks(0, 1, appends(1, Entry{1, 1}, 1), yes(1))
	return s
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  Rule // "" if all is well
		story func(s *script)
	}{
		{"nothing further", "", func(s *script) {}},
		{"the same vote again", "", func(s *script) { s.asks(0, 1, asksVote(1, Entry{}), yes(1)) }},
		{"another vote", OneVote, func(s *script) { s.asks(2, 1, asksVote(1, Entry{}), yes(1)) }},
		{"another vote after a restart", OneVote, func(s *script) { s.restarts(1); s.asks(2, 1, asksVote(1, Entry{}), yes(1)) }},
		{"a candidate votes for another one", OneVote, func(s *script) { s.asks(2, 0, asksVote(1, Entry{}), yes(1)) }},
		{"a vote in the instant of a crash was not given", "", func(s *script) {
			request := asksVote(2, Entry{1, 1})
			s.add(labrpc.EventDeliver, 0, 1, request)
			s.add(labrpc.EventHalt, 1, -1, nil)
			s.at -= time.Millisecond
			s.add(labrpc.EventSend, 1, 0, &Message{Kind: VoteReply, Term: 2, Yes: true, Request: request})
			s.add(labrpc.EventBoot, 1, -1, nil)
			s.asks(2, 1, asksVote(2, Entry{1, 1}), yes(2))
		}},
		{"an office by one's own vote", OfficeWon, func(s *script) {
			s.asks(2, 1, asksVote(2, Entry{}), no(2))
			s.asks(2, 0, appends(2, Entry{}, 0), nil)
		}},
		{"an office by a vote that was lost", OfficeWon, func(s *script) {
			request := asksVote(2, Entry{1, 1})
			s.add(labrpc.EventDeliver, 0, 1, request)
			s.add(labrpc.EventSend, 1, 0, &Message{Kind: VoteReply, Term: 2, Yes: true, Request: request})
			s.asks(0, 2, appends(2, Entry{1, 1}, 1), nil)
		}},
		{"two leaders", OneLeader, func(s *script) { s.asks(2, 1, appends(1, Entry{}, 0), nil) }},
		{"a vote for an older log", UpToDateVote, func(s *script) { s.asks(2, 1, asksVote(2, Entry{}), yes(2)) }},
		{"a vote for as new a log", "", func(s *script) { s.asks(2, 1, asksVote(2, Entry{1, 1}), yes(2)) }},
		{"a vote for an older log, of what a later leader has replaced", "", func(s *script) {
			s.wins(2, 2, Entry{1, 1}, 0, 4)
			s.asks(2, 1, appends(2, Entry{}, 0), no(2)) // the answer says nothing of what was cut
			s.asks(4, 1, asksVote(3, Entry{}), yes(3))
		}},
		{"a candidate whose log the leader of the same term has cut", "", func(s *script) {
			s.asks(1, 2, asksVote(3, Entry{7, 1}), no(3))
			s.wins(2, 3, Entry{1, 1}, 0, 4)
			s.asks(2, 1, appends(3, Entry{1, 1}, 1, 3), yes(3))
			s.asks(0, 1, asksVote(4, Entry{2, 3}), yes(4))
		}},
		{"a candidate that has lost what it acknowledged", KeepsEntries, func(s *script) { s.restarts(1); s.asks(1, 2, asksVote(2, Entry{}), nil) }},
		{"a leader that has lost what it sent", KeepsEntries, func(s *script) { s.asks(0, 2, asksVote(2, Entry{}), nil) }},
		{"a leader that has lost by a crash what it sent", "", func(s *script) { s.restarts(0); s.asks(0, 2, asksVote(2, Entry{}), nil) }},
		{"an entry of which only the snapshot has the one before", "", func(s *script) {
			s.asks(0, 1, appends(1, Entry{1, 1}, 1, 1, 1), nil)
			s.asks(0, 1, appends(1, Entry{2, 0}, 1, 1), nil)
		}},
		{"a vote in a former term", NoOlderTerm, func(s *script) {
			s.asks(2, 1, asksVote(5, Entry{}), no(5))
			s.asks(2, 1, asksVote(4, Entry{1, 1}), yes(4))
		}},
		{"a vote that was asked for before that", "", func(s *script) {
			early := asksVote(4, Entry{1, 1})
			s.add(labrpc.EventDeliver, 2, 1, early)
			s.asks(4, 1, asksVote(5, Entry{}), no(5))
			s.add(labrpc.EventSend, 1, 2, &Message{Kind: VoteReply, Term: 4, Yes: true, Request: early})
		}},
		{"entries of a former leader taken", NoOlderTerm, func(s *script) {
			s.asks(2, 1, asksVote(5, Entry{}), no(5))
			s.asks(0, 1, appends(1, Entry{1, 1}, 1, 1), yes(1))
		}},
		{"a former term after a restart", NoOlderTerm, func(s *script) {
			s.asks(2, 1, asksVote(5, Entry{1, 1}), no(5))
			s.restarts(1)
			s.asks(1, 0, asksVote(2, Entry{1, 1}), nil)
		}},
		{"entries behind what never came", BackedAck, func(s *script) { s.asks(0, 2, appends(1, Entry{1, 1}, 1, 1), yes(1)) }},
		{"entries behind one that was there at the begin", "", func(s *script) {
			s.wins(0, 3, Entry{1, 1}, 1, 3)
			s.asks(0, 4, appends(3, Entry{9, 2}, 1, 3), yes(3))
		}},
		{"entries behind a snapshot", "", func(s *script) {
			s.asks(0, 2, &Message{Kind: InstallRequest, Term: 1, Last: Entry{1, 1}, Commit: -1}, &Message{Term: 1})
			s.asks(0, 2, appends(1, Entry{1, 1}, 1, 1), yes(1))
		}},
		{"one entry behind two", OneEntry, func(s *script) {
			s.asks(0, 1, appends(1, Entry{1, 1}, 1, 1, 1), nil)
			s.asks(0, 1, appends(1, Entry{2, 7}, 1, 1), nil)
		}},
		{"committed at the begin", "", func(s *script) {
			first := appends(1, Entry{}, 5)
			s.events = append([]labrpc.Event{{Kind: labrpc.EventSend, From: 0, To: 1, Note: first}}, s.events...)
			s.asks(0, 1, appends(1, Entry{1, 1}, 5, 1), nil)
		}},
		{"committed too far", QuorumCommits, func(s *script) { s.asks(0, 1, appends(1, Entry{1, 1}, 2, 1), nil) }},
		{"committed by counting an entry of an earlier term", QuorumCommits, func(s *script) {
			s.asks(0, 1, appends(1, Entry{1, 1}, 1, 1), nil)
			s.wins(0, 2, Entry{2, 1}, 2, 4)
			s.asks(0, 1, appends(2, Entry{1, 1}, 1, 1), yes(2))
			s.asks(0, 3, appends(2, Entry{1, 1}, 1, 1), yes(2))
			s.asks(0, 1, appends(2, Entry{2, 1}, 2), nil)
		}},
		{"an entry of an earlier term that all have", "", func(s *script) {
			s.asks(0, 1, appends(1, Entry{1, 1}, 1, 1), nil)
			s.wins(0, 2, Entry{2, 1}, 2, 4)
			for follower := 1; follower < 5; follower++ {
				s.asks(0, follower, appends(2, Entry{}, 1, 1, 1), yes(2))
			}
			s.asks(0, 1, appends(2, Entry{2, 1}, 2), nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := elected()
			c.story(s)
			course := Follow(5, s.events)
			if c.rule == "" {
				require.Nil(t, course.First, "%+v", course.First)
				return
			}
			require.NotNil(t, course.First)
			require.Equal(t, c.rule, course.First.Rule, "%v", course.First.Facts)
			require.NotEmpty(t, course.First.Facts)
		})
	}
}

// TestRead reads messages in several spellings.
func TestRead(t *testing.T) {
	type entry struct {
		Term    int
		Command any
	}
	request := Read("Raft.RequestVote", nil, &struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }{3, 1, 7, 2})
	require.Equal(t, &Message{Kind: VoteRequest, Term: 3, Last: Entry{7, 2}, Commit: -1}, request)
	require.Equal(t, &Message{Kind: VoteReply, Term: 3, Yes: true, Commit: -1, Request: request.(*Message)},
		Read("Raft.RequestVote", request, struct {
			Term        int
			VoteGranted bool
		}{3, true}))
	require.Equal(t, &Message{Kind: AppendRequest, Term: 3, Prev: Entry{4, 2}, Entries: []Entry{{5, 2}, {6, 3}}, Commit: 4},
		Read("Peer.Append", nil, struct {
			LEADER_TERM, Prev_Log_Index, PrevLogTerm uint64
			Entries                                  []*entry
			LeaderCommit                             int64
		}{3, 4, 2, []*entry{{Term: 2}, {Term: 3}}, 4}))
	type embedded struct{ Term, LastLogIndex, LastLogTerm uint64 }
	require.Equal(t, &Message{Kind: VoteRequest, Term: 3, Last: Entry{7, 2}, Commit: -1}, Read("RequestVote", nil, struct{ *embedded }{&embedded{3, 7, 2}}))
	require.Nil(t, Read("RequestVote", nil, struct{ *embedded }{}), "embedded nil")
	require.Equal(t, &Message{Kind: VoteRequest, Term: 3, Last: Entry{7, 2}, Commit: -1}, Read("RequestVote", nil, struct {
		Error   error
		Request *embedded
	}{nil, &embedded{3, 7, 2}}))
	require.Equal(t, &Message{Kind: InstallRequest, Term: 3, Last: Entry{9, 2}, Commit: -1},
		Read("Raft.InstallSnapshot", nil, struct {
			Term, LastIncludedIndex, LastIncludedTerm int
			Data                                      []byte
		}{3, 9, 2, nil}))

	for name, content := range map[string]any{
		"no struct": 7, "no fields": struct{}{}, "nil": nil,
		"a pre-vote": struct {
			Term, LastLogIndex, LastLogTerm int
			PreVote                         bool
		}{3, 7, 2, true},
		"entries of another form": struct {
			Term, PrevLogIndex, PrevLogTerm int
			Entries                         []int
		}{3, 7, 2, nil},
	} {
		got := Read("Raft.RequestVote", nil, content)
		if name == "entries of another form" {
			got = Read("Raft.RequestVote", nil, struct {
				Term, PrevLogIndex, PrevLogTerm int
				Entries                         []int
			}{3, 7, 2, []int{1}})
		}
		require.Nil(t, got, name)
	}
	require.Nil(t, Read("Raft.PreRequestVote", nil, &struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }{3, 1, 7, 2}))
	require.Nil(t, Read("Raft.RequestPreVote", nil, &struct{ Term, CandidateId, LastLogIndex, LastLogTerm int }{3, 1, 7, 2}))
	require.Nil(t, Read("Raft.RequestVote", request, struct{ Term int }{3}), "a reply that says neither yes nor no")
}
