package steps

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// script is a course of messages, one a millisecond.
type script struct {
	events []labrpc.Event
	at     time.Duration
	saves  map[int]int // by replica
}

func (s *script) add(kind labrpc.EventKind, from, to int, m *Message) {
	s.at += time.Millisecond
	who := from
	if kind == labrpc.EventDeliver {
		who = to
	}
	e := labrpc.Event{At: s.at, Kind: kind, From: from, To: to, Saves: s.saves[who]}
	if m != nil {
		e.Note = m
	}
	s.events = append(s.events, e)
}

// asks has a message arrive, and the answer, if there is one, which is saved before.
func (s *script) asks(from, to int, request, reply *Message) {
	s.saves[from]++
	s.add(labrpc.EventSend, from, to, request)
	s.add(labrpc.EventDeliver, from, to, request)
	s.saves[to]++
	s.answers(from, to, request, reply)
}

// answers has the answer to a message arrive.
func (s *script) answers(from, to int, request, reply *Message) {
	if reply != nil {
		reply.Kind, reply.Request = request.Kind+1, request
		s.add(labrpc.EventSend, to, from, reply)
		s.add(labrpc.EventDeliver, to, from, reply)
	}
}

// asksUnsaved is asks with an answer of which nothing is saved.
func (s *script) asksUnsaved(from, to int, request, reply *Message) {
	s.add(labrpc.EventSend, from, to, request)
	s.add(labrpc.EventDeliver, from, to, request)
	s.answers(from, to, request, reply)
}

// says has a message arrive that answers nothing that is known.
func (s *script) says(from, to int, m raftiface.Message) {
	s.saves[from]++
	note := &Message{Message: m}
	s.add(labrpc.EventSend, from, to, note)
	s.add(labrpc.EventDeliver, from, to, note)
}

func (s *script) restarts(replica int) {
	s.add(labrpc.EventHalt, replica, -1, nil)
	s.add(labrpc.EventBoot, replica, -1, nil)
}

func asksVote(term int, last Entry) *Message {
	return &Message{Message: raftiface.Message{Kind: raftiface.MessageRequestVote, Term: term, Last: last}}
}

func entry(index, term int) Entry { return Entry{Index: index, Term: term} }

func appends(term int, prev Entry, commit int, terms ...int) *Message {
	m := &Message{Message: raftiface.Message{Kind: raftiface.MessageAppendEntries, Term: term, Prev: prev, Commit: commit}}
	for i, t := range terms {
		m.Entries = append(m.Entries, entry(prev.Index+1+i, t))
	}
	return m
}

func installs(term int, last Entry) *Message {
	return &Message{Message: raftiface.Message{Kind: raftiface.MessageInstallSnapshot, Term: term, Last: last, Commit: -1}}
}

func yes(term int) *Message { return &Message{Message: raftiface.Message{Term: term, Yes: true}} }
func no(term int) *Message  { return &Message{Message: raftiface.Message{Term: term}} }

// wins has a candidate win an election.
func (s *script) wins(candidate, term int, last Entry, voters ...int) {
	for _, voter := range voters {
		s.asks(candidate, voter, asksVote(term, last), yes(term))
	}
}

