package raft

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// The paper's claims about replication and commitment, each with its section.

// appended is an AppendEntries of leader 1 in term 5, with entries of the given
// terms behind index prev.
func appended(prev, prevTerm, commit int, terms ...int) AppendEntriesArgs {
	return AppendEntriesArgs{
		Term: 5, LeaderID: 1,
		PrevLogIndex: prev, PrevLogTerm: prevTerm,
		Entries:      entries(prev, terms...),
		LeaderCommit: commit,
	}
}

// A follower takes entries only behind one it shares with the leader; then it
// removes what is in conflict with them, and nothing else (§5.3). If it refuses,
// it names the term that is in the way and where that begins, or its end.
func TestFollowerMakesItsLogTheLeaders(t *testing.T) {
	tests := []struct {
		name    string
		past    past
		args    AppendEntriesArgs
		want    []int // terms of the log afterwards
		refused *AppendEntriesReply
	}{
		{"empty logs", past{}, appended(0, 0, 0), nil, nil},
		{"first entry", past{}, appended(0, 0, 0, 1), []int{1}, nil},
		{"entries at the end", past{log: []int{1, 2}}, appended(2, 2, 0, 2, 5), []int{1, 2, 2, 5}, nil},
		{"heartbeat at the end", past{log: []int{1, 2}}, appended(2, 2, 0), []int{1, 2}, nil},
		{"heartbeat before the end removes nothing", past{log: []int{1, 2, 3}}, appended(1, 1, 0), []int{1, 2, 3}, nil},
		{"entries it has remove nothing", past{log: []int{1, 2, 5, 5}}, appended(1, 1, 0, 2), []int{1, 2, 5, 5}, nil},
		{"entries it has, with new ones", past{log: []int{1, 2}}, appended(0, 0, 0, 1, 2, 5), []int{1, 2, 5}, nil},
		{"conflict at the first", past{log: []int{1, 2, 2, 2}}, appended(1, 1, 0, 3), []int{1, 3}, nil},
		{"conflict further on", past{log: []int{1, 2, 2, 2}}, appended(1, 1, 0, 2, 4), []int{1, 2, 4}, nil},
		{"conflict at the very first index", past{log: []int{2}}, appended(0, 0, 0, 1), []int{1}, nil},

		{"log too short", past{log: []int{1, 2}}, appended(5, 4, 0, 4), []int{1, 2}, &AppendEntriesReply{XLen: 3}},
		{"empty log", past{}, appended(5, 4, 0, 4), nil, &AppendEntriesReply{XLen: 1}},
		{"other term", past{log: []int{1, 2, 2, 2}}, appended(4, 4, 0, 4), []int{1, 2, 2, 2}, &AppendEntriesReply{XTerm: 2, XIndex: 2, XLen: 5}},
		{"other term before the end", past{log: []int{1, 2, 2, 3}}, appended(3, 4, 0, 4), []int{1, 2, 2, 3}, &AppendEntriesReply{XTerm: 2, XIndex: 2, XLen: 5}},
		{"heartbeat behind another term", past{log: []int{1, 2, 3}}, appended(3, 4, 3), []int{1, 2, 3}, &AppendEntriesReply{XTerm: 3, XIndex: 3, XLen: 4}},
		{"heartbeat beyond the end", past{log: []int{1, 2, 3}}, appended(4, 4, 4), []int{1, 2, 3}, &AppendEntriesReply{XLen: 4}},

		{"at the snapshot's end", past{base: 3, baseTerm: 2}, appended(3, 2, 0, 5), []int{5}, nil},
		{"from within the snapshot to behind it", past{base: 3, baseTerm: 2}, appended(1, 1, 0, 2, 2, 5, 5), []int{5, 5}, nil},
		{"from within the snapshot to its end", past{base: 3, baseTerm: 2, log: []int{2}}, appended(1, 1, 0, 2, 2), []int{2}, nil},
		{"all within the snapshot", past{base: 3, baseTerm: 2, log: []int{2}}, appended(0, 0, 0, 1), []int{2}, nil},
		{"from within the snapshot, with conflict", past{base: 3, baseTerm: 2, log: []int{3, 3}}, appended(2, 2, 0, 2, 5), []int{5}, nil},
		{"beyond a log of nothing but snapshot", past{base: 3, baseTerm: 2}, appended(4, 5, 0, 5), nil, &AppendEntriesReply{XLen: 4}},
		{"other term behind the snapshot", past{base: 3, baseTerm: 2, log: []int{2, 3}}, appended(4, 3, 0, 5), []int{2, 3}, &AppendEntriesReply{XTerm: 2, XIndex: 4, XLen: 6}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.past.term = 5
			inSolo(t, 3, tt.past, func(t *testing.T, s *solo) {
				want := AppendEntriesReply{Term: 5, Success: true}
				if tt.refused != nil {
					want = *tt.refused
					want.Term = 5
				}
				for range 3 { // requests may be repeated (§5.5)
					require.Equal(t, want, s.told(tt.args))
					require.Equal(t, tt.want, s.state().log)
					require.Equal(t, tt.past.base, s.state().commit)
				}
			})
		})
	}
}

