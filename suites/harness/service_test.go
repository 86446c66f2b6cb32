package harness

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestServiceAppliesWhatTheCheckerSpecifies(t *testing.T) {
	s := newService()
	put := Command{1, checker.Input{Kind: checker.Put, Key: "x", Value: "a"}}
	require.Equal(t, checker.Output{}, s.apply(1, put))
	appended := Command{2, checker.Input{Kind: checker.Append, Key: "x", Value: "b"}}
	require.Equal(t, checker.Output{Value: "ab", Found: true}, s.apply(5, appended))
	require.Equal(t, 5, s.applied)

	get := checker.Input{Kind: checker.Get, Key: "x"}
	require.Equal(t, checker.Output{Value: "ab", Found: true}, s.read(get))
	require.Equal(t, 5, s.applied, "a read is no entry")
}

func TestSnapshotRoundTrip(t *testing.T) {
	s := newService()
	for i, key := range []string{"b", "a", "", "c"} {
		s.apply(i+1, Command{i, checker.Input{Kind: checker.Put, Key: key, Value: "v" + key}})
	}
	again, err := restore(s.snapshot())
	require.NoError(t, err)
	require.Equal(t, s, again)
	require.Equal(t, s.snapshot(), again.snapshot(), "equal states have equal snapshots")
}

func TestRestoreOfNothing(t *testing.T) {
	s, err := restore(nil)
	require.NoError(t, err)
	require.Equal(t, newService(), s)
}

func TestRestoreRefusesGarbage(t *testing.T) {
	s := newService()
	s.apply(1, Command{1, checker.Input{Kind: checker.Put, Key: "x", Value: "a"}})
	snapshot := s.snapshot()
	for _, bad := range [][]byte{snapshot[1:], snapshot[:len(snapshot)/2], []byte("garbage")} {
		_, err := restore(bad)
		require.ErrorContains(t, err, "bytes that are no snapshot of the service")
	}
}

func FuzzRestore(f *testing.F) {
	s := newService()
	f.Add(s.snapshot())
	s.apply(7, Command{1, checker.Input{Kind: checker.Put, Key: "x", Value: "a"}})
	f.Add(s.snapshot())
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := restore(data)
		if err != nil {
			return
		}
		again, err := restore(s.snapshot())
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
