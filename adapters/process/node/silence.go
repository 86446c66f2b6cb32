package node

import (
	"fmt"
	"os"
	"time"
)

// A silence is how long a node has said nothing. It is looked at in slices of time. One
// in which the process waited for a processor most of the time, as it does on a busy
// machine, is no silence of the node's.
type silence struct {
	pid     int
	slice   time.Duration
	left    int           // slices until it is too long
	waiting time.Duration // for a processor, up to the last look; negative before the first
}

// slicesOfPatience are how many slices a node may say nothing.
const slicesOfPatience = 5

func (p *Process) newSilence() *silence {
	return &silence{pid: p.run.Process.Pid, slice: p.command.Patience / slicesOfPatience, left: slicesOfPatience - 1, waiting: -1}
}

// isTooLong is asked after each slice.
func (s *silence) isTooLong() bool {
	before := s.waiting
	s.waiting = waitedForProcessor(s.pid)
	if before < 0 || s.waiting-before < s.slice/2 {
		s.left--
	}
	return s.left < 0
}

// waitedForProcessor returns how long a process could run and did not, as far as the
// system says so. Linux does.
func waitedForProcessor(pid int) time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	var ran, waited time.Duration
	if err == nil {
		fmt.Sscan(string(data), &ran, &waited)
	}
	return waited
}
