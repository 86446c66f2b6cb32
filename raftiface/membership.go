package raftiface

import (
	"fmt"
	"slices"
)

// A Membership is a configuration of a cluster (section 6): which replicas take part
// in it, and how. The numbers are indexes of [Env.Peers], in rising order, and none is
// twice in one list.
type Membership struct {
	// Voters elect leaders, and count towards quorums.
	Voters []int
	// Learners are sent the log, and neither stand for election nor count (thesis,
	// section 4.2.1). None of them is a voter, nor an outgoing one.
	Learners []int
	// Outgoing are the voters of the configuration that the cluster leaves, while it
	// goes to another one by joint consensus: elections and commits need a majority of
	// Voters and one of Outgoing, and a replica may be in both. It is empty otherwise.
	Outgoing []int
}

// Everybody returns the configuration in which so many replicas vote: the one of a
// cluster whose members never change.
func Everybody(replicas int) (m Membership) {
	for i := range replicas {
		m.Voters = append(m.Voters, i)
	}
	return m
}

// Joint reports whether it is a configuration on the way from one to another.
func (m Membership) Joint() bool { return len(m.Outgoing) > 0 }

// Votes reports whether a replica elects leaders and counts.
func (m Membership) Votes(replica int) bool {
	return slices.Contains(m.Voters, replica) || slices.Contains(m.Outgoing, replica)
}

// Has reports whether a replica is a member, be it a learner.
func (m Membership) Has(replica int) bool {
	return m.Votes(replica) || slices.Contains(m.Learners, replica)
}

// Members returns all members, in rising order.
func (m Membership) Members() []int {
	all := slices.Concat(m.Voters, m.Outgoing, m.Learners)
	slices.Sort(all)
	return slices.Compact(all)
}

// Without returns the configuration without a replica, and not joint.
func (m Membership) Without(replica int) Membership {
	but := func(list []int) []int {
		return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return i == replica })
	}
	return Membership{Voters: but(m.Voters), Learners: but(m.Learners)}
}

// WithVoter returns the configuration in which a replica votes, and not joint.
func (m Membership) WithVoter(replica int) Membership {
	m = m.Without(replica)
	m.Voters = append(m.Voters, replica)
	slices.Sort(m.Voters)
	return m
}

// WithLearner returns the configuration in which a replica is a learner, and not joint.
func (m Membership) WithLearner(replica int) Membership {
	m = m.Without(replica)
	m.Learners = append(m.Learners, replica)
	slices.Sort(m.Learners)
	return m
}

// Quorum reports whether the replicas that agree are a majority, in a joint
// configuration one of both. Nobody is a quorum of no voters.
func (m Membership) Quorum(agrees func(replica int) bool) bool {
	return majority(m.Voters, agrees) && (!m.Joint() || majority(m.Outgoing, agrees))
}

func majority(voters []int, agrees func(int) bool) bool {
	n := 0
	for _, v := range voters {
		if agrees(v) {
			n++
		}
	}
	return n > len(voters)/2
}

// Equal reports whether two are the same configuration.
func (m Membership) Equal(other Membership) bool {
	return slices.Equal(m.Voters, other.Voters) && slices.Equal(m.Learners, other.Learners) && slices.Equal(m.Outgoing, other.Outgoing)
}

// String names the configuration for people.
func (m Membership) String() string {
	text := fmt.Sprintf("voters %v", m.Voters)
	if m.Joint() {
		text += fmt.Sprintf(", outgoing %v", m.Outgoing)
	}
	if len(m.Learners) > 0 {
		text += fmt.Sprintf(", learners %v", m.Learners)
	}
	return text
}

// Validate reports what keeps it from being a configuration of a cluster of which
// there are so many replicas, nil if it is one.
func (m Membership) Validate(replicas int) error {
	for _, list := range [][]int{m.Voters, m.Learners, m.Outgoing} {
		for i, replica := range list {
			if replica < 0 || replica >= replicas || i > 0 && list[i-1] >= replica {
				return fmt.Errorf("%v: replicas are numbered from 0 to %d, and named once, in rising order", m, replicas-1)
			}
		}
	}
	if len(m.Voters) == 0 {
		return fmt.Errorf("%v: a cluster has at least one voter", m)
	}
	for _, learner := range m.Learners {
		if m.Votes(learner) {
			return fmt.Errorf("%v: replica %d is a voter and a learner", m, learner)
		}
	}
	return nil
}

// MembershipChanger is the part of a replica that changes who is a member of the
// cluster (section 6; thesis, chapter 4). A Raft whose Features declare Membership
// implements it.
type MembershipChanger interface {
	// ChangeMembership asks the replica to lead the cluster to another configuration,
	// which is not joint, and returns at once. It returns false, and nothing happens,
	// if the replica does not lead, if a change is under way (one that was appended
	// to the log, and is neither committed nor lost), or if the implementation does not
	// take this step: see [Features]. A leader may also refuse while it has committed no
	// entry of its own term, has not applied the change before, or hands over; what
	// changes nothing; and to have a learner vote that lags or does not answer.
	//
	// True is no promise, as with Start: a leader may be deposed before the change is
	// committed. The change is done when a configuration that equals this one is
	// delivered as an [ApplyMsg]. A leader that goes there by joint consensus leaves the
	// joint configuration by itself, and so does one that is elected in the midst of it.
	ChangeMembership(to Membership) (ok bool)
}
