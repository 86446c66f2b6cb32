package raft

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// What the paper and the thesis say of members that change (§6; thesis, chapter 4).

var changing = raftiface.Features{Membership: true, JointConsensus: true, Learners: true}

func voters(servers ...int) raftiface.Membership { return raftiface.Membership{Voters: servers} }

// inChanging is inSolo with server 0 of a cluster of five servers, the first three of
// which are its members.
func inChanging(t *testing.T, p past, test func(t *testing.T, s *solo)) {
	t.Helper()
	inSoloOf(t, changing, raftiface.Everybody(3), 5, p, test)
}

// entryOf is a configuration in the log.
func entryOf(term int, m raftiface.Membership) LogEntry {
	return LogEntry{Term: term, Command: configuration(m)}
}

// leadsTerm makes the server leader and has it commit an entry of its term. Its next
// index is returned. All that was sent to the members is answered.
func (s *solo) leadsTerm() (next int) {
	s.t.Helper()
	s.leads()
	index, _, _ := s.Start("of the term")
	for range 2 {
		s.follow(1, 2)
	}
	require.Equal(s.t, index, s.state().commit)
	return index + 1
}

func (s *solo) membersInForce() raftiface.Membership {
	s.Raft.mu.Lock()
	defer s.Raft.mu.Unlock()
	return s.members
}

// The latest configuration in the log is in force, committed or not. If it is cut off,
// the one before is in force again (§6).
func TestLatestConfigurationIsInForce(t *testing.T) {
	inChanging(t, past{term: 5}, func(t *testing.T, s *solo) {
		require.Equal(t, voters(0, 1, 2), s.membersInForce())
		args := AppendEntriesArgs{Term: 5, LeaderID: 1, Entries: []LogEntry{entries(0, 5)[0], entryOf(5, voters(0, 1, 2, 3)), entries(2, 5)[0]}}
		s.told(args)
		require.Equal(t, voters(0, 1, 2, 3), s.membersInForce())
		require.Empty(t, s.delivered())
		s.told(AppendEntriesArgs{Term: 6, LeaderID: 2, PrevLogIndex: 1, PrevLogTerm: 5, Entries: entries(1, 6), LeaderCommit: 2})
		require.Equal(t, voters(0, 1, 2), s.membersInForce())
		require.Equal(t, []string{"1", "2"}, s.delivered())
		s.told(AppendEntriesArgs{Term: 6, LeaderID: 2, PrevLogIndex: 2, PrevLogTerm: 6, Entries: []LogEntry{entryOf(6, voters(1, 2))}, LeaderCommit: 3})
		require.Equal(t, []string{"3 voters [1 2]"}, s.delivered())
	})
}

// A snapshot carries the configuration at its index, to another server and over a
// restart; entries behind it say what follows (§7).
func TestSnapshotCarriesConfiguration(t *testing.T) {
	four := raftiface.Membership{Voters: []int{0, 1, 2, 3}, Learners: []int{4}}
	restarted := func(t *testing.T, s *solo) raftiface.Membership {
		r := &Raft{persister: s.store.fork(), peers: s.peers, beyond: beyond{does: changing}}
		require.NoError(t, r.restore())
		require.NoError(t, r.beginMembers(raftiface.Env{Members: raftiface.Everybody(3)}))
		return r.members
	}
	t.Run("its own", func(t *testing.T) {
		inChanging(t, past{term: 5}, func(t *testing.T, s *solo) {
			s.told(AppendEntriesArgs{Term: 5, LeaderID: 1, LeaderCommit: 3, Entries: []LogEntry{
				entries(0, 5)[0], entryOf(5, four), entries(2, 5)[0], entryOf(5, voters(0, 1, 2))}})
			require.Equal(t, []string{"1", "2 " + four.String(), "3"}, s.delivered())
			s.Snapshot(1, snapshotOf(1))
			require.Equal(t, voters(0, 1, 2), s.baseConfig.membership())
			s.Snapshot(2, snapshotOf(2))
			require.Equal(t, four, s.baseConfig.membership(), "at the configuration's index")
			require.Equal(t, voters(0, 1, 2), s.membersInForce())
			s.Snapshot(3, snapshotOf(3))
			require.Equal(t, voters(0, 1, 2), restarted(t, s))
			s.told(AppendEntriesArgs{Term: 6, LeaderID: 1, PrevLogIndex: 3, PrevLogTerm: 5, Entries: entries(3, 6)})
			require.Equal(t, four, s.membersInForce(), "what was behind it is cut off")
			require.Equal(t, four, restarted(t, s))
		})
	})
	t.Run("of a leader", func(t *testing.T) {
		inChanging(t, past{}, func(t *testing.T, s *solo) {
			args := installed(4, 3)
			args.Members = configuration(four)
			s.given(args)
			require.Equal(t, four, s.membersInForce())
			require.Equal(t, four, restarted(t, s))
			require.Equal(t, raftiface.ApplyMsg{SnapshotValid: true, Snapshot: snapshotOf(4), SnapshotIndex: 4, SnapshotTerm: 3, Membership: four}, <-s.applied)
			s.campaigns()
			for peer := 1; peer <= 2; peer++ {
				s.request(peer).vote(RequestVoteReply{Term: 6, VoteGranted: true})
			}
			all := s.requests(3)
			all[len(all)-1].appended(AppendEntriesReply{Term: 6, XLen: 1})
			require.Equal(t, configuration(four), s.request(3).args.(*InstallSnapshotArgs).Members)
		})
	})
}

