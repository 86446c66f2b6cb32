package glue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// shelf is a Persister with the methods of all years, and ways to go wrong.
type shelf struct {
	state, snapshot                  []byte
	keeps, drops, forgets, miscounts bool
	panics                           bool
}

func (s *shelf) Save(state, snapshot []byte) {
	if s.panics {
		panic("full")
	}
	if !s.forgets {
		s.state = state
	}
	if !s.keeps || snapshot != nil {
		s.snapshot = snapshot
	}
}

func (s *shelf) SaveStateAndSnapshot(state, snapshot []byte) { s.state, s.snapshot = state, snapshot }

func (s *shelf) SaveRaftState(state []byte) {
	s.state = state
	if s.drops {
		s.snapshot = nil
	}
}

func (s *shelf) SaveSnapshot(snapshot []byte) { s.snapshot = snapshot }
func (s *shelf) ReadRaftState() []byte        { return s.state }
func (s *shelf) ReadSnapshot() []byte         { return s.snapshot }
func (s *shelf) SnapshotSize() int            { return len(s.snapshot) }

func (s *shelf) RaftStateSize() int {
	if s.miscounts {
		return len(s.snapshot)
	}
	return len(s.state)
}

func TestDifferencesFromTheLabsPersister(t *testing.T) {
	for _, c := range []struct {
		shelf shelf
		want  []string
	}{
		{shelf{}, nil},
		{shelf{keeps: true}, []string{"Save(state, nil) keeps the old snapshot, which the lab's removes"}},
		{shelf{drops: true}, []string{"SaveRaftState changes the snapshot, which the lab's keeps"}},
		{shelf{miscounts: true}, []string{"RaftStateSize is 7 for a state of 4 bytes"}},
		{shelf{forgets: true}, []string{`after Save("state", "snapshot") it reads "" and "snapshot"`}},
		{shelf{panics: true}, []string{"it panics where the lab's does not: full"}},
	} {
		found := differences(func() *shelf { s := c.shelf; return &s })
		if len(c.want) == 0 {
			require.Empty(t, found)
			continue
		}
		require.Subset(t, found, c.want)
	}
}
