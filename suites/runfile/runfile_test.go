package runfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

func TestReadRefusesOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), Name)
	for content, want := range map[string]string{
		"":                               "is not a run file",
		`{"schema":"raftcheck/run/999"}`: `the schema is "raftcheck/run/999", want "raftcheck/run/1"`,
	} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
		_, err := Read(path)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, path)
	}
	_, err := Read(path + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A violation of an oracle's is marked with the facts that it rests on.
func TestMomentOfAnOracle(t *testing.T) {
	safety := checker.NewSafety(3)
	safety.Observe(1*time.Second, 0, 5, true)
	safety.Observe(2*time.Second, 1, 5, true)
	v := safety.First()
	m := momentOf(&world.Account{Violation: v, Failure: &world.Failure{Property: v.Property, At: v.At}})
	require.Equal(t, 2*time.Second, m.At)
	require.Equal(t, []Fact{
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
	m := momentOf(&world.Account{
		Failure: &world.Failure{Property: world.Linearizability, At: time.Hour},
		Check:   checker.Check(checker.History{put(1, "a", 10), put(2, "b", 20), stale, put(4, "c", 40)}, checker.Limits{}),
	})
	require.Equal(t, time.Duration(31), m.At)
	require.Equal(t, []int{1, 2, 3}, m.Operations)
	require.Contains(t, m.Why, "must have held")
}

func TestNoMoment(t *testing.T) {
	require.Nil(t, momentOf(&world.Account{}))
	require.Nil(t, momentOf(&world.Account{Failure: &world.Failure{Property: world.NoExit}}), "nobody knows when")
}
