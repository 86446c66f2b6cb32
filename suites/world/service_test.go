package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestServiceAppliesWhatTheCheckerSpecifies(t *testing.T) {
	s := newService()
	put := Command{1, checker.Input{Kind: checker.Put, Key: "x", Value: "a"}}
	output, effect := s.apply(1, put)
	require.Equal(t, checker.Output{}, output)
	require.Equal(t, 1, effect)
	appended := Command{2, checker.Input{Kind: checker.Append, Key: "x", Value: "b"}}
	output, effect = s.apply(5, appended)
	require.Equal(t, checker.Output{Value: "ab", Found: true}, output)
	require.Equal(t, 5, effect)
	require.Equal(t, 5, s.applied)

	get := checker.Input{Kind: checker.Get, Key: "x"}
	require.Equal(t, checker.Output{Value: "ab", Found: true}, s.read(get))
	require.Equal(t, 5, s.applied, "a read is no entry")
}

// appendOf is an append of a session, as one of its attempts.
func appendOf(session, number, id int, value string) SessionCommand {
	return SessionCommand{Command{id, checker.Input{Kind: checker.Append, Key: "x", Value: value}}, session, number}
}

func TestServicePerformsAnOperationOfASessionOnce(t *testing.T) {
	s := newService()
	s.apply(1, appendOf(7, 1, 1, "a"))
	s.apply(2, appendOf(8, 1, 2, "b"))

	output, effect := s.apply(3, appendOf(7, 1, 3, "a"))
	require.Equal(t, checker.Output{Value: "a"}, output, "as the first time")
	require.Equal(t, 1, effect)
	require.Equal(t, 3, s.applied)

	output, effect = s.apply(4, appendOf(7, 2, 4, "c"))
	require.Equal(t, checker.Output{Value: "abc", Found: true}, output, "another operation")
	require.Equal(t, 4, effect)

	s.apply(5, appendOf(7, 1, 5, "a"))
	require.Equal(t, "abc", s.state["x"].Value, "its client has gone on")
}

func TestSessionsTravelInSnapshots(t *testing.T) {
	s := newService()
	for session := range 5 {
		s.apply(session+1, appendOf(session, 1, session, "a"))
	}
	again, err := restore(s.snapshot())
	require.NoError(t, err)
	require.Equal(t, s, again)
	require.Equal(t, s.snapshot(), again.snapshot(), "equal states have equal snapshots")

	_, effect := again.apply(6, appendOf(3, 1, 9, "a"))
	require.Equal(t, 4, effect)
	require.Equal(t, "aaaaa", again.state["x"].Value)
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

// What is in a snapshot decides on the fate of the message that carries it, so the
// place of the service in the code is not in it.
func TestSnapshotsNameNoPackage(t *testing.T) {
	s := newService()
	s.apply(1, appendOf(7, 1, 1, "a"))
	require.NotContains(t, string(s.snapshot()), "world")
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
	s.apply(8, appendOf(7, 1, 1, "a"))
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
