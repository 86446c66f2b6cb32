package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDiskKeepsWhatWasSaved(t *testing.T) {
	var s storage
	d := s.open()
	require.Empty(t, d.ReadRaftState())
	require.Empty(t, d.ReadSnapshot())

	state := []byte("state")
	d.Save(state, []byte("snap"))
	state[0] = 'X'
	require.Equal(t, "state", string(d.ReadRaftState()), "what is saved is copied")
	d.ReadRaftState()[0] = 'X'
	require.Equal(t, "state", string(s.open().ReadRaftState()), "what is read is copied")
	require.Equal(t, "snap", string(s.open().ReadSnapshot()))
	require.Equal(t, []int{5, 4}, []int{d.RaftStateSize(), d.SnapshotSize()})

	d.Save([]byte("later"), nil)
	require.Empty(t, d.ReadSnapshot(), "nil removes the snapshot")
}

func TestClosedDiskLosesSaves(t *testing.T) {
	var s storage
	old := s.open()
	old.Save([]byte("1"), nil)
	old.close()
	old.Save([]byte("2"), nil)
	require.Equal(t, "1", string(s.open().ReadRaftState()))
	require.Equal(t, 1, s.saves)
}

func TestCrashPoints(t *testing.T) {
	for _, c := range []struct {
		name   string
		k      int
		before bool
		kept   string // after three saves
	}{
		{"before the first", 1, true, "0"},
		{"after the first", 1, false, "1"},
		{"before the second", 2, true, "1"},
		{"after the third", 3, false, "3"},
		{"after a later one", 4, false, "3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s storage
			d := s.open()
			d.Save([]byte("0"), nil)
			crashes := 0
			s.arm(c.k, c.before, func() {
				crashes++
				s.disarm() // must not be locked
			})
			for _, state := range []string{"1", "2", "3"} {
				d.Save([]byte(state), nil)
			}
			require.Equal(t, c.kept, string(s.open().ReadRaftState()))
			require.Equal(t, c.k <= 3, crashes == 1, "%d crashes", crashes)
		})
	}
}

func TestCrashPointThatWasRemoved(t *testing.T) {
	var s storage
	s.arm(1, true, func() { t.Error("it crashed") })
	s.disarm()
	s.open().Save([]byte("1"), nil)
	require.Equal(t, "1", string(s.open().ReadRaftState()))
}
