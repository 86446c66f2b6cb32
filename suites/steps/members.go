package steps

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Asked is the [labrpc.Event.Note] of an event that says that a replica is asked for
// a change of the cluster's members.
type Asked struct{ To raftiface.Membership }

// Refused is that of one that says that it refuses the change that was asked for last.
type Refused struct{}

// Configured is that of one that says that a replica has delivered a configuration.
type Configured struct {
	Index      int
	Membership raftiface.Membership
}

// configurations are those that replicas may go by. Some go by one as soon as it is in
// their log, and it may be cut off again; others when they have applied it.
type configurations struct {
	applied []Configured // anywhere, by rising index; the first is what the cluster began with
	asked   []raftiface.Membership
}

func newConfigurations(first raftiface.Membership) configurations {
	return configurations{applied: []Configured{{Membership: first}}}
}

// asks notes that a change was asked for: it may be in some log from now on. So may a
// joint configuration that leads there, but its quorums are some of the one before.
func (c *configurations) asks(to raftiface.Membership) { c.asked = append(c.asked, to) }

// refuses notes that nothing comes of the change that was asked for last.
func (c *configurations) refuses() { c.asked = c.asked[:max(0, len(c.asked)-1)] }

// applies notes that a configuration was applied. It follows from one that was asked
// for; what was asked for before that has come to nothing. What was asked for since may
// have been taken on already, once this one was committed.
func (c *configurations) applies(index int, m raftiface.Membership) {
	if index <= c.applied[len(c.applied)-1].Index {
		return
	}
	c.applied = append(c.applied, Configured{index, m})
	first := slices.IndexFunc(c.asked, func(to raftiface.Membership) bool {
		return to.Equal(m) || m.Joint() && slices.Equal(to.Voters, m.Voters)
	})
	if !m.Joint() {
		first++
	}
	c.asked = c.asked[max(0, first):]
}

// from returns those that a replica may go by which has applied the one at an index.
func (c *configurations) from(index int) (all []raftiface.Membership) {
	for i := len(c.applied) - 1; i >= 0; i-- {
		all = append(all, c.applied[i].Membership)
		if c.applied[i].Index <= index {
			break
		}
	}
	return append(all, c.asked...)
}

// describe names the configurations for people.
func describe(all []raftiface.Membership) string {
	var texts []string
	for _, m := range all {
		texts = append(texts, fmt.Sprint(m))
	}
	return strings.Join(texts, "; or ")
}

// configured follows a replica's delivery of a configuration. What a leader has seen
// acknowledged before may have counted by an earlier one. One that may have been the
// only voter needed nobody, to be elected or to commit: no message tells how far it came.
func (a *abstract) configured(replica int, applied Configured) {
	r := a.replicas[replica]
	led, reached := a.offices[r.highest.term], a.reached(replica, r.applied)
	switch {
	case reached == math.MaxInt:
		r.alone = true
	case led != nil && led.leader == replica:
		a.top = max(a.top, reached)
	}
	r.applied = applied.Index
	a.members.applies(applied.Index, applied.Membership)
}

// reached returns up to where quorums have acknowledged what leaders sent, by the
// configurations that a replica may go by which has applied the one at an index: as
// far as one has entries of the leader's own term, or all voters have any (§5.4.2).
func (a *abstract) reached(replica, applied int) (top int) {
	for _, m := range a.members.from(applied) {
		if m.Quorum(func(voter int) bool { return voter == replica }) {
			return math.MaxInt // it commits alone
		}
		for t, acks := range a.acks {
			if n := t.reach(m, acks); n < math.MaxInt {
				top = max(top, n)
			}
		}
	}
	return top
}

// reach returns up to where a quorum has acknowledged, of entries of any term all
// voters.
func (t counted) reach(m raftiface.Membership, acks []int) int {
	side := func(voters []int) int {
		need := len(voters)
		if t.own {
			need = len(voters)/2 + 1
		}
		var each []int
		for _, v := range voters {
			each = append(each, acks[v])
		}
		slices.Sort(each)
		return each[len(each)-need]
	}
	if m.Joint() {
		return min(side(m.Voters), side(m.Outgoing))
	}
	return side(m.Voters)
}
