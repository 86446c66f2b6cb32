package raft

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Reads that are no entries (thesis, section 6.4).

// inReading is inFull on a server that answers reads, by lease or not.
func inReading(t *testing.T, leases bool, test func(t *testing.T, s *solo)) {
	t.Helper()
	inFull(t, func(t *testing.T, s *solo) {
		s.Raft.mu.Lock()
		s.does.ReadIndex, s.leases = true, leases
		s.Raft.mu.Unlock()
		test(t, s)
	})
}

// answer is what ReadIndex returned.
type answer struct {
	index int
	ok    bool
}

// reads calls ReadIndex, and returns what will have its answer.
func (s *solo) reads() <-chan answer {
	got := make(chan answer, 1)
	go func() {
		index, ok := s.ReadIndex()
		got <- answer{index, ok}
	}()
	synctest.Wait()
	return got
}

// requireWaits checks that a read has no answer yet.
func requireWaits(t *testing.T, read <-chan answer, why string) {
	t.Helper()
	synctest.Wait()
	require.Empty(t, read, why)
}

// leadsReading makes the server leader, and has its first entry committed, a moment ago.
func (s *solo) leadsReading() (term int) {
	s.t.Helper()
	term = s.leadsFull()
	for range 2 { // they have what it has, they take its first entry
		s.follow(1, 2)
	}
	require.Equal(s.t, 3, s.state().commit)
	for peer := range s.others() {
		s.requests(peer)
	}
	sleep(time.Millisecond)
	return term
}

// A leader begins its term with an empty entry, for which nothing is delivered, and
// answers no read before that is committed (6.4, step 1). Then a service is to come to the
// last entry that is not empty.
func TestNoReadBeforeTheTermsFirstCommit(t *testing.T) {
	inReading(t, false, func(t *testing.T, s *solo) {
		require.Equal(t, answer{0, false}, <-s.reads(), "it follows")
		term := s.leadsFull()
		require.Equal(t, []int{1, 4, term}, s.state().log)
		require.False(t, (<-s.reads()).ok)
		s.follow(1, 2)
		require.False(t, (<-s.reads()).ok, "a quorum follows, and has not the entry")
		s.follow(1, 2)
		require.Equal(t, 3, s.state().commit)
		require.Equal(t, []string{"1", "2"}, s.delivered())

		read := s.reads()
		s.follow(1, 2)
		require.Equal(t, answer{2, true}, <-read)
	})
}

// Only what was asked after the read tells that the server led then, and only a quorum's
// answers, in the leader's term (6.4, step 2).
func TestReadWaitsForAQuorum(t *testing.T) {
	inReading(t, false, func(t *testing.T, s *solo) {
		term := s.leadsReading()
		sleep(heartbeatInterval)
		early := []*request{s.request(1), s.request(2), s.request(3)}
		sleep(time.Millisecond)
		read := s.reads()
		for _, q := range early {
			q.accept()
		}
		requireWaits(t, read, "with answers to what was asked before")
		s.request(1).accept()
		requireWaits(t, read, "with two of five")
		s.request(2).appended(AppendEntriesReply{Term: term, XLen: 1})
		require.Equal(t, answer{2, true}, <-read, "who has not the leader's entries follows it, too")
	})
}

// Reads that come while others wait share one round, which is asked when those have their
// answers.
func TestReadsShareARound(t *testing.T) {
	inReading(t, false, func(t *testing.T, s *solo) {
		s.leadsReading()
		first := s.reads()
		sleep(time.Millisecond)
		second, third := s.reads(), s.reads()
		one, other := s.request(1), s.request(2)
		one.accept()
		other.accept()
		require.True(t, (<-first).ok)
		requireWaits(t, second, "it came after that was asked")
		s.follow(1, 2)
		require.True(t, (<-second).ok)
		require.True(t, (<-third).ok)
		require.Empty(t, s.requests(1))
	})
}

// Lost requests are repeated with the heartbeats, which reads do not put off.
func TestReadsPutOffNoHeartbeat(t *testing.T) {
	inReading(t, false, func(t *testing.T, s *solo) {
		s.leadsReading()
		sleep(heartbeatInterval)
		for range 2 {
			s.follow(3)
		}
		_, _, ok := s.Start("lost on the way to server 3")
		require.True(t, ok)
		s.requests(3)
		repeated := 0
		for range int(2 * heartbeatInterval / time.Millisecond) {
			s.reads()
			s.follow(1, 2)
			for _, q := range s.requests(3) {
				repeated += len(q.args.(*AppendEntriesArgs).Entries)
			}
			sleep(time.Millisecond)
		}
		require.Equal(t, 1, repeated)
	})
}

// A read that cannot be answered is refused: when the server hears of a later term, when
// it resigns as no quorum answers, and when it is killed.
func TestReadsEndWithTheOffice(t *testing.T) {
	inReading(t, false, func(t *testing.T, s *solo) {
		term := s.leadsReading()
		read := s.reads()
		s.request(1).appended(AppendEntriesReply{Term: term + 1})
		require.False(t, (<-read).ok)
	})
	inReading(t, false, func(t *testing.T, s *solo) {
		s.leadsReading()
		read := s.reads()
		sleep(maxElectionTimeout + 2*heartbeatInterval)
		require.False(t, (<-read).ok)
	})
	inReading(t, false, func(t *testing.T, s *solo) {
		s.leadsReading()
		read := s.reads()
		s.Kill()
		require.False(t, (<-read).ok)
		require.False(t, (<-s.reads()).ok)
	})
}

