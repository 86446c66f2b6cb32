package harness

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
)

// TestRunFile reads the file that a failing run leaves.
func TestRunFile(t *testing.T) {
	dir := t.TempDir()
	_, passed := child(t, "Fails", "-raft.seed=3", "-raft.keep", "-raft.artifacts="+dir)
	require.False(t, passed)
	f, err := ReadRunFile(filepath.Join(dir, "child-Fails-seed3", RunFileName))
	require.NoError(t, err)

	require.Equal(t, "child", f.Suite)
	require.Equal(t, uint64(3), f.Seed)
	require.Equal(t, 3, f.Replicas)
	require.Equal(t, RunSubject{"puppets", ""}, f.Implementation)
	require.Contains(t, f.Replay, "-raft.seed=3")
	require.Equal(t, "Claim", f.Failure.Property)
	require.Equal(t, []string{"two is 3"}, f.Failure.Facts)
	require.Equal(t, f.Failure.At, f.Moment.At)
	require.Equal(t, []string{"crash [2]"}, []string{f.Faults[0].Text})
	require.Len(t, f.Events, f.Numbers.Events)
	require.Len(t, f.Operations, 1)
	require.Equal(t, `returned`, f.Operations[0].Answer)

	kinds := map[labrpc.EventKind]RunEvent{}
	for _, e := range f.Events {
		kinds[e.Kind] = e
	}
	require.Equal(t, 1, kinds["start"].Index)
	require.Equal(t, 3, kinds["start"].Term)
	require.Equal(t, 1, kinds["apply"].Index)
	require.Contains(t, kinds, labrpc.EventHalt)
	require.Positive(t, kinds["state"].Term)
}

func TestRunFileRefusesOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), RunFileName)
	for content, want := range map[string]string{
		"":                               "is not a run file",
		`{"schema":"raftcheck/run/999"}`: `the schema is "raftcheck/run/999", want "raftcheck/run/1"`,
	} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
		_, err := ReadRunFile(path)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, path)
	}
	_, err := ReadRunFile(path + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A violation of an oracle's is marked with the facts that it rests on.
func TestMomentOfAnOracle(t *testing.T) {
	c := newCluster(puppetry(), scenario(nil), 1)
	c.safety.Observe(1*time.Second, 0, 5, true)
	c.safety.Observe(2*time.Second, 1, 5, true)
	failure := failureOf(*c.safety.First())
	m := (&Evidence{cluster: c}).moment(&failure)
	require.Equal(t, 2*time.Second, m.At)
	require.Equal(t, []RunFact{
		{1 * time.Second, 0, "said it is the leader of term 5"},
		{2 * time.Second, 1, "said it is the leader of term 5"},
	}, m.Facts)
}

// A history that is not linearizable is marked where the contradiction is, not
// at the end of the run, when it was judged.
func TestMomentOfAHistory(t *testing.T) {
	put := func(id int, value string, call time.Duration) checker.Operation {
		return checker.Operation{ID: id, Input: checker.Input{Kind: checker.Put, Key: "x", Value: value},
			Call: call, Return: call + 1, Outcome: checker.Done}
	}
	stale := checker.Operation{ID: 3, Input: checker.Input{Kind: checker.Get, Key: "x"},
		Output: checker.Output{Value: "a", Found: true}, Call: 30, Return: 31, Outcome: checker.Done}
	e := &Evidence{cluster: newCluster(puppetry(), scenario(nil), 1),
		check: checker.Check(checker.History{put(1, "a", 10), put(2, "b", 20), stale, put(4, "c", 40)}, checker.Limits{})}
	m := e.moment(&Failure{Property: Linearizability, At: time.Hour})
	require.Equal(t, time.Duration(31), m.At)
	require.Equal(t, []int{1, 2, 3}, m.Operations)
	require.Contains(t, m.Why, "must have held")
}

func TestNoMoment(t *testing.T) {
	e := &Evidence{cluster: newCluster(puppetry(), scenario(nil), 1)}
	require.Nil(t, e.moment(nil))
	require.Nil(t, e.moment(&Failure{Property: NoExit}), "nobody knows when")
}
