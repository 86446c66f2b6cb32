package raftiface_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

func TestQuorumOfAMembership(t *testing.T) {
	three := raftiface.Everybody(3)
	joint := raftiface.Membership{Voters: []int{0, 3, 4}, Outgoing: []int{0, 1, 2}, Learners: []int{5}}
	for _, c := range []struct {
		m     raftiface.Membership
		agree []int
		want  bool
	}{
		{raftiface.Membership{}, []int{0}, false},
		{three, []int{0}, false},
		{three, []int{0, 2}, true},
		{three, []int{0, 3, 4}, false},
		{raftiface.Everybody(4), []int{0, 1}, false},
		{raftiface.Everybody(4), []int{0, 1, 3}, true},
		{joint, []int{0, 3}, false},
		{joint, []int{1, 2}, false},
		{joint, []int{0, 3, 5}, false},
		{joint, []int{0, 2, 4}, true},
		{joint, []int{1, 2, 3, 4}, true},
	} {
		agrees := func(replica int) bool { return slices.Contains(c.agree, replica) }
		require.Equal(t, c.want, c.m.Quorum(agrees), "%v of %v", c.agree, c.m)
	}
}

func TestMembersOfAMembership(t *testing.T) {
	m := raftiface.Membership{Voters: []int{0, 3, 4}, Outgoing: []int{0, 1, 2}, Learners: []int{5}}
	require.Equal(t, []int{0, 1, 2, 3, 4, 5}, m.Members())
	require.True(t, m.Joint())
	require.True(t, m.Votes(1))
	require.True(t, m.Has(5))
	require.False(t, m.Votes(5))
	require.False(t, m.Has(6))
	require.Equal(t, "voters [0 3 4], outgoing [0 1 2], learners [5]", m.String())
	require.True(t, m.Equal(m))
	require.False(t, m.Equal(raftiface.Membership{Voters: []int{0, 3, 4}, Learners: []int{5}}))
	require.Equal(t, raftiface.Membership{Voters: []int{0, 1}}, raftiface.Everybody(2))

	require.Equal(t, "voters [0 4], learners [5]", m.Without(3).String())
	require.Equal(t, "voters [0 2 3 4], learners [5]", m.WithVoter(2).String())
	require.Equal(t, "voters [0 3 4 5]", m.WithVoter(5).String())
	require.Equal(t, "voters [0 4], learners [3 5]", m.WithLearner(3).String())
	require.Equal(t, "voters [0 3 4], outgoing [0 1 2], learners [5]", m.String(), "what it is made from stays as it is")
}

func TestValidateSaysWhatIsNoMembership(t *testing.T) {
	require.NoError(t, raftiface.Membership{Voters: []int{1, 2}, Learners: []int{0}}.Validate(3))
	for _, c := range []struct {
		m    raftiface.Membership
		want string
	}{
		{raftiface.Membership{}, "at least one voter"},
		{raftiface.Membership{Voters: []int{3}}, "numbered from 0 to 2"},
		{raftiface.Membership{Voters: []int{-1}}, "numbered from 0 to 2"},
		{raftiface.Membership{Voters: []int{1, 0}}, "in rising order"},
		{raftiface.Membership{Voters: []int{1}, Outgoing: []int{2, 2}}, "named once"},
		{raftiface.Membership{Voters: []int{0, 1}, Learners: []int{1}}, "replica 1 is a voter and a learner"},
		{raftiface.Membership{Voters: []int{0}, Outgoing: []int{1}, Learners: []int{1}}, "replica 1 is a voter and a learner"},
	} {
		require.ErrorContains(t, c.m.Validate(3), c.want)
	}
}