// elected is a script in which replica 0 of five has won term 1 by the votes of 1
// and 3, has stored an entry on these, and has told 1 that it is committed.
func elected() *script {
	s := &script{saves: map[int]int{}}
	s.wins(0, 1, Entry{}, 1, 3)
	s.asks(0, 1, appends(1, Entry{}, 0, 1), yes(1))
	s.asks(0, 3, appends(1, Entry{}, 0, 1), yes(1))
	s.asks(0, 1, appends(1, entry(1, 1), 1), yes(1))
	return s
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  checker.Property // "" if all is well
		story func(s *script)
	}{
		{"nothing further", "", func(s *script) {}},
		{"the same vote again", "", func(s *script) { s.asks(0, 1, asksVote(1, Entry{}), yes(1)) }},
		{"another vote", OneVote, func(s *script) { s.asks(2, 1, asksVote(1, Entry{}), yes(1)) }},
		{"another vote after a restart", OneVote, func(s *script) { s.restarts(1); s.asks(2, 1, asksVote(1, Entry{}), yes(1)) }},
		{"a candidate votes for another one", OneVote, func(s *script) { s.asks(2, 0, asksVote(1, Entry{}), yes(1)) }},
		{"a vote in the instant of a crash was not given", "", func(s *script) {
			request := asksVote(2, entry(1, 1))
			s.add(labrpc.EventDeliver, 0, 1, request)
			s.add(labrpc.EventHalt, 1, -1, nil)
			s.at -= time.Millisecond
			s.add(labrpc.EventSend, 1, 0, &Message{Message: raftiface.Message{Kind: raftiface.MessageRequestVoteReply, Term: 2, Yes: true}, Request: request})
			s.add(labrpc.EventBoot, 1, -1, nil)
			s.asks(2, 1, asksVote(2, entry(1, 1)), yes(2))
		}},
		{"another vote, when the one that it was for has lost", "", func(s *script) {
			s.wins(2, 2, entry(1, 1), 1, 4)
			s.asks(0, 3, asksVote(2, entry(1, 1)), yes(2))
			s.asks(2, 3, appends(2, entry(1, 1), 1), yes(2))
			s.asks(2, 3, asksVote(2, entry(1, 1)), yes(2))
		}},
		{"another vote, when the one that it was for has won", OneVote, func(s *script) {
			s.wins(2, 2, entry(1, 1), 1, 4)
			s.asks(2, 1, appends(2, entry(1, 1), 1), yes(2))
			s.asks(0, 1, asksVote(2, entry(1, 1)), yes(2))
		}},
		{"what was not understood may be a vote", "", func(s *script) {
			s.add(labrpc.EventSend, 1, 2, nil)
			s.asks(2, 1, asksVote(2, entry(1, 1)), no(2))
			s.asks(2, 0, appends(2, entry(1, 1), 0), nil)
		}},
		{"what was not understood is not a second vote", OneVote, func(s *script) {
			s.add(labrpc.EventSend, 1, 2, nil)
			s.asks(2, 1, asksVote(1, entry(1, 1)), yes(1))
		}},
		{"an office by one's own vote", OfficeWon, func(s *script) {
			s.asks(2, 1, asksVote(2, Entry{}), no(2))
			s.asks(2, 0, appends(2, Entry{}, 0), nil)
		}},
		{"an office by one's own vote, which was asked for, too", OfficeWon, func(s *script) {
			s.asks(2, 2, asksVote(2, entry(0, 0)), yes(2))
			s.asks(2, 4, asksVote(2, entry(0, 0)), yes(2))
			s.asks(2, 0, appends(2, entry(0, 0), 0), nil)
		}},
		{"an office by a vote that was lost", OfficeWon, func(s *script) {
			request := asksVote(2, entry(1, 1))
			s.add(labrpc.EventDeliver, 0, 1, request)
			s.saves[1]++
			s.add(labrpc.EventSend, 1, 0, &Message{Message: raftiface.Message{Kind: raftiface.MessageRequestVoteReply, Term: 2, Yes: true}, Request: request})
			s.asks(0, 2, appends(2, entry(1, 1), 1), nil)
		}},
		{"two leaders", OneLeader, func(s *script) { s.asks(2, 1, appends(1, Entry{}, 0), nil) }},
		{"a vote for an older log", UpToDateVote, func(s *script) { s.asks(2, 1, asksVote(2, Entry{}), yes(2)) }},
		{"a vote for as new a log", "", func(s *script) { s.asks(2, 1, asksVote(2, entry(1, 1)), yes(2)) }},
		{"a vote for an older log, of what a later leader has replaced", "", func(s *script) {
			s.wins(2, 2, entry(1, 1), 0, 4)
			s.asks(2, 1, appends(2, Entry{}, 0), no(2)) // the answer says nothing of what was cut
			s.asks(4, 1, asksVote(3, Entry{}), yes(3))
		}},
		{"a candidate whose log the leader of the same term has cut", "", func(s *script) {
			s.asks(1, 2, asksVote(3, entry(7, 1)), no(3))
			s.wins(2, 3, entry(1, 1), 0, 4)
			s.asks(2, 1, appends(3, entry(1, 1), 1, 3), yes(3))
			s.asks(0, 1, asksVote(4, entry(2, 3)), yes(4))
		}},
		{"a candidate that has lost what it acknowledged", KeepsEntries, func(s *script) { s.restarts(1); s.asks(1, 2, asksVote(2, Entry{}), nil) }},
		{"a leader that has lost what it sent", KeepsEntries, func(s *script) { s.asks(0, 2, asksVote(2, Entry{}), nil) }},
		{"a leader that has lost by a crash what it sent", "", func(s *script) { s.restarts(0); s.asks(0, 2, asksVote(2, Entry{}), nil) }},
		{"an entry of which only the snapshot has the one before", "", func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1, 1), nil)
			s.asks(0, 1, appends(1, entry(2, 0), 1, 1), nil)
		}},
		{"a vote in a former term", NoOlderTerm, func(s *script) {
			s.asks(2, 1, asksVote(5, Entry{}), no(5))
			s.asks(2, 1, asksVote(4, entry(1, 1)), yes(4))
		}},
		{"a vote that was asked for before that", "", func(s *script) {
			early := asksVote(4, entry(1, 1))
			s.add(labrpc.EventDeliver, 2, 1, early)
			s.asks(4, 1, asksVote(5, Entry{}), no(5))
			s.saves[1]++
			s.add(labrpc.EventSend, 1, 2, &Message{Message: raftiface.Message{Kind: raftiface.MessageRequestVoteReply, Term: 4, Yes: true}, Request: early})
		}},
		{"entries of a former leader taken", NoOlderTerm, func(s *script) {
			s.asks(2, 1, asksVote(5, Entry{}), no(5))
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), yes(1))
		}},
		{"a former term after a restart", NoOlderTerm, func(s *script) {
			s.asks(2, 1, asksVote(5, entry(1, 1)), no(5))
			s.restarts(1)
			s.asks(1, 0, asksVote(2, entry(1, 1)), nil)
		}},
		{"entries behind what never came", BackedAck, func(s *script) { s.asks(0, 2, appends(1, entry(1, 1), 1, 1), yes(1)) }},
		{"entries behind one that was there at the begin", "", func(s *script) {
			s.wins(0, 3, entry(1, 1), 1, 3)
			s.asks(0, 4, appends(3, entry(9, 2), 1, 3), yes(3))
		}},
		{"entries behind a snapshot", "", func(s *script) {
			s.asks(0, 2, installs(1, entry(1, 1)), no(1))
			s.asks(0, 2, appends(1, entry(1, 1), 1, 1), yes(1))
		}},
		{"one entry behind two", OneEntry, func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1, 1), nil)
			s.wins(2, 2, entry(1, 1), 3, 4)
			s.asks(2, 3, appends(2, entry(2, 7), 1, 1), nil)
		}},
		{"a leader that has another entry in the place of one", checker.LeaderAppendOnly, func(s *script) {
			s.wins(0, 2, entry(1, 1), 1, 3)
			s.asks(0, 1, appends(2, entry(1, 1), 1, 2), nil)
			s.asks(0, 1, appends(2, entry(1, 2), 1, 2), nil)
		}},
		{"a former leader that reads what a later one has put there", "", func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), nil)
			s.asks(0, 1, appends(1, entry(1, 1), 1, 2), nil)
		}},
		{"a heartbeat that is sloppy about its place", "", func(s *script) {
			s.wins(0, 2, entry(1, 1), 1, 3)
			s.asks(0, 1, appends(2, entry(2, 1), 1), yes(2))
			s.asks(0, 1, appends(2, entry(1, 1), 1, 2), yes(2))
		}},
		{"entries behind a snapshot whose term is not known", "", func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1, 1), nil)
			s.asks(0, 1, appends(1, entry(2, -1), 1, 1), nil)
		}},
		{"a later leader that has another entry there", "", func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), nil)
			s.wins(2, 2, entry(1, 1), 3, 4)
			s.asks(2, 3, appends(2, entry(1, 1), 1, 2), nil)
		}},
		{"a snapshot of what is not committed", QuorumCommits, func(s *script) { s.asks(0, 2, installs(1, entry(2, 1)), nil) }},
		{"a vote that was not saved", SavedFirst, func(s *script) { s.asksUnsaved(2, 1, asksVote(2, entry(1, 1)), yes(2)) }},
		{"a vote that was saved when it was asked for first", "", func(s *script) {
			s.asks(2, 1, asksVote(2, entry(1, 1)), nil)
			s.asksUnsaved(2, 1, asksVote(2, entry(1, 1)), yes(2))
		}},
		{"a vote that was not saved, after a restart", SavedFirst, func(s *script) {
			s.restarts(1)
			s.asks(0, 1, appends(1, entry(1, 1), 1), yes(1))
			s.asksUnsaved(2, 1, asksVote(2, entry(1, 1)), yes(2))
		}},
		{"a vote that a replica found on its disk", "", func(s *script) {
			s.restarts(1)
			s.asksUnsaved(2, 1, asksVote(2, entry(1, 1)), yes(2))
		}},
		{"a second vote that was not saved either", OneVote, func(s *script) { s.asksUnsaved(2, 1, asksVote(1, entry(1, 1)), yes(1)) }},
		{"entries that were not saved", SavedFirst, func(s *script) { s.asksUnsaved(0, 1, appends(1, entry(1, 1), 1, 1), yes(1)) }},
		{"entries that had come, and were saved, before", "", func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), nil)
			s.asksUnsaved(0, 1, appends(1, entry(1, 1), 1, 1), yes(1))
		}},
		{"a heartbeat of which there is nothing to save", "", func(s *script) { s.asksUnsaved(0, 1, appends(1, entry(1, 1), 1), yes(1)) }},
		{"a candidate that has lost its vote for itself in a crash", "", func(s *script) {
			s.asks(2, 4, asksVote(1, entry(0, 0)), no(1))
			s.restarts(2)
			s.asks(4, 2, asksVote(1, entry(0, 0)), yes(1))
		}},
		{"a leader that has lost its vote for itself in a crash", OneVote, func(s *script) {
			s.restarts(0)
			s.asks(2, 0, asksVote(1, entry(1, 1)), yes(1))
		}},
		{"answers of their own", "", func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), nil)
			s.asks(0, 3, appends(1, entry(1, 1), 1, 1), nil)
			for _, follower := range []int{1, 3} {
				s.says(follower, 0, raftiface.Message{Kind: raftiface.MessageAppendEntriesReply, Term: 1, Yes: true, Match: 2})
			}
			s.asks(0, 1, appends(1, entry(2, 1), 2), nil)
		}},
		{"too few answers of their own", QuorumCommits, func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), nil)
			s.says(1, 0, raftiface.Message{Kind: raftiface.MessageAppendEntriesReply, Term: 1, Yes: true, Match: 2})
			s.asks(0, 1, appends(1, entry(2, 1), 2), nil)
		}},
		{"a pre-vote for a later term", "", func(s *script) {
			s.says(1, 0, raftiface.Message{Kind: raftiface.MessageOther, Term: 2})
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), yes(1))
		}},
		{"a vote of its own for an older log", UpToDateVote, func(s *script) {
			s.asks(2, 1, asksVote(2, entry(0, 0)), nil)
			s.says(1, 2, raftiface.Message{Kind: raftiface.MessageRequestVoteReply, Term: 2, Yes: true})
		}},
		{"committed at the begin", "", func(s *script) {
			first := appends(1, Entry{}, 5)
			s.events = append([]labrpc.Event{{Kind: labrpc.EventSend, From: 0, To: 1, Note: first}}, s.events...)
			s.asks(0, 1, appends(1, entry(1, 1), 5, 1), nil)
		}},
		{"committed too far", QuorumCommits, func(s *script) { s.asks(0, 1, appends(1, entry(1, 1), 2, 1), nil) }},
		{"committed by counting an entry of an earlier term", QuorumCommits, func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), nil)
			s.wins(0, 2, entry(2, 1), 2, 4)
			s.asks(0, 1, appends(2, entry(1, 1), 1, 1), yes(2))
			s.asks(0, 3, appends(2, entry(1, 1), 1, 1), yes(2))
			s.asks(0, 1, appends(2, entry(2, 1), 2), nil)
		}},
		{"an entry of an earlier term that all have", "", func(s *script) {
			s.asks(0, 1, appends(1, entry(1, 1), 1, 1), nil)
			s.wins(0, 2, entry(2, 1), 2, 4)
			for follower := 1; follower < 5; follower++ {
				s.asks(0, follower, appends(2, Entry{}, 1, 1, 1), yes(2))
			}
			s.asks(0, 1, appends(2, entry(2, 1), 2), nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := elected()
			c.story(s)
			course := NewCourse(5, raftiface.Everybody(5))
			for i, e := range s.events {
				if step := course.Take(e); step != nil {
					require.Equal(t, i+1, step.Place)
				}
			}
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
