package raft

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The paper's claims about terms, roles and elections, each with its section.

// messages sends one of each kind of request to a server, from server 1 and in
// the given term, and returns the term in the answer.
var messages = map[string]func(s *solo, term int) int{
	"RequestVote": func(s *solo, term int) int {
		return s.asked(RequestVoteArgs{Term: term, CandidateID: 1, LastLogIndex: 9, LastLogTerm: 9}).Term
	},
	"AppendEntries": func(s *solo, term int) int {
		return s.told(AppendEntriesArgs{Term: term, LeaderID: 1}).Term
	},
	"InstallSnapshot": func(s *solo, term int) int {
		return s.given(InstallSnapshotArgs{Term: term, LeaderID: 1, LastIncludedIndex: 1, LastIncludedTerm: 1, Data: snapshotOf(1)}).Term
	},
}

// inEachRole runs a test with a server in each role, in a term above 3.
func inEachRole(t *testing.T, test func(t *testing.T, s *solo)) {
	roles := map[string]func(*solo){
		"follower":  func(*solo) {},
		"candidate": func(s *solo) { s.campaigns() },
		"leader":    func(s *solo) { s.leads() },
	}
	for name, assume := range roles {
		t.Run(name, func(t *testing.T) {
			inSolo(t, 3, past{term: 4, log: []int{1, 4}}, func(t *testing.T, s *solo) {
				assume(s)
				test(t, s)
			})
		})
	}
}

// A server that is told of a later term goes to it and follows, whatever it was
// and whatever told it (§5.1).
func TestRequestOfLaterTermIsAdopted(t *testing.T) {
	for name, send := range messages {
		t.Run(name, func(t *testing.T) {
			inEachRole(t, func(t *testing.T, s *solo) {
				require.Equal(t, 9, send(s, 9), "term in the answer")
				require.Equal(t, 9, s.state().term)
				require.Equal(t, follower, s.state().role)
			})
		})
	}
}

// An answer that tells of a later term has the same effect (§5.1).
func TestAnswerOfLaterTermIsAdopted(t *testing.T) {
	requireFollows := func(t *testing.T, s *solo) {
		require.Equal(t, follower, s.state().role)
		require.Equal(t, 9, s.state().term)
		require.Equal(t, nobody, s.state().vote)
		require.True(t, s.state().electionDue.After(time.Now()), "a deposed leader has an election timer again")
		s.requireStored()
	}
	t.Run("to RequestVote", func(t *testing.T) {
		inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
			s.campaigns()
			s.request(1).vote(RequestVoteReply{Term: 9})
			requireFollows(t, s)
		})
	})
	t.Run("to AppendEntries", func(t *testing.T) {
		inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
			s.leads()
			s.request(1).appended(AppendEntriesReply{Term: 9})
			requireFollows(t, s)
		})
	})
	t.Run("to InstallSnapshot", func(t *testing.T) {
		inSolo(t, 3, past{term: 4, base: 8, baseTerm: 4}, func(t *testing.T, s *solo) {
			term := s.leads()
			s.request(1).appended(AppendEntriesReply{Term: term, XLen: 1})
			s.request(1).installed(InstallSnapshotReply{Term: 9})
			requireFollows(t, s)
		})
	})
}

// A request of an earlier term is refused and changes nothing (§5.1).
func TestRequestOfEarlierTermIsRefused(t *testing.T) {
	for name, send := range messages {
		t.Run(name, func(t *testing.T) {
			inEachRole(t, func(t *testing.T, s *solo) {
				before := s.state()
				require.Equal(t, before.term, send(s, 3), "term in the answer")
				require.Equal(t, before, s.state())
			})
		})
	}
}

// A follower that hears nothing over an election timeout raises its term, votes
// for itself and asks all others (§5.2). The timeout is drawn anew each time.
func TestElectionBeginsAfterTimeout(t *testing.T) {
	inSolo(t, 5, past{term: 4, vote: 2, log: []int{1, 4}}, func(t *testing.T, s *solo) {
		seen := map[time.Duration]bool{}
		for term := 5; term < 15; term++ {
			began := time.Now()
			require.Equal(t, term-1, s.state().term)
			for s.state().term < term {
				sleep(time.Millisecond)
			}
			took := time.Since(began)
			seen[took] = true
			require.GreaterOrEqual(t, took, minElectionTimeout)
			require.LessOrEqual(t, took, maxElectionTimeout)
			require.Equal(t, candidate, s.state().role)
			require.Equal(t, s.me, s.state().vote)
			s.requireStored()
			for peer := 1; peer < 5; peer++ {
				require.Equal(t, &RequestVoteArgs{Term: term, CandidateID: 0, LastLogIndex: 2, LastLogTerm: 4}, s.request(peer).args)
			}
		}
		require.Greater(t, len(seen), 5, "timeouts are not random")
	})
}

