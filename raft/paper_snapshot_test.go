package raft

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The paper's claims about log compaction (§7).

// installed is an InstallSnapshot of leader 1 in term 5.
func installed(index, term int) InstallSnapshotArgs {
	return InstallSnapshotArgs{Term: 5, LeaderID: 1, LastIncludedIndex: index, LastIncludedTerm: term, Data: snapshotOf(index)}
}

// A snapshot the service takes replaces the log up to there, for good and in
// one step; an older one does nothing.
func TestServiceSnapshotDiscardsTheLog(t *testing.T) {
	inSolo(t, 3, past{term: 5, log: []int{1, 2, 3, 4, 5}}, func(t *testing.T, s *solo) {
		s.told(appended(5, 5, 4))
		require.Equal(t, []string{"1", "2", "3", "4"}, s.delivered())
		snap := func(index, base int, log ...int) {
			t.Helper()
			saves := s.store.saves
			s.Snapshot(index, snapshotOf(index))
			if index == base {
				saves++ // log and snapshot in one step
			}
			require.Equal(t, saves, s.store.saves)
			require.Equal(t, base, s.state().base)
			require.Equal(t, log, s.state().log)
			require.Equal(t, 4, s.state().commit)
			s.requireStored()
		}
		snap(2, 2, 3, 4, 5)
		snap(1, 2, 3, 4, 5)
		snap(5, 2, 3, 4, 5) // which the service cannot have
		saves := s.store.saves
		s.Snapshot(2, snapshotOf(2))
		require.Equal(t, saves, s.store.saves)
		snap(4, 4, 5)
		require.Equal(t, 4, s.Raft.log.baseTerm)
		require.Empty(t, s.delivered(), "the service's own snapshots are not delivered to it")
	})
}

// A snapshot from the leader replaces what the follower lacks or has in
// conflict; entries behind it stay if they follow its last one. It never takes
// a follower back.
func TestInstallSnapshot(t *testing.T) {
	tests := []struct {
		name      string
		past      past
		commit    int // known to the follower before
		args      InstallSnapshotArgs
		base      int
		log       []int
		delivered []string
	}{
		{"to an empty server", past{}, 0, installed(4, 3), 4, nil, []string{"snapshot 4"}},
		{"behind the log's end", past{log: []int{1, 2}}, 1, installed(4, 3), 4, nil, []string{"snapshot 4"}},
		{"at the log's end", past{log: []int{1, 2, 3, 3}}, 2, installed(4, 3), 4, nil, []string{"snapshot 4"}},
		{"within the log keeps what follows", past{log: []int{1, 2, 3, 3, 4, 5}}, 2, installed(4, 3), 4, []int{4, 5}, []string{"snapshot 4"}},
		{"in conflict with the log discards it all", past{log: []int{1, 2, 2, 2, 2, 2}}, 2, installed(4, 3), 4, nil, []string{"snapshot 4"}},
		{"over an older snapshot", past{base: 2, baseTerm: 2, log: []int{2}}, 3, installed(4, 3), 4, nil, []string{"snapshot 4"}},

		{"at commitIndex brings nothing", past{log: []int{1, 2, 3, 3, 4}}, 4, installed(4, 3), 0, []int{1, 2, 3, 3, 4}, nil},
		{"below commitIndex brings nothing", past{log: []int{1, 2, 3, 3, 4}}, 5, installed(2, 2), 0, []int{1, 2, 3, 3, 4}, nil},
		{"same as the follower's own", past{base: 4, baseTerm: 3, log: []int{4}}, 4, installed(4, 3), 4, []int{4}, nil},
		{"older than the follower's own", past{base: 4, baseTerm: 3, log: []int{4}}, 4, installed(2, 2), 4, []int{4}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.past.term = 5
			inSolo(t, 3, tt.past, func(t *testing.T, s *solo) {
				last := tt.past.base + len(tt.past.log)
				if last > 0 {
					s.told(appended(last, lastTerm(tt.past), tt.commit))
				}
				s.delivered()
				saves := s.store.saves
				for range 3 {
					require.Equal(t, InstallSnapshotReply{Term: 5}, s.given(tt.args))
					require.Equal(t, tt.base, s.state().base)
					require.Equal(t, tt.log, s.state().log)
					require.Equal(t, max(tt.commit, tt.args.LastIncludedIndex), s.state().commit)
				}
				require.LessOrEqual(t, s.store.saves, saves+1, "log and snapshot are saved in one step")
				require.Equal(t, tt.delivered, s.delivered())
			})
		})
	}
}

func lastTerm(p past) int {
	if len(p.log) == 0 {
		return p.baseTerm
	}
	return p.log[len(p.log)-1]
}

// After a snapshot was installed, replication and delivery go on behind it.
func TestReplicationGoesOnBehindSnapshot(t *testing.T) {
	inSolo(t, 3, past{term: 5, log: []int{1}}, func(t *testing.T, s *solo) {
		s.given(installed(4, 3))
		require.Equal(t, AppendEntriesReply{Term: 5, XLen: 5}, s.told(appended(6, 5, 6)))
		require.True(t, s.told(appended(4, 3, 6, 5, 5)).Success)
		require.Equal(t, []string{"snapshot 4", "5", "6"}, s.delivered())
		require.True(t, s.asked(RequestVoteArgs{Term: 6, CandidateID: 2, LastLogIndex: 6, LastLogTerm: 5}).VoteGranted)
	})
}

