package world

import (
	"fmt"
	"slices"
	"sync"

	"github.com/raftcheck/raftcheck/raftiface"
)

// roster is who is a member of the cluster, as far as replicas have delivered
// configurations, and which changes they were asked for.
type roster struct {
	mu      sync.Mutex
	entries []configuration // by rising index; the first is that of the begin, at index 0
	asked   []raftiface.Membership
}

// A configuration is one that was first delivered at an index.
type configuration struct {
	index   int
	members raftiface.Membership
	all     []int // of them
}

func newRoster(first raftiface.Membership) *roster {
	return &roster{entries: []configuration{{members: first, all: first.Members()}}}
}

// first returns the configuration of the begin.
func (r *roster) first() raftiface.Membership { return r.entries[0].members }

// latest returns the configuration of the highest index that a replica delivered one at.
func (r *roster) latest() configuration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.entries[len(r.entries)-1]
}

// at returns the configuration that holds at an index.
func (r *roster) at(index int) (members raftiface.Membership) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.entries {
		if e.index <= index {
			members = e.members
		}
	}
	return members
}

// asks notes that a change is asked for.
func (r *roster) asks(to raftiface.Membership) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, to)
}

// mayBeAlone reports whether a configuration with one voter may be in force somewhere: the
// first one, or one that was asked for.
func (r *roster) mayBeAlone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := func(m raftiface.Membership) bool { return len(m.Voters) == 1 }
	return one(r.first()) || slices.ContainsFunc(r.asked, one)
}

// applied notes that a replica delivered a configuration, and says what is wrong with
// that, if anything is: each follows from what was asked for. That all deliver the
// same at an index is for the safety oracles.
func (r *roster) applied(index int, members raftiface.Membership) (wrong string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	latest := r.entries[len(r.entries)-1]
	if index <= latest.index {
		return ""
	}
	r.entries = append(r.entries, configuration{index, members, members.Members()})
	comes := func(to raftiface.Membership) bool {
		if members.Joint() {
			return slices.Equal(members.Voters, to.Voters) && slices.Equal(members.Outgoing, latest.members.Voters)
		}
		return members.Equal(to) || members.Equal(learning(latest.members, to))
	}
	if !members.Equal(latest.members) && !slices.ContainsFunc(r.asked, comes) {
		return fmt.Sprintf("no change was asked for that leads there from %v", latest.members)
	}
	return ""
}

// learning returns a configuration with the voters that another one has and it has not
// as learners: they may learn first.
func learning(m, to raftiface.Membership) raftiface.Membership {
	for _, voter := range to.Voters {
		if !m.Votes(voter) {
			m = m.WithLearner(voter)
		}
	}
	return m
}