// A candidate with the votes of a majority leads, and says so at once (§5.2).
func TestMajorityElects(t *testing.T) {
	for servers, needed := range map[int]int{1: 0, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 3} {
		t.Run(fmt.Sprint(servers, " servers"), func(t *testing.T) {
			inSolo(t, servers, past{term: 4}, func(t *testing.T, s *solo) {
				sleep(maxElectionTimeout)
				term := s.state().term
				for peer := 1; peer <= needed; peer++ {
					require.Equal(t, candidate, s.state().role, "after %d votes", peer-1)
					s.request(peer).vote(RequestVoteReply{Term: term, VoteGranted: true})
				}
				require.Equal(t, leader, s.state().role)
				for peer := 1; peer <= needed; peer++ {
					_, a := s.appendEntriesTo(peer)
					require.Equal(t, &AppendEntriesArgs{Term: term}, a)
				}
			})
		})
	}
}

// Refusals do not elect, nor do votes given in another term (§5.2).
func TestOnlyVotesOfTheTermElect(t *testing.T) {
	inSolo(t, 5, past{term: 4}, func(t *testing.T, s *solo) {
		old := s.campaigns()
		earlier := [...]*request{1: s.request(1), 2: s.request(2), 3: s.request(3)}
		s.requests(4)
		earlier[3].vote(RequestVoteReply{Term: old})
		for s.state().term == old {
			sleep(time.Millisecond)
		}
		earlier[1].vote(RequestVoteReply{Term: old, VoteGranted: true})
		earlier[2].vote(RequestVoteReply{Term: old, VoteGranted: true})
		require.Equal(t, candidate, s.state().role, "votes of an earlier term")
		s.request(1).vote(RequestVoteReply{Term: old + 1})
		s.request(2).vote(RequestVoteReply{Term: old + 1})
		require.Equal(t, candidate, s.state().role, "refusals")
		s.request(3).vote(RequestVoteReply{Term: old + 1, VoteGranted: true})
		require.Equal(t, candidate, s.state().role, "one vote and its own of five")
		s.request(4).vote(RequestVoteReply{Term: old + 1, VoteGranted: true})
		require.Equal(t, leader, s.state().role)
	})
}

// A candidate that hears a leader of its own term follows it (§5.2).
func TestCandidateRecognizesLeader(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		term := s.campaigns()
		require.True(t, s.told(AppendEntriesArgs{Term: term, LeaderID: 2}).Success)
		require.Equal(t, follower, s.state().role)
		require.Equal(t, s.me, s.state().vote, "the vote of a term is not given back")
	})
}

// A server gives one vote a term, and keeps to it across a restart (§5.2).
func TestOneVotePerTerm(t *testing.T) {
	tests := []struct {
		term, vote int // of the server; 0: nobody
		candidate  int
		granted    bool
	}{
		{term: 4, vote: 0, candidate: 1, granted: true},
		{term: 4, vote: 1, candidate: 1, granted: true}, // its answer may have been lost
		{term: 4, vote: 2, candidate: 1, granted: false},
		{term: 3, vote: 2, candidate: 1, granted: true}, // that was in an earlier term
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%+v", tt), func(t *testing.T) {
			inSolo(t, 3, past{term: tt.term, vote: tt.vote}, func(t *testing.T, s *solo) {
				require.Equal(t, tt.granted, s.asked(RequestVoteArgs{Term: 4, CandidateID: tt.candidate}).VoteGranted)
				require.False(t, tt.granted && s.asked(RequestVoteArgs{Term: 4, CandidateID: 3 - tt.candidate}).VoteGranted)
			})
		})
	}
	t.Run("a leader's and a candidate's own", func(t *testing.T) {
		inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
			term := s.campaigns()
			require.False(t, s.asked(RequestVoteArgs{Term: term, CandidateID: 1}).VoteGranted)
			s.request(1).vote(RequestVoteReply{Term: term, VoteGranted: true})
			require.Equal(t, leader, s.state().role)
			require.False(t, s.asked(RequestVoteArgs{Term: term, CandidateID: 1}).VoteGranted)
			require.Equal(t, leader, s.state().role)
		})
	})
	t.Run("kept by what comes in the same term", func(t *testing.T) {
		inSolo(t, 3, past{term: 4, vote: 2}, func(t *testing.T, s *solo) {
			s.told(AppendEntriesArgs{Term: 4, LeaderID: 2})
			s.given(InstallSnapshotArgs{Term: 4, LeaderID: 2, LastIncludedIndex: 7, LastIncludedTerm: 4, Data: snapshotOf(7)})
			require.False(t, s.asked(RequestVoteArgs{Term: 4, CandidateID: 1, LastLogIndex: 9, LastLogTerm: 4}).VoteGranted)
		})
	})
}

