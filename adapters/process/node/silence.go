package node

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A silence is how long a node has said nothing. It is looked at in slices of time. One
// at whose end the node could run, but in which it hardly did, as on a busy machine, is
// no silence of the node's.
type silence struct {
	group int
	slice time.Duration
	left  int           // slices until it is too long
	ran   time.Duration // up to the last look; negative before the first
}

// slicesOfPatience are how many slices a node may say nothing.
const slicesOfPatience = 5

func (p *Process) newSilence() *silence {
	return &silence{group: p.run.Process.Pid, slice: p.command.Patience / slicesOfPatience, left: slicesOfPatience - 1, ran: -1}
}

// isTooLong is asked after each slice.
func (s *silence) isTooLong() bool {
	before := s.ran
	canRun, ran := workOf(s.group)
	s.ran = ran
	if before < 0 || !canRun || ran-before > s.slice/2 {
		s.left--
	}
	return s.left < 0
}

// tick is the unit in which Linux tells programs what ran.
const tick = 10 * time.Millisecond

// workOf returns whether one of a group of processes runs or waits for a processor, and
// how long they have run, those included that they waited for the end of; as far as the
// system says so. Linux does. What is started may be a script that looks for a program,
// and waits while others do that for it.
func workOf(group int) (canRun bool, ran time.Duration) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// A name in parentheses, which may have any letter, comes before the state.
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
		if len(fields) < 15 || fields[2] != strconv.Itoa(group) {
			continue
		}
		canRun = canRun || fields[0] == "R" || fields[0] == "D"
		for _, ticks := range fields[11:15] { // its own, and of those it waited for
			n, _ := strconv.Atoi(ticks)
			ran += time.Duration(n) * tick
		}
	}
	return canRun, ran
}
