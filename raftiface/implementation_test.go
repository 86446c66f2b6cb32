package raftiface_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

func noRaft(raftiface.Env) (raftiface.Raft, error) { return nil, errors.New("no Raft") }

func TestValidateNamesEveryFault(t *testing.T) {
	good := raftiface.Implementation{Name: "good", Make: noRaft}
	require.NoError(t, good.Validate())

	for _, c := range []struct {
		name   string
		change func(*raftiface.Implementation)
		want   string
	}{
		{"no name", func(i *raftiface.Implementation) { i.Name = "" }, "Name is empty"},
		{"no Make", func(i *raftiface.Implementation) { i.Make = nil }, "Make is nil"},
		{"negative timing", func(i *raftiface.Implementation) { i.Timing.Election = -time.Second }, "negative duration: election -1s"},
		{"heartbeat not below election", func(i *raftiface.Implementation) { i.Timing.Heartbeat = 5 * time.Second }, "heartbeat 5s is not below election 5s"},
		{"known issue without reason", func(i *raftiface.Implementation) {
			i.Known = []raftiface.KnownIssue{{Scenario: "election/InitialElection"}}
		}, `Known[0] needs a scenario, a property and a reason; got "election/InitialElection", "" and ""`},
		{"facts that are no pattern", func(i *raftiface.Implementation) {
			i.Known = []raftiface.KnownIssue{{Scenario: "a/B", Property: "Claim", Reason: "it is wrong", Facts: "("}}
		}, "Known[0].Facts is no regular expression: error parsing regexp: missing closing"},
		{"learners without members", func(i *raftiface.Implementation) { i.Features.Learners = true }, "Features declare JointConsensus false and Learners true, but not Membership"},
		{"cluster of none", func(i *raftiface.Implementation) { i.Sizes = []int{3, 0} }, "Sizes has 0; a cluster has at least one replica"},
	} {
		t.Run(c.name, func(t *testing.T) {
			impl := good
			c.change(&impl)
			require.ErrorContains(t, impl.Validate(), c.want)
		})
	}
	require.ErrorContains(t, raftiface.Implementation{}.Validate(), "Name is empty")
	require.ErrorContains(t, raftiface.Implementation{}.Validate(), "Make is nil")
}

func TestFeaturesThatAreLacking(t *testing.T) {
	has := raftiface.Features{Snapshots: true, PreVote: true}
	require.Empty(t, has.Lacking(raftiface.Features{PreVote: true}))
	require.Equal(t, []string{"ReadIndex", "Learners"}, has.Lacking(raftiface.Features{Snapshots: true, ReadIndex: true, Learners: true}))
}

func TestTimingDefaultsAreTheLabs(t *testing.T) {
	require.Equal(t, raftiface.Timing{Election: 5 * time.Second, Heartbeat: 100 * time.Millisecond}, raftiface.Timing{}.WithDefaults())
	require.Equal(t, raftiface.Timing{Election: time.Second, Heartbeat: 100 * time.Millisecond},
		raftiface.Timing{Election: time.Second}.WithDefaults())
}

func TestKnownIssueExplainsItsOwnFailureOnly(t *testing.T) {
	k := raftiface.KnownIssue{Scenario: "a/B", Property: "Claim", Facts: `^term \d+$`, Reason: "it is wrong"}
	require.True(t, k.Explains("a/B", "Claim", []string{"before", "term 7"}))
	require.False(t, k.Explains("a/B", "Claim", []string{"term"}))
	require.False(t, k.Explains("a/B", "Panic", []string{"term 7"}))
	require.False(t, k.Explains("a/C", "Claim", []string{"term 7"}))
	k.Facts = ""
	require.True(t, k.Explains("a/B", "Claim", nil))
}

func TestSizes(t *testing.T) {
	require.True(t, raftiface.Implementation{}.Takes(4), "any")
	odd := raftiface.Implementation{Sizes: []int{3, 5}}
	require.True(t, odd.Takes(5))
	require.False(t, odd.Takes(4))
}

// An implementation declares what it offers; everything else is left out.
func ExampleImplementation() {
	impl := raftiface.Implementation{
		Name:     "my raft",
		Version:  "0.1",
		Make:     func(env raftiface.Env) (raftiface.Raft, error) { return nil, errors.New("to be written") },
		Features: raftiface.Features{Snapshots: true},
		Timing:   raftiface.Timing{Election: 2 * time.Second},
	}
	fmt.Println(impl.Validate())
	// Output: <nil>
}
