package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
)

// membersOf runs a story with puppets, of which two are members of the cluster at the
// begin.
func membersOf(t *testing.T, change func(to raftiface.Membership) []any, story func(c *Cluster)) *Account {
	p := plan(changeable(change))
	p.Members, p.SnapshotEvery = 2, 1
	return Live(t, p, story)
}

func TestChange(t *testing.T) {
	direct := func(to raftiface.Membership) []any { return []any{to} }
	joint := func(to raftiface.Membership) []any {
		return []any{raftiface.Membership{Voters: to.Voters, Outgoing: []int{0, 1}}, to}
	}
	learning := func(to raftiface.Membership) []any {
		return []any{raftiface.Membership{Voters: []int{0, 1}, Learners: []int{2}}, to}
	}
	for _, change := range []func(raftiface.Membership) []any{direct, joint, learning} {
		a := membersOf(t, change, func(c *Cluster) {
			require.Equal(t, []int{0, 1}, c.Members().Voters)
			require.Equal(t, 1, c.Commit(2))
			c.Join(2)
			require.Equal(t, []int{0, 1, 2}, c.Members().Voters)
			c.CommitOnMembers()
			require.Equal(t, c.Applied(0), c.Applied(2))
		})
		require.Nil(t, a.Failure, "%v", a.Failure)
		applied := 0
		for _, op := range a.History {
			if op.Outcome == checker.Done {
				applied++
			}
		}
		require.Equal(t, applied, a.Commits, "configurations are no commands")
	}
	a := membersOf(t, direct, func(c *Cluster) {
		c.Learn(2)
		c.Remove(1)
		require.Equal(t, raftiface.Membership{Voters: []int{0}, Learners: []int{2}}, c.Members())
		require.False(t, c.AskChange(1, raftiface.Everybody(3)), "it does not lead")
	})
	require.Nil(t, a.Failure, "%v", a.Failure)
}

// TestOnlyVoter has one of three replicas vote: what it is asked for is done when it has
// been asked, and not now and then only.
func TestOnlyVoter(t *testing.T) {
	p := plan(raft.Full())
	p.Members = 1
	a := Live(t, p, func(c *Cluster) {
		c.Commit(1)
		for n := range 200 {
			p, _ := c.Start(0)
			require.True(t, c.WaitApplied(p, 1, 0), "command %d", n)
			c.AskChange(0, raftiface.Everybody(1).WithLearner(1+n%2))
			require.True(t, c.Members().Has(1+n%2), "change %d", n)
		}
	})
	require.Nil(t, a.Failure, "%v", a.Failure)
}

func TestWhatIsWrongWithMembers(t *testing.T) {
	everybody := raftiface.Everybody(3)
	for _, c := range []struct {
		name     string
		change   func(to raftiface.Membership) []any
		property checker.Property
		says     string
	}{
		{"nothing comes of it", func(raftiface.Membership) []any { return nil },
			Progress, "the members of the cluster are not voters [0 1 2], 15s after leaders were first asked for that; they are voters [0 1]"},
		{"nobody asked for it", func(raftiface.Membership) []any { return []any{raftiface.Membership{Voters: []int{2}}} },
			ContractMessages, "delivered configuration voters [2] at index 1: no change was asked for that leads there from voters [0 1]"},
		{"joint with others than there were", func(raftiface.Membership) []any {
			return []any{raftiface.Membership{Voters: []int{0, 1, 2}, Outgoing: []int{1}}}
		}, ContractMessages, "no change was asked for that leads there"},
		{"a voter learns that votes already", func(raftiface.Membership) []any {
			return []any{raftiface.Membership{Voters: []int{0}, Learners: []int{1, 2}}}
		}, ContractMessages, "no change was asked for that leads there"},
		{"no configuration", func(raftiface.Membership) []any { return []any{raftiface.Membership{}} },
			ContractMessages, "delivered at index 1 what is no configuration: voters []: a cluster has at least one voter"},
		{"a configuration and a command at once", func(raftiface.Membership) []any {
			return []any{raftiface.ApplyMsg{CommandValid: true, MembershipValid: true, CommandIndex: 1, MembershipIndex: 1}}
		}, ContractMessages, "CommandValid true, SnapshotValid false and MembershipValid true"},
		{"a snapshot of other members", func(to raftiface.Membership) []any {
			return []any{to, raftiface.ApplyMsg{SnapshotValid: true, SnapshotIndex: 1, Membership: raftiface.Everybody(1)}}
		}, checker.SnapshotContent, "a snapshot up to index 1 with the configuration voters [0]; at that index it is voters [0 1 2]"},
		{"joint for ever", func(to raftiface.Membership) []any {
			return []any{raftiface.Membership{Voters: to.Voters, Outgoing: []int{0, 1}}}
		}, Progress, "the members of the cluster are not voters [0 1 2]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := membersOf(t, c.change, func(c *Cluster) { c.Change(everybody) })
			require.NotNil(t, a.Failure)
			require.Contains(t, strings.Join(a.Failure.Facts, "\n"), c.says)
			require.Equal(t, c.property, a.Failure.Property)
		})
	}
}

// TestJointAtTheEnd has a story end on the way between two configurations.
func TestJointAtTheEnd(t *testing.T) {
	a := membersOf(t, func(to raftiface.Membership) []any {
		return []any{raftiface.Membership{Voters: to.Voters, Outgoing: []int{0, 1}}}
	}, func(c *Cluster) { c.AskChange(0, raftiface.Everybody(3)) })
	require.NotNil(t, a.Failure)
	require.Equal(t, Progress, a.Failure.Property)
	require.Contains(t, strings.Join(a.Failure.Facts, "\n"), "the cluster is in the joint configuration voters [0 1 2], outgoing [0 1] still, 1m0s after the faults stopped")
}