// With a lease a leader asks nobody. It lasts for the shortest election timeout from when
// it asked those who answered, and not from their answers (6.4.1).
func TestLease(t *testing.T) {
	inReading(t, true, func(t *testing.T, s *solo) {
		s.leadsReading()
		require.Equal(t, answer{2, true}, <-s.reads())
		sleep(heartbeatInterval - time.Millisecond) // when heartbeats are due
		asked := time.Now()
		one, other := s.request(1), s.request(2)
		sleep(minElectionTimeout / 2)
		one.accept()
		other.accept()
		sleep(time.Until(asked.Add(minElectionTimeout)))
		require.True(t, (<-s.reads()).ok)
		for _, peer := range []int{1, 2} {
			s.requests(peer)
		}
		sleep(time.Millisecond)
		read := s.reads()
		requireWaits(t, read, "the lease is over")
		s.follow(1, 2)
		require.True(t, (<-read).ok)
	})
}

// A leader that has tried to hand over has no lease, however long ago that was: who is
// told to begin an election may hear of it late, and needs nobody who waits.
func TestNoLeaseAfterAHandover(t *testing.T) {
	inReading(t, true, func(t *testing.T, s *solo) {
		s.leadsReading()
		require.True(t, (<-s.reads()).ok)
		require.True(t, s.TransferLeadership(3))
		requireWaits(t, s.reads(), "while it hands over")
		for end := time.Now().Add(2 * maxElectionTimeout); time.Now().Before(end); sleep(heartbeatInterval) {
			s.follow(1, 2)
		}
		require.Equal(t, leader, s.state().role)
		read := s.reads()
		requireWaits(t, read, "it has handed over")
		s.follow(1, 2)
		require.True(t, (<-read).ok)
	})
}

// A voter waits before it votes for another one than its leader, unless that one was told
// to be candidate by the leader. It does not go to a candidate's term meanwhile (4.2.3).
func TestVotersKeepFaith(t *testing.T) {
	inReading(t, true, func(t *testing.T, s *solo) {
		s.told(AppendEntriesArgs{Term: 4, LeaderID: 3, PrevLogIndex: 2, PrevLogTerm: 4})
		good := RequestVoteArgs{Term: 5, CandidateID: 1, LastLogIndex: 2, LastLogTerm: 4}
		require.Equal(t, RequestVoteReply{Term: 4}, s.asked(good))
		sleep(minElectionTimeout - time.Millisecond)
		require.Equal(t, RequestVoteReply{Term: 4}, s.asked(good))
		require.Equal(t, 4, s.state().term)
		good.Summoned = true
		require.Equal(t, RequestVoteReply{Term: 5, VoteGranted: true}, s.asked(good))
	})
	inReading(t, true, func(t *testing.T, s *solo) {
		s.told(AppendEntriesArgs{Term: 4, LeaderID: 3, PrevLogIndex: 2, PrevLogTerm: 4})
		sleep(minElectionTimeout)
		require.True(t, s.asked(RequestVoteArgs{Term: 5, CandidateID: 1, LastLogIndex: 2, LastLogTerm: 4}).VoteGranted)
	})
	inReading(t, true, func(t *testing.T, s *solo) {
		term := s.leadsReading()
		require.Equal(t, RequestVoteReply{Term: term}, s.asked(RequestVoteArgs{Term: term + 1, CandidateID: 1, LastLogIndex: 9, LastLogTerm: term}))
		require.Equal(t, leader, s.state().role)
	})
}

// A candidate says that its leader told it to be one, in that election and in no other.
func TestSummonedCandidateSaysSo(t *testing.T) {
	inReading(t, true, func(t *testing.T, s *solo) {
		s.TimeoutNow(&TimeoutNowArgs{Term: 4, LeaderID: 1}, &TimeoutNowReply{})
		require.True(t, s.request(1).args.(*RequestVoteArgs).Summoned)
		sleep(maxElectionTimeout)
		for peer := 1; peer <= 2; peer++ {
			all := s.requests(peer)
			all[len(all)-1].vote(RequestVoteReply{Term: 5, VoteGranted: true})
		}
		require.False(t, s.request(1).args.(*RequestVoteArgs).Summoned)
	})
}

// A server that starts may have heard a leader the moment before.
func TestStartedServerKeepsFaith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := past{term: 4, log: []int{1, 4}}.storage()
		started, err := Leased().Make(raftiface.Env{Peers: make([]raftiface.Peer, 1), Members: raftiface.Everybody(1), Persister: store, ApplyCh: make(chan raftiface.ApplyMsg), Rand: rand.New(rand.NewPCG(1, 2))})
		require.NoError(t, err)
		defer started.Kill()
		var reply RequestVoteReply
		started.(*Raft).RequestVote(&RequestVoteArgs{Term: 5, LastLogIndex: 2, LastLogTerm: 4}, &reply)
		require.Equal(t, RequestVoteReply{Term: 4}, reply)
	})
}

// A leader that is left alone in its configuration has nobody to wait for.
func TestReadsEndWhenTheOthersGo(t *testing.T) {
	does := raftiface.Features{Membership: true, ReadIndex: true}
	inSoloOf(t, does, raftiface.Everybody(2), 2, past{term: 1, log: []int{1}}, func(t *testing.T, s *solo) {
		s.leads()
		for range 2 {
			s.follow(1)
		}
		sleep(time.Millisecond)
		read := s.reads()
		requireWaits(t, read, "for the other one")
		require.True(t, s.ChangeMembership(raftiface.Membership{Voters: []int{0}}))
		require.Equal(t, answer{1, true}, <-read)
	})
}