// A request that was overtaken by a later one takes nothing back (§5.3, §5.5).
func TestOldRequestTakesNothingBack(t *testing.T) {
	inSolo(t, 3, past{term: 5, log: []int{1}}, func(t *testing.T, s *solo) {
		older, newer := appended(1, 1, 0, 5, 5), appended(1, 1, 4, 5, 5, 5)
		require.True(t, s.told(newer).Success)
		require.True(t, s.told(older).Success)
		require.Equal(t, []int{1, 5, 5, 5}, s.state().log)
		require.Equal(t, 4, s.state().commit, "commitIndex never falls")
	})
}

// A follower commits up to the leader's commitIndex, but no further than the
// last entry the request has vouched for (§5.3; Figure 2, AppendEntries 5).
func TestFollowerCommitsWhatItSharesWithTheLeader(t *testing.T) {
	tests := []struct {
		name string
		past past
		args AppendEntriesArgs
		want int
	}{
		{"all of it", past{log: []int{1, 2}}, appended(2, 2, 2), 2},
		{"with new entries", past{log: []int{1, 2}}, appended(2, 2, 4, 5, 5), 4},
		{"less than it has", past{log: []int{1, 2, 2}}, appended(3, 2, 1), 1},
		{"not a tail the leader may lack", past{log: []int{1, 2, 2, 2}}, appended(2, 2, 4), 2},
		{"not a tail behind the entries sent", past{log: []int{1, 2, 2, 2}}, appended(1, 1, 4, 2), 2},
		{"nothing if it refuses", past{log: []int{1, 2, 2, 2}}, appended(4, 4, 4), 0},
		{"nothing below its snapshot", past{base: 3, baseTerm: 2, log: []int{2}}, appended(1, 1, 4, 2), 3},
		{"behind its snapshot", past{base: 3, baseTerm: 2, log: []int{2}}, appended(1, 1, 4, 2, 2, 2), 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.past.term = 5
			inSolo(t, 3, tt.past, func(t *testing.T, s *solo) {
				s.told(tt.args)
				require.Equal(t, tt.want, s.state().commit)
				var want []string
				for i := tt.past.base + 1; i <= tt.want; i++ {
					want = append(want, fmt.Sprint(i))
				}
				require.Equal(t, want, s.delivered())
			})
		})
	}
}

// A refused leader goes back to where the logs may agree, in one step for each
// term (end of §5.3), and sends all from there.
func TestLeaderBacksUp(t *testing.T) {
	// The leader's log in term 7:  index 1 2 3 4 5 6 7 8
	log := []int{1, 1, 4, 4, 4, 6, 6, 6}
	tests := []struct {
		name  string
		reply AppendEntriesReply
		prev  int // where the next request begins
	}{
		{"follower's log is short", AppendEntriesReply{XLen: 4}, 3},
		{"follower's log is empty", AppendEntriesReply{XLen: 1}, 0},
		{"a term the leader lacks", AppendEntriesReply{XTerm: 5, XIndex: 4, XLen: 12}, 3},
		{"a term the leader has less of", AppendEntriesReply{XTerm: 4, XIndex: 3, XLen: 12}, 5},
		{"a term the leader lacks, from the first index", AppendEntriesReply{XTerm: 2, XIndex: 1, XLen: 9}, 0},
		{"no progress promised", AppendEntriesReply{XTerm: 6, XIndex: 6, XLen: 9}, 7},
		{"less than nothing", AppendEntriesReply{XLen: 0}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inSolo(t, 3, past{term: 6, log: log}, func(t *testing.T, s *solo) {
				tt.reply.Term = s.leads()
				q, a := s.appendEntriesTo(1)
				require.Equal(t, 8, a.PrevLogIndex, "nextIndex begins behind the leader's log")
				q.appended(tt.reply)
				_, a = s.appendEntriesTo(1)
				require.Equal(t, tt.prev, a.PrevLogIndex)
				require.Equal(t, entries(tt.prev, log[tt.prev:]...), a.Entries)
			})
		})
	}
}