// A snapshot that arrives while the service is busy is delivered once, behind
// what came before it, and entries follow it.
func TestSnapshotOvertakesEntries(t *testing.T) {
	inSolo(t, 3, past{term: 5, log: []int{1, 1, 1, 1}}, func(t *testing.T, s *solo) {
		free := s.busy()
		s.told(appended(4, 1, 4))
		sleep(0)
		s.given(installed(7, 3))
		s.told(appended(7, 3, 8, 5))
		free()
		require.Equal(t, []string{"1", "snapshot 7", "8"}, s.delivered())
	})
}

// A leader sends its snapshot to a follower that lacks what the snapshot stands
// for, and entries from there on.
func TestLeaderSendsSnapshot(t *testing.T) {
	inSolo(t, 3, past{term: 4, base: 6, baseTerm: 3, log: []int{4, 4}}, func(t *testing.T, s *solo) {
		term := s.leads()
		q, a := s.appendEntriesTo(1)
		require.Equal(t, 8, a.PrevLogIndex)
		q.appended(AppendEntriesReply{Term: term, XLen: 4})

		q = s.request(1)
		require.Equal(t, &InstallSnapshotArgs{Term: term, LastIncludedIndex: 6, LastIncludedTerm: 3, Data: snapshotOf(6)}, q.args)
		s.Start("9")
		require.Empty(t, s.requests(1), "entries wait for the snapshot's answer")
		q.installed(InstallSnapshotReply{Term: term})
		require.Equal(t, 6, s.state().match[1])

		q, a = s.appendEntriesTo(1)
		require.Equal(t, 6, a.PrevLogIndex)
		require.Equal(t, 3, a.PrevLogTerm)
		require.Len(t, a.Entries, 3)
		q.accept()
		require.Equal(t, 9, s.state().commit)
	})
}

// A follower whose next entries are compacted while others are on their way is
// sent the snapshot when those have arrived.
func TestSnapshotWaitsForWhatIsOnItsWay(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		term := s.leads()
		s.request(1).accept()
		s.request(2).accept()
		s.Start("1")
		s.Start("2")
		s.request(2).accept()
		s.request(2).accept()
		require.Len(t, s.delivered(), 2)
		s.Snapshot(2, snapshotOf(2))
		s.Start("3")
		q, a := s.appendEntriesTo(1)
		require.Len(t, a.Entries, 1)
		q.accept()
		q = s.request(1)
		require.IsType(t, &InstallSnapshotArgs{}, q.args)
		q.installed(InstallSnapshotReply{Term: term})
		_, a = s.appendEntriesTo(1)
		require.Equal(t, 2, a.PrevLogIndex)
	})
}

// A lost snapshot is sent again once the follower is heard; one whose answer
// alone was lost is not.
func TestLostSnapshot(t *testing.T) {
	inSolo(t, 3, past{term: 4, base: 6, baseTerm: 3}, func(t *testing.T, s *solo) {
		term := s.leads()
		s.request(1).appended(AppendEntriesReply{Term: term, XLen: 4})
		require.IsType(t, &InstallSnapshotArgs{}, s.request(1).args)

		sleep(heartbeatInterval)
		q, a := s.appendEntriesTo(1)
		require.Equal(t, &AppendEntriesArgs{Term: term, PrevLogIndex: 6, PrevLogTerm: 3, LeaderCommit: 6}, a)
		q.appended(AppendEntriesReply{Term: term, XLen: 4})
		require.IsType(t, &InstallSnapshotArgs{}, s.request(1).args)

		sleep(heartbeatInterval)
		s.request(1).accept()
		require.Empty(t, s.requests(1))
		require.Equal(t, 6, s.state().match[1])
	})
}

// A leader whose log is all in its snapshot campaigns with that one's last
// entry, and a restarted server goes on from its snapshot without delivering it.
func TestServerWithNothingButSnapshot(t *testing.T) {
	inSolo(t, 3, past{term: 4, base: 6, baseTerm: 3}, func(t *testing.T, s *solo) {
		require.Equal(t, 6, s.state().commit)
		term := s.campaigns()
		require.Equal(t, &RequestVoteArgs{Term: term, LastLogIndex: 6, LastLogTerm: 3}, s.request(1).args)
		require.Empty(t, s.delivered())
		s.request(2).vote(RequestVoteReply{Term: term, VoteGranted: true})
		index, _, _ := s.Start("7")
		require.Equal(t, 7, index)
		s.request(2).accept()
		_, a := s.appendEntriesTo(2)
		require.Equal(t, entries(6, 5)[0].Term, a.Entries[0].Term)
		require.Equal(t, 6, a.PrevLogIndex)
	})
}

// Restarting a server loses nothing it had committed to: term, vote, log and
// snapshot are as they were (Figure 2, Persistent state).
func TestRestart(t *testing.T) {
	p := past{term: 9, vote: 2, base: 6, baseTerm: 3, log: []int{4, 4, 8}}
	inSolo(t, 3, p, func(t *testing.T, s *solo) {
		st := s.state()
		require.Equal(t, 9, st.term)
		require.Equal(t, 2, st.vote)
		require.Equal(t, 6, st.base)
		require.Equal(t, []int{4, 4, 8}, st.log)
		require.Equal(t, follower, st.role)
		s.requireStored()
		s.told(AppendEntriesArgs{Term: 9, LeaderID: 2, PrevLogIndex: 9, PrevLogTerm: 8, LeaderCommit: 9})
		require.Equal(t, []string{"7", "8", "9"}, s.delivered())
	})
}