// Who stands for election is a voter, or one that is left out by a configuration that
// may still be undone (thesis, sections 4.2.1 and 4.2.2).
func TestWhoStandsForElection(t *testing.T) {
	learner := raftiface.Membership{Voters: []int{1, 2}, Learners: []int{0}}
	for _, c := range []struct {
		name   string
		begin  raftiface.Membership
		then   []raftiface.Membership // in the log
		commit int
		want   bool
	}{
		{"voter", voters(0, 1, 2), nil, 0, true},
		{"joins as a voter", voters(1, 2, 3), []raftiface.Membership{voters(0, 1, 2, 3)}, 0, true},
		{"outgoing", voters(0, 1, 2), []raftiface.Membership{{Voters: []int{2, 3}, Outgoing: []int{0, 1, 2}}}, 1, true},
		{"is left out, not committed", voters(0, 1, 2), []raftiface.Membership{voters(1, 2)}, 0, true},
		{"is to be a learner, not committed", voters(0, 1, 2), []raftiface.Membership{learner}, 0, true},
		{"is left out", voters(0, 1, 2), []raftiface.Membership{voters(1, 2)}, 1, false},
		{"becomes a learner", voters(0, 1, 2), []raftiface.Membership{learner}, 1, false},
		{"has not joined", voters(1, 2, 3), nil, 0, false},
		{"joins as a learner", voters(1, 2), []raftiface.Membership{learner}, 0, false},
		{"is left out, and others since", voters(0, 1, 2), []raftiface.Membership{voters(1, 2), voters(1)}, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			inSoloOf(t, changing, c.begin, 5, past{term: 5}, func(t *testing.T, s *solo) {
				args := AppendEntriesArgs{Term: 5, LeaderID: 1, LeaderCommit: c.commit}
				for _, m := range c.then {
					args.Entries = append(args.Entries, entryOf(5, m))
				}
				s.told(args)
				var now TimeoutNowReply
				if !c.want {
					s.TimeoutNow(&TimeoutNowArgs{Term: 5}, &now)
				}
				sleep(maxElectionTimeout)
				require.Equal(t, c.want, s.state().role == candidate)
				require.True(t, s.asked(RequestVoteArgs{Term: 9, CandidateID: 4, LastLogIndex: 9, LastLogTerm: 5}).VoteGranted, "it votes")
			})
		})
	}
}

// Votes and acknowledgements count by the configuration in force: in a joint one from
// both sides, those of learners never (§6; thesis, section 4.2.1).
func TestQuorumsOfConfigurations(t *testing.T) {
	joint := raftiface.Membership{Voters: []int{0, 3, 4}, Outgoing: []int{0, 1, 2}}
	learners := raftiface.Membership{Voters: []int{0, 1, 2}, Learners: []int{3, 4}}
	without := raftiface.Membership{Voters: []int{1, 2}, Outgoing: []int{0, 1, 2}}
	for _, c := range []struct {
		m     raftiface.Membership
		agree []int
		want  bool
	}{
		{joint, []int{3, 4}, false},
		{joint, []int{1, 2}, false},
		{joint, []int{2, 3}, true},
		{learners, []int{3, 4}, false},
		{learners, []int{2}, true},
		{without, []int{1}, false},
		{without, []int{1, 2}, true},
	} {
		inChanging(t, past{term: 4}, func(t *testing.T, s *solo) {
			s.told(AppendEntriesArgs{Term: 4, LeaderID: 1, Entries: []LogEntry{entryOf(4, c.m)}})
			term := s.campaigns()
			for _, peer := range c.agree {
				s.request(peer).vote(RequestVoteReply{Term: term, VoteGranted: true})
			}
			require.Equal(t, c.want, s.state().role == leader, "%v votes in %v", c.agree, c.m)
			for peer := 1; peer < 5 && !c.want; peer++ { // votes of all
				for _, q := range s.requests(peer) {
					if _, vote := q.args.(*RequestVoteArgs); vote {
						q.vote(RequestVoteReply{Term: term, VoteGranted: true})
					}
				}
			}
			require.Equal(t, leader, s.state().role)
			index, _, _ := s.Start("x")
			for range 2 {
				s.follow(c.agree...)
			}
			require.Equal(t, c.want, s.state().commit >= index, "%v store it in %v", c.agree, c.m)
		})
	}
}