// figure7 are the logs of Figure 7: a leader of term 8, and followers that lack
// entries, have some that nobody else has, or both.
var figure7 = map[string][]int{
	"leader": {1, 1, 1, 4, 4, 5, 5, 6, 6, 6},
	"a":      {1, 1, 1, 4, 4, 5, 5, 6, 6},
	"b":      {1, 1, 1, 4},
	"c":      {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},
	"d":      {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},
	"e":      {1, 1, 1, 4, 4, 4, 4},
	"f":      {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3},
}

// Whatever a follower's log, its leader brings it to agree with its own, and
// needs at most one refusal for each term they differ in (§5.3, Figure 7).
func TestFigure7(t *testing.T) {
	for name, log := range figure7 {
		t.Run(name, func(t *testing.T) {
			inSolo(t, 3, past{term: 7, log: figure7["leader"]}, func(t *testing.T, s *solo) {
				s.leads()
				follower, err := New(raftiface.Env{
					Peers:     s.peers,
					Me:        1,
					Persister: past{term: 7, log: log}.storage(),
					ApplyCh:   make(chan raftiface.ApplyMsg, len(log)+1),
					Rand:      rand.New(rand.NewPCG(3, 4)),
				})
				require.NoError(t, err)
				defer follower.Kill()
				s.Start("8")
				for range 4 {
					for _, q := range s.requests(1) {
						var reply AppendEntriesReply
						follower.AppendEntries(q.args.(*AppendEntriesArgs), &reply)
						q.appended(reply)
					}
				}
				require.Equal(t, s.Raft.log.entries, follower.log.entries)
				require.Equal(t, 11, s.state().match[1])
				require.Equal(t, 11, s.state().commit)
			})
		})
	}
}

// An entry is committed when a majority stores it, and delivered then (§5.3).
func TestMajorityCommits(t *testing.T) {
	for _, servers := range []int{1, 2, 3, 4, 5, 7} {
		t.Run(fmt.Sprint(servers, " servers"), func(t *testing.T) {
			inSolo(t, servers, past{term: 4}, func(t *testing.T, s *solo) {
				leaderOfAny(s)
				for peer := 1; peer < servers; peer++ {
					s.request(peer).accept()
				}
				index, _, ok := s.Start("x")
				require.True(t, ok)
				require.Equal(t, 1, index)
				for peer := 1; peer < servers/2+1; peer++ {
					require.Equal(t, 0, s.state().commit, "after %d servers of %d", peer, servers)
					s.request(peer).accept()
				}
				require.Equal(t, 1, s.state().commit)
				require.Equal(t, []string{"1"}, s.delivered())
			})
		})
	}
}

// leaderOfAny is leads for a cluster of any size, one included.
func leaderOfAny(s *solo) {
	if len(s.peers) > 1 {
		s.leads()
		return
	}
	for s.state().role != leader {
		sleep(minElectionTimeout)
	}
}

// A leader commits entries of earlier terms only along with one of its own: by
// counting alone, step (c) of Figure 8 would commit what (d) takes away (§5.4.2).
func TestFigure8(t *testing.T) {
	inSolo(t, 5, past{term: 3, log: []int{1, 2}}, func(t *testing.T, s *solo) {
		term := s.leads()
		for peer := 1; peer <= 3; peer++ {
			s.request(peer).appended(AppendEntriesReply{Term: term, XLen: 2})
			s.request(peer).accept()
		}
		require.Equal(t, []int{0, 2, 2, 2, 0}, s.state().match, "(c): four servers of five store the entry of term 2")
		require.Equal(t, 0, s.state().commit, "but that does not commit it")

		s.Start("of the leader's own term")
		s.request(1).accept()
		require.Equal(t, 0, s.state().commit)
		s.request(2).accept()
		require.Equal(t, 3, s.state().commit, "(e): an entry of its own term commits all before it")
		require.Equal(t, []string{"1", "2", "3"}, s.delivered())
	})
}