// A vote goes only to a log that is at least as up-to-date: the term of the
// last entry decides, then the length (§5.4.1).
func TestVoterIsNotMoreUpToDate(t *testing.T) {
	tests := []struct {
		voter               past
		lastIndex, lastTerm int
		granted             bool
	}{
		{past{log: []int{1, 2}}, 2, 2, true},
		{past{log: []int{1, 2}}, 3, 2, true},
		{past{log: []int{1, 2}}, 1, 2, false},
		{past{log: []int{1, 2}}, 1, 3, true},
		{past{log: []int{1, 2}}, 9, 1, false},
		{past{log: []int{1, 2, 2, 2}}, 2, 3, true},
		{past{}, 0, 0, true},
		{past{log: []int{1}}, 0, 0, false},
		{past{base: 5, baseTerm: 2}, 5, 2, true}, // the log is all in the snapshot (§7)
		{past{base: 5, baseTerm: 2}, 4, 2, false},
		{past{base: 5, baseTerm: 2}, 9, 1, false},
		{past{base: 5, baseTerm: 2, log: []int{3}}, 9, 2, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%+v", tt), func(t *testing.T) {
			tt.voter.term = 4
			inSolo(t, 3, tt.voter, func(t *testing.T, s *solo) {
				reply := s.asked(RequestVoteArgs{Term: 5, CandidateID: 1, LastLogIndex: tt.lastIndex, LastLogTerm: tt.lastTerm})
				require.Equal(t, RequestVoteReply{Term: 5, VoteGranted: tt.granted}, reply)
				require.Equal(t, 5, s.state().term, "the later term counts, granted or not")
			})
		})
	}
}

// The election timer starts again when a vote is given or the current leader is
// heard, and for nothing else (Figure 2, Rules for Servers).
func TestWhatResetsTheElectionTimer(t *testing.T) {
	tests := []struct {
		name   string
		send   func(s *solo)
		resets bool
	}{
		{"vote given", func(s *solo) { s.asked(RequestVoteArgs{Term: 4, CandidateID: 1, LastLogIndex: 9, LastLogTerm: 4}) }, true},
		{"vote refused in the term", func(s *solo) { s.asked(RequestVoteArgs{Term: 4, CandidateID: 1}) }, false},
		{"vote refused in a later term", func(s *solo) { s.asked(RequestVoteArgs{Term: 6, CandidateID: 1}) }, false},
		{"vote refused in an earlier term", func(s *solo) { s.asked(RequestVoteArgs{Term: 3, CandidateID: 1}) }, false},
		{"entries taken", func(s *solo) { s.told(AppendEntriesArgs{Term: 4, LeaderID: 1}) }, true},
		{"entries that do not fit", func(s *solo) { s.told(AppendEntriesArgs{Term: 4, LeaderID: 1, PrevLogIndex: 50, PrevLogTerm: 4}) }, true},
		{"entries of an earlier term", func(s *solo) { s.told(AppendEntriesArgs{Term: 3, LeaderID: 1}) }, false},
		{"snapshot", func(s *solo) { s.given(InstallSnapshotArgs{Term: 4, LeaderID: 1}) }, true},
		{"snapshot of an earlier term", func(s *solo) { s.given(InstallSnapshotArgs{Term: 3, LeaderID: 1}) }, false},
		{"snapshot taken by the service", func(s *solo) { s.Snapshot(0, snapshotOf(0)) }, false},
		{"command refused", func(s *solo) { s.Start("x") }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inSolo(t, 3, past{term: 4, log: []int{1}}, func(t *testing.T, s *solo) {
				time.Sleep(minElectionTimeout - time.Millisecond) // so that no new draw can equal the old
				due := s.state().electionDue
				tt.send(s)
				require.Equal(t, tt.resets, !s.state().electionDue.Equal(due))
			})
		})
	}
}

// A follower that hears its leader in time begins no election; one whose leader
// falls silent does (§5.2).
func TestHeartbeatsPreventElections(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		for range 100 {
			s.told(AppendEntriesArgs{Term: 4, LeaderID: 1})
			time.Sleep(minElectionTimeout - time.Millisecond)
			require.Equal(t, follower, s.state().role)
		}
		require.Equal(t, 5, s.campaigns())
	})
}

// A leader sends each follower a message every heartbeat interval, answered or
// not, and has no election timer (§5.2).
func TestLeaderSendsHeartbeats(t *testing.T) {
	inSolo(t, 3, past{term: 4, log: []int{1, 4}}, func(t *testing.T, s *solo) {
		term := s.leads()
		for range 20 {
			for peer := 1; peer <= 2; peer++ {
				q, a := s.appendEntriesTo(peer)
				require.Equal(t, &AppendEntriesArgs{Term: term, PrevLogIndex: 2, PrevLogTerm: 4}, a)
				if peer == 1 {
					q.accept()
				}
			}
			time.Sleep(heartbeatInterval)
		}
		require.Equal(t, leader, s.state().role)
	})
}
