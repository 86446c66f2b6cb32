package child

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Work returns for how long the process, and all that it started, ran on a processor, and
// for how long it waited for one. ok is false where that is not known.
func (p *Process) Work() (ran, waited time.Duration, ok bool) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		if groupOf(stat) != p.run.Process.Pid {
			continue
		}
		threads, _ := filepath.Glob(filepath.Join(filepath.Dir(stat), "task/*/schedstat"))
		for _, thread := range threads {
			data, err := os.ReadFile(thread)
			var r, w time.Duration
			if err != nil {
				continue // it has just ended
			}
			if _, err := fmt.Sscan(string(data), &r, &w); err == nil {
				ran, waited, ok = ran+r, waited+w, true
			}
		}
	}
	return ran, waited, ok
}

// groupOf returns the group of a process by its file stat, where it is the third number
// after the program's name, which is in brackets and may hold anything. It is 0 for a
// process that is gone.
func groupOf(stat string) int {
	data, err := os.ReadFile(stat)
	if err != nil {
		return 0
	}
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	if len(fields) < 3 {
		return 0
	}
	group, _ := strconv.Atoi(string(fields[2]))
	return group
}