// Answers come in any order and any number; what a follower has stored, and
// what is committed, only ever grows (§5.5).
func TestStaleAnswersAreHarmless(t *testing.T) {
	inSolo(t, 3, past{term: 4, log: []int{1, 4, 4, 4}}, func(t *testing.T, s *solo) {
		term := s.leads()
		heartbeat := s.request(1)
		sleep(heartbeatInterval)
		probe := s.request(1)
		s.Start("5")
		probe.accept()
		entry := s.request(1)
		entry.accept()
		require.Equal(t, 5, s.state().match[1])
		require.Equal(t, 5, s.state().commit)
		before := s.state()

		heartbeat.accept()
		require.Equal(t, before, s.state(), "an acceptance of less than is stored")
		require.Empty(t, s.requests(1))

		sleep(heartbeatInterval)
		heartbeat = s.request(1)
		s.Start("6")
		s.request(1)
		before = s.state()
		heartbeat.appended(AppendEntriesReply{Term: term, XLen: 2})
		require.Equal(t, before, s.state(), "a rejection of what is stored")
		require.Empty(t, s.requests(1))
	})
}

// Answers to what a leader sent in an earlier term of its office count no more.
func TestAnswersOfAnEarlierOfficeAreIgnored(t *testing.T) {
	inSolo(t, 3, past{term: 4, log: []int{1, 4}}, func(t *testing.T, s *solo) {
		first := s.leads()
		s.request(1).accept()
		s.Start("3, lost to the next leader")
		old := s.request(1)
		s.told(AppendEntriesArgs{Term: first + 1, LeaderID: 2, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(1, 4)})
		s.requests(1)
		s.leads()
		before := s.state()
		old.accept()
		require.Equal(t, before, s.state())
	})
}

// A leader only appends to its log, and says where (§5.3, Leader Append-Only);
// other servers take no commands.
func TestStart(t *testing.T) {
	inSolo(t, 3, past{term: 4, log: []int{1, 4}}, func(t *testing.T, s *solo) {
		_, _, ok := s.Start("refused")
		require.False(t, ok)
		s.campaigns()
		_, _, ok = s.Start("refused")
		require.False(t, ok)
		s.request(2).vote(RequestVoteReply{Term: 5, VoteGranted: true})
		for i := 3; i < 200; i++ {
			index, term, ok := s.Start(fmt.Sprint(i))
			require.True(t, ok)
			require.Equal(t, 5, term)
			require.Equal(t, i, index)
			s.requireStored()
		}
		require.Equal(t, append([]int{1, 4}, slices.Repeat([]int{5}, 197)...), s.state().log)
		s.Kill()
		_, _, ok = s.Start("refused")
		require.False(t, ok)
	})
}

// A killed server says nothing, saves nothing, and stays out of office.
func TestKilledServerIsSilent(t *testing.T) {
	inSolo(t, 3, past{term: 4, log: []int{1, 4}}, func(t *testing.T, s *solo) {
		term := s.leads()
		s.request(1).accept()
		s.Start("3")
		s.request(1).accept()
		require.Len(t, s.delivered(), 3)
		s.Kill()
		s.Kill()
		s.requests(1)
		saves := s.store.saves
		require.Zero(t, s.asked(RequestVoteArgs{Term: 9, CandidateID: 1, LastLogIndex: 9, LastLogTerm: 9}))
		require.Zero(t, s.told(AppendEntriesArgs{Term: 9, LeaderID: 1}))
		require.Zero(t, s.given(InstallSnapshotArgs{Term: 9, LeaderID: 1, LastIncludedIndex: 9, LastIncludedTerm: 9}))
		s.Snapshot(2, snapshotOf(2))
		require.False(t, s.noteAnswer(term, 9, leader), "an answer that came too late")
		sleep(10 * maxElectionTimeout)
		require.Empty(t, s.requests(1))
		require.Equal(t, saves, s.store.saves)
		now, isLeader := s.GetState()
		require.Equal(t, term, now)
		require.False(t, isLeader)
	})
}

// A server that is killed while its service takes nothing stops all the same:
// else the bubble would not end.
func TestKillDuringDelivery(t *testing.T) {
	inSolo(t, 3, past{term: 5, log: []int{1, 1}}, func(t *testing.T, s *solo) {
		s.busy()
		s.told(appended(2, 1, 2))
		sleep(time.Second)
		s.Kill()
	})
}
