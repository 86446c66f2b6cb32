package node

import (
	"os/exec"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
)

// A silence is how long a node has said nothing. It is looked at in slices of time. One
// at whose end the node could run, but in which it hardly did, as on a busy machine, is
// no silence of the node's.
type silence struct {
	run   *exec.Cmd
	slice time.Duration
	left  int           // slices until it is too long
	ran   time.Duration // up to the last look; negative before the first
}

// slicesOfPatience are how many slices a node may say nothing.
const slicesOfPatience = 5

func (p *Process) newSilence() *silence {
	return &silence{run: p.run.Cmd, slice: p.command.Patience / slicesOfPatience, left: slicesOfPatience - 1, ran: -1}
}

// isTooLong is asked after each slice.
func (s *silence) isTooLong() bool {
	before := s.ran
	work := process.GroupWork(s.run)
	s.ran = work.Ran
	if before < 0 || !work.CanRun || work.Ran-before > s.slice/2 {
		s.left--
	}
	return s.left < 0
}