// A leader appends what it is asked for if that differs in one voter, and goes by way of
// a joint configuration otherwise, which it leaves when that is committed (§6; thesis,
// section 4.1).
func TestLeaderChangesMembers(t *testing.T) {
	old := raftiface.Everybody(3)
	for _, c := range []struct {
		to    raftiface.Membership
		joint raftiface.Membership // empty if none is needed
	}{
		{voters(0, 1, 2, 3), raftiface.Membership{}},
		{voters(0, 1), raftiface.Membership{}},
		{raftiface.Membership{Voters: []int{0, 1, 2}, Learners: []int{3, 4}}, raftiface.Membership{}},
		{raftiface.Membership{Voters: []int{0, 1}, Learners: []int{2}}, raftiface.Membership{}},
		{voters(0, 1, 3), raftiface.Membership{Voters: []int{0, 1, 3}, Outgoing: old.Voters}},
		{voters(0), raftiface.Membership{Voters: []int{0}, Outgoing: old.Voters}},
		{raftiface.Membership{Voters: []int{0, 3}, Learners: []int{1, 4}},
			raftiface.Membership{Voters: []int{0, 3}, Outgoing: old.Voters, Learners: []int{4}}},
	} {
		t.Run(c.to.String(), func(t *testing.T) {
			inChanging(t, past{term: 4}, func(t *testing.T, s *solo) {
				next := s.leadsTerm()
				s.delivered()
				require.True(t, s.ChangeMembership(c.to))
				first := c.to
				if c.joint.Joint() {
					first = c.joint
				}
				require.Equal(t, first, s.membersInForce())
				require.Equal(t, next, s.Raft.log.lastIndex())
				require.False(t, s.ChangeMembership(old), "while it is under way")
				for range 3 {
					s.follow(1, 2, 3, 4)
				}
				require.Equal(t, c.to, s.membersInForce())
				if c.joint.Joint() {
					require.Equal(t, []string{"2 " + first.String(), "3 " + c.to.String()}, s.delivered())
				} else {
					require.Equal(t, []string{"2 " + c.to.String()}, s.delivered())
				}
				s.requireStored()
				require.True(t, s.ChangeMembership(old), "it is committed")
			})
		})
	}
}

// A change is refused by who does not lead, before an entry of the leader's term is
// committed, while another one is under way, and if it leads to no configuration.
func TestChangesRefused(t *testing.T) {
	four := voters(0, 1, 2, 3)
	inChanging(t, past{term: 4, log: []int{4}}, func(t *testing.T, s *solo) {
		s.told(AppendEntriesArgs{Term: 4, LeaderID: 1, PrevLogIndex: 1, PrevLogTerm: 4, LeaderCommit: 1})
		require.False(t, s.ChangeMembership(four), "it follows")
		s.leads()
		require.False(t, s.ChangeMembership(four), "it has committed nothing in its term")
		s.Start("of the term")
		for range 2 {
			s.follow(1)
		}
		for _, m := range []raftiface.Membership{
			{},
			voters(0, 5),
			{Voters: []int{0, 1}, Outgoing: []int{0, 1, 2}},
			{Voters: []int{0, 1, 2}, Learners: []int{2}},
		} {
			require.False(t, s.ChangeMembership(m), "%v", m)
		}
		require.Equal(t, 2, s.Raft.log.lastIndex())
		require.True(t, s.TransferLeadership(2))
		require.False(t, s.ChangeMembership(four), "it hands over")
		sleep(maxElectionTimeout)
		require.True(t, s.ChangeMembership(four))
		s.Kill()
		require.False(t, s.ChangeMembership(four), "it is killed")
	})
}

