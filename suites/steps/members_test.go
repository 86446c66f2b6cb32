package steps

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

func voters(of ...int) raftiface.Membership { return raftiface.Membership{Voters: of} }

// change has a replica be asked for a change of members.
func (s *script) change(replica int, to raftiface.Membership) {
	s.add("asked", replica, -1, nil)
	s.events[len(s.events)-1].Note = Asked{to}
}

// refuses has a replica refuse the change that was asked for last.
func (s *script) refuses(replica int) {
	s.add("refused", replica, -1, nil)
	s.events[len(s.events)-1].Note = Refused{}
}

// configures has replicas deliver a configuration.
func (s *script) configures(index int, m raftiface.Membership, replicas ...int) {
	for _, replica := range replicas {
		s.add("members", replica, -1, nil)
		s.events[len(s.events)-1].Note = Configured{index, m}
	}
}

// tells has the leader of term 1 say that it is committed up to an index, and nobody
// answer.
func (s *script) tells(to, commit int) {
	s.add(labrpc.EventSend, 0, to, appends(1, entry(1, 1), commit))
}

// TestRulesByConfiguration begins in term 1, which replica 0 has won by the vote of 1;
// of five replicas the first three are the first members.
func TestRulesByConfiguration(t *testing.T) {
	joint := raftiface.Membership{Voters: []int{2, 3, 4}, Outgoing: []int{0, 1, 2}}
	for _, c := range []struct {
		name  string
		rule  checker.Property // "" if all is well
		story func(s *script)
	}{
		{"a leader of three with a vote of a fourth", OfficeWon, func(s *script) {
			s.wins(0, 2, entry(1, 1), 3)
			s.asks(0, 1, appends(2, entry(1, 1), 0), nil)
		}},
		{"a leader by a configuration that may be in its log", "", func(s *script) {
			s.change(0, voters(0, 1))
			s.change(0, voters(0, 3, 4))
			s.wins(0, 2, entry(1, 1), 3)
			s.asks(0, 1, appends(2, entry(1, 1), 0), nil)
		}},
		{"a leader of four with one other vote", OfficeWon, func(s *script) {
			s.change(0, voters(0, 1, 2, 3))
			s.configures(2, voters(0, 1, 2, 3), 0, 1)
			s.wins(0, 2, entry(2, 1), 1)
			s.asks(0, 1, appends(2, entry(2, 1), 0), nil)
		}},
		{"a leader of four with one other vote, that may not know of the fourth", "", func(s *script) {
			s.change(0, voters(0, 1, 2, 3))
			s.configures(2, voters(0, 1, 2, 3), 1)
			s.wins(0, 2, entry(1, 1), 2)
			s.asks(0, 1, appends(2, entry(1, 1), 0), nil)
		}},
		{"a leader of four, that learns of the fourth when it is elected", "", func(s *script) {
			s.change(0, voters(0, 1, 2, 3))
			s.wins(0, 2, entry(1, 1), 2)
			s.configures(2, voters(0, 1, 2, 3), 0)
			s.asks(0, 1, appends(2, entry(1, 1), 0), nil)
		}},
		{"a leader by the vote of one who is removed", OfficeWon, func(s *script) {
			s.change(0, voters(0, 1))
			s.configures(2, voters(0, 1), 0)
			s.wins(0, 2, entry(2, 1), 2)
			s.asks(0, 1, appends(2, entry(2, 1), 0), nil)
		}},
		{"a leader that had forgotten by a restart who is removed", "", func(s *script) {
			s.change(0, voters(0, 1))
			s.configures(2, voters(0, 1), 0)
			s.restarts(0)
			s.wins(0, 2, entry(2, 1), 2)
			s.asks(0, 1, appends(2, entry(2, 1), 0), nil)
		}},
		{"a leader by one vote of each side of a joint configuration", OfficeWon, func(s *script) {
			s.change(0, voters(2, 3, 4))
			s.configures(2, joint, 3)
			s.wins(3, 2, entry(2, 1), 0)
			s.asks(3, 1, appends(2, entry(2, 1), 0), nil)
		}},
		{"committed by one of three", QuorumCommits, func(s *script) { s.tells(2, 1) }},
		{"committed by two of three", "", func(s *script) {
			s.asks(0, 2, appends(1, Entry{}, 0, 1), yes(1))
			s.tells(2, 1)
		}},
		{"committed with a learner", QuorumCommits, func(s *script) {
			s.change(0, raftiface.Membership{Voters: []int{0, 1, 2}, Learners: []int{3}})
			s.asks(0, 3, appends(1, Entry{}, 0, 1), yes(1))
			s.tells(2, 1)
		}},
		{"committed by an earlier configuration, told when the next one is applied", "", func(s *script) {
			s.change(0, voters(0, 1, 2, 3))
			s.asks(0, 2, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.configures(1, voters(0, 1, 2, 3), 0)
			s.tells(2, 2)
		}},
		{"committed by half of four", QuorumCommits, func(s *script) {
			s.change(0, voters(0, 1, 2, 3))
			s.configures(1, voters(0, 1, 2, 3), 0)
			s.asks(0, 2, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.tells(2, 2)
		}},
		{"committed by one side of a joint configuration", QuorumCommits, func(s *script) {
			s.change(0, voters(2, 3, 4))
			s.configures(1, joint, 0)
			s.configures(1, joint, 1)
			s.change(1, voters(2, 3, 4))
			s.asks(0, 1, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.tells(2, 2)
		}},
		{"committed by both", "", func(s *script) {
			s.change(0, voters(2, 3, 4))
			s.configures(1, joint, 0)
			for _, follower := range []int{1, 3, 4} {
				s.asks(0, follower, appends(1, Entry{}, 0, 1, 1), yes(1))
			}
			s.tells(2, 2)
		}},
		{"committed by a configuration that was taken on before the one before it was applied", "", func(s *script) {
			s.change(0, voters(0, 1, 2, 3))
			s.change(0, voters(0, 1, 3))
			s.configures(1, voters(0, 1, 2, 3), 0, 1)
			s.asks(0, 3, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.tells(2, 2)
		}},
		{"committed by a configuration that was refused", QuorumCommits, func(s *script) {
			s.change(0, voters(0, 1, 2, 3))
			s.change(0, voters(0, 1, 3))
			s.refuses(0)
			s.configures(1, voters(0, 1, 2, 3), 0, 1)
			s.asks(0, 3, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.tells(2, 2)
		}},
		{"committed by a configuration of which nothing came", QuorumCommits, func(s *script) {
			s.change(1, voters(0, 1, 3))
			s.change(0, voters(0, 1, 2, 3))
			s.configures(1, voters(0, 1, 2, 3), 0, 1)
			s.asks(0, 3, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.tells(2, 2)
		}},
		{"committed where a joint configuration leads to", "", func(s *script) {
			s.change(0, voters(2, 3, 4))
			s.configures(1, joint, 0)
			s.asks(0, 3, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.asks(0, 4, appends(1, Entry{}, 0, 1, 1), yes(1))
			s.tells(2, 2)
		}},
		{"committed alone", "", func(s *script) {
			s.change(0, voters(0))
			s.tells(2, 1)
		}},
		{"committed alone, told when another one votes", "", func(s *script) {
			s.change(0, voters(0))
			s.configures(2, voters(0), 0)
			s.change(0, voters(0, 1))
			s.configures(7, voters(0, 1), 0)
			s.tells(1, 7)
		}},
		{"committed alone, told in a later term", "", func(s *script) {
			s.change(0, voters(0))
			s.configures(2, voters(0), 0)
			s.change(0, voters(0, 1))
			s.configures(7, voters(0, 1), 0)
			s.tells(1, 3)
			s.wins(0, 2, entry(7, 1), 1)
			s.asks(0, 1, appends(2, entry(7, 1), 7), nil)
		}},
		{"committed by another one than who was alone", QuorumCommits, func(s *script) {
			s.change(0, voters(0))
			s.configures(2, voters(0), 0)
			s.change(0, voters(0, 1))
			s.configures(7, voters(0, 1), 0, 1)
			s.wins(1, 2, entry(7, 1), 0)
			s.asks(1, 0, appends(2, entry(7, 1), 7), nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &script{saves: map[int]int{}}
			s.wins(0, 1, Entry{}, 1)
			s.asks(0, 1, appends(1, Entry{}, 0, 1), nil)
			s.asks(0, 1, appends(1, Entry{}, 0), yes(1))
			c.story(s)
			course := NewCourse(5, voters(0, 1, 2))
			for _, e := range s.events {
				course.Take(e)
			}
			if c.rule == "" {
				require.Nil(t, course.First, "%+v", course.First)
				return
			}
			require.NotNil(t, course.First)
			require.Equal(t, c.rule, course.First.Rule, "%v", course.First.Facts)
		})
	}
}
