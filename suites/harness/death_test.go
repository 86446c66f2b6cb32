package harness

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/world"
)

func TestDataRaceIsAVerdictOfItsOwn(t *testing.T) {
	f := newDeath(errors.New("exit status 66"), `something the implementation printed
==================
WARNING: DATA RACE
Write at 0x00c000000588 by goroutine 163:
  6.5840/raft.(*Raft).campaign()
      /home/a student/raft/raft.go:160 +0x3b
  6.5840/raft.(*Raft).tick()
      /home/a student/raft/raft.go:155 +0x1bc

Previous read at 0x00c000000588 by goroutine 16:
  6.5840/raft.(*Raft).GetState()
      /home/a student/raft/raft.go:110 +0x45

Goroutine 163 (running) created at:
  time.goFunc()
      /usr/local/go/src/time/sleep.go:215 +0x44
==================
`).verdict()
	require.Equal(t, world.NoRace, f.Property)
	require.Equal(t, []string{
		"Write in 6.5840/raft.(*Raft).campaign (/home/a student/raft/raft.go:160)",
		"Previous read in 6.5840/raft.(*Raft).GetState (/home/a student/raft/raft.go:110)",
	}, f.Facts)
	require.Contains(t, f.Detail, "time.goFunc")
}