// A new leader that finds a configuration of an earlier term that is not committed
// refuses to change it, and one that finds a joint one leaves it once that is
// committed with an entry of its own (§6).
func TestNewLeaderFinishesJointConfiguration(t *testing.T) {
	joint := raftiface.Membership{Voters: []int{0, 3, 4}, Outgoing: []int{0, 1, 2}}
	inChanging(t, past{term: 4}, func(t *testing.T, s *solo) {
		s.told(AppendEntriesArgs{Term: 4, LeaderID: 1, Entries: []LogEntry{entryOf(4, joint)}})
		term := s.campaigns()
		s.request(1).vote(RequestVoteReply{Term: term, VoteGranted: true})
		s.request(3).vote(RequestVoteReply{Term: term, VoteGranted: true})
		s.follow(1, 3)
		require.Zero(t, s.state().commit, "that of an earlier term")
		require.False(t, s.ChangeMembership(voters(0, 1, 2)))
		s.Start("x")
		s.follow(1, 3)
		require.Equal(t, voters(0, 3, 4), s.membersInForce())
		require.Equal(t, 2, s.state().commit)
		sleep(heartbeatInterval)
		s.follow(3)
		require.Equal(t, []string{"1 " + joint.String(), "2", "3 voters [0 3 4]"}, s.delivered())
		s.requests(1)
		sleep(heartbeatInterval)
		require.Empty(t, s.requests(1), "it is no member any more")
	})
}

// A leader that removes itself leads on, without counting itself, until that is
// committed, and then stands for no election (§6).
func TestLeaderRemovesItself(t *testing.T) {
	inChanging(t, past{term: 4}, func(t *testing.T, s *solo) {
		s.leadsTerm()
		s.delivered()
		s.Start("sent before")
		require.True(t, s.ChangeMembership(voters(1, 2)))
		s.follow(1)
		require.Equal(t, 1, s.state().commit, "with one of two")
		s.follow(2)
		require.Equal(t, 2, s.state().commit)
		require.Equal(t, leader, s.state().role)
		s.Start("goes on")
		s.follow(1)
		require.Equal(t, leader, s.state().role)
		s.follow(2)
		require.Equal(t, follower, s.state().role)
		require.Equal(t, []string{"2", "3 voters [1 2]"}, s.delivered())
		term := s.state().term
		sleep(10 * maxElectionTimeout)
		require.Equal(t, term, s.state().term)
		require.Equal(t, follower, s.state().role)
	})
}

// A server that was removed is sent nothing more, and what it answers late does not
// count. When it is added again, it is sent what it lacks.
func TestRemovedServerIsLeftAlone(t *testing.T) {
	inChanging(t, past{term: 4, log: []int{4}}, func(t *testing.T, s *solo) {
		s.leads()
		s.Start("of the term")
		s.follow(1)
		s.follow(1)
		require.Equal(t, 2, s.state().commit)
		all := s.requests(2)
		late := all[len(all)-1]
		require.True(t, s.ChangeMembership(voters(0, 1)))
		late.appended(AppendEntriesReply{Term: s.state().term, XLen: 1})
		require.Empty(t, s.requests(2), "what it lacks")
		s.follow(1)
		require.Equal(t, 3, s.state().commit)
		require.False(t, s.TransferLeadership(2))
		sleep(3 * heartbeatInterval)
		s.heartbeatTimeout(2, s.state().term) // its timer may have gone off meanwhile
		require.Empty(t, s.requests(2))
		require.True(t, s.ChangeMembership(raftiface.Everybody(3)))
		s.request(2).appended(AppendEntriesReply{Term: s.state().term, XLen: 1})
		_, a := s.appendEntriesTo(2)
		require.Len(t, a.Entries, 4)
	})
}

// Where members change, there is a configuration to begin with.
func TestMembersToBeginWith(t *testing.T) {
	r := &Raft{peers: make([]raftiface.Peer, 3), beyond: beyond{does: changing}}
	require.EqualError(t, r.beginMembers(raftiface.Env{}), "raft: Env.Members: voters []: a cluster has at least one voter")
	require.EqualError(t, r.beginMembers(raftiface.Env{Members: voters(3)}),
		"raft: Env.Members: voters [3]: replicas are numbered from 0 to 2, and named once, in rising order")
	r.peers = make([]raftiface.Peer, 65)
	require.EqualError(t, r.beginMembers(raftiface.Env{Members: voters(0)}),
		"raft: Env.Peers has 65 servers; where members change there are 64 at most")
}
