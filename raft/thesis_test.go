package raft

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// What the thesis adds, each with its section.

// inFull is inSolo with all that the thesis adds, on server 0 of five, whose log has
// two entries, and which has voted for server 2.
func inFull(t *testing.T, test func(t *testing.T, s *solo)) {
	t.Helper()
	does := raftiface.Features{PreVote: true, CheckQuorum: true}
	inSoloOf(t, does, raftiface.Everybody(5), 5, past{term: 4, vote: 2, log: []int{1, 4}}, test)
}

// leadsFull makes the server leader, by pre-votes and votes of servers 1 and 2, and
// returns its term.
func (s *solo) leadsFull() int {
	s.t.Helper()
	sleep(maxElectionTimeout)
	for range 2 { // rounds: would be voted for, is voted for
		for peer := 1; peer <= 2; peer++ {
			all := s.requests(peer)
			all[len(all)-1].vote(RequestVoteReply{Term: s.state().term, VoteGranted: true})
		}
	}
	require.Equal(s.t, leader, s.state().role)
	return s.state().term
}

// follow answers the server's heartbeats to some others as they do that follow.
func (s *solo) follow(peers ...int) {
	for _, peer := range peers {
		for _, q := range s.requests(peer) {
			if _, ok := q.args.(*AppendEntriesArgs); ok {
				q.accept()
			}
		}
	}
}

// A server asks before it raises its term, and a quorum of answers lets it. Answers
// that come later change nothing (9.6).
func TestPreVotesComeBeforeTheTerm(t *testing.T) {
	inFull(t, func(t *testing.T, s *solo) {
		sleep(maxElectionTimeout)
		saved := s.store.ReadRaftState()
		require.Equal(t, preCandidate, s.state().role)
		require.Equal(t, 2, s.state().vote, "the vote of the term")
		late, later := s.requests(3)[0], s.requests(4)[0]
		s.requests(1)[0].vote(RequestVoteReply{Term: 4, VoteGranted: true})
		require.Equal(t, 4, s.state().term, "with two of five")
		require.Equal(t, saved, s.store.ReadRaftState(), "nothing is promised")
		s.requests(2)[0].vote(RequestVoteReply{Term: 3, VoteGranted: true})
		require.Equal(t, candidate, s.state().role, "with three of five")
		require.Equal(t, 5, s.state().term)
		late.vote(RequestVoteReply{Term: 4, VoteGranted: true})
		require.Equal(t, 5, s.state().term)
		later.vote(RequestVoteReply{Term: 7})
		require.Equal(t, 7, s.state().term, "a refusal that tells of a later term")
		require.Equal(t, follower, s.state().role)
	})
}

// Who would vote says so, and stays as it is: its term, its vote, its timer (9.6).
func TestPreVoteBindsNobody(t *testing.T) {
	inFull(t, func(t *testing.T, s *solo) {
		ask := func(args RequestVoteArgs) RequestVoteReply {
			before := s.state()
			var reply RequestVoteReply
			s.RequestPreVote(&args, &reply)
			s.requireStored()
			require.Equal(t, before, s.state())
			require.Equal(t, 4, reply.Term)
			return reply
		}
		good := RequestVoteArgs{Term: 5, CandidateID: 1, LastLogIndex: 2, LastLogTerm: 4}
		require.True(t, ask(good).VoteGranted)
		good.CandidateID = 2
		require.True(t, ask(good).VoteGranted, "to another one, too")
		require.False(t, ask(RequestVoteArgs{Term: 4, LastLogIndex: 2, LastLogTerm: 4}).VoteGranted, "it is in that term")
		require.False(t, ask(RequestVoteArgs{Term: 5, LastLogIndex: 9, LastLogTerm: 3}).VoteGranted, "its log is newer")

		s.told(AppendEntriesArgs{Term: 4, LeaderID: 3, PrevLogIndex: 2, PrevLogTerm: 4})
		require.False(t, ask(good).VoteGranted, "there is a leader")
		time.Sleep(minElectionTimeout - time.Millisecond)
		require.False(t, ask(good).VoteGranted, "there may be one")
		time.Sleep(time.Millisecond)
		require.True(t, ask(good).VoteGranted, "there was one")
	})
}

// A leader resigns when no quorum has answered for the longest election timeout. Who
// answers in a later term, or in an earlier one, has not answered the leader. Its vote
// stays its own (6.2).
func TestLeaderWithoutQuorumResigns(t *testing.T) {
	inFull(t, func(t *testing.T, s *solo) {
		term := s.leadsFull()
		end := time.Now().Add(3 * maxElectionTimeout)
		for time.Now().Before(end) {
			s.follow(1, 2)
			sleep(heartbeatInterval)
		}
		require.Equal(t, leader, s.state().role, "with two others of four")
		end = time.Now().Add(maxElectionTimeout + 2*heartbeatInterval)
		for time.Now().Before(end) && s.state().role == leader {
			s.follow(1)
			sleep(heartbeatInterval)
		}
		require.NotEqual(t, leader, s.state().role, "with one other of four")
		require.Equal(t, term, s.state().term)
		require.Zero(t, s.state().vote, "it voted for itself in that term")
	})
}

// A leader hands over to a follower that has all its entries, takes no command
// meanwhile, and goes on when its time is up (3.10).
func TestLeaderHandsOver(t *testing.T) {
	inFull(t, func(t *testing.T, s *solo) {
		term := s.leadsFull()
		require.False(t, s.TransferLeadership(0), "to itself")
		require.False(t, s.TransferLeadership(5), "to nobody")
		require.True(t, s.TransferLeadership(1))
		require.False(t, s.TransferLeadership(2), "while one is under way")
		_, _, ok := s.Start("refused")
		require.False(t, ok)
		s.request(1).accept() // the first heartbeat: it has all entries
		require.Equal(t, &TimeoutNowArgs{Term: term}, s.request(1).args)

		sleep(maxElectionTimeout / 2)
		s.follow(1, 2)
		require.False(t, s.TransferLeadership(1), "while it is under way still")
		sleep(maxElectionTimeout / 2)
		_, _, ok = s.Start("taken")
		require.True(t, ok, "its time is up")
		require.True(t, s.TransferLeadership(1))
	})
}

// Who is told to begin an election does so in its leader's term, and in no other one
// (3.10).
func TestTimeoutNow(t *testing.T) {
	inFull(t, func(t *testing.T, s *solo) {
		now := func(term int) (role, int) {
			var reply TimeoutNowReply
			s.TimeoutNow(&TimeoutNowArgs{Term: term, LeaderID: 1}, &reply)
			s.requireStored()
			return s.state().role, s.state().term
		}
		for _, other := range []int{3, 5} {
			role, term := now(other)
			require.Equal(t, follower, role)
			require.Equal(t, 4, term)
		}
		role, term := now(4)
		require.Equal(t, candidate, role, "without a pre-vote")
		require.Equal(t, 5, term)
		role, term = now(5)
		require.Equal(t, candidate, role)
		require.Equal(t, 5, term, "a candidate has begun one")
	})
}
