package process

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Work is what a group of processes has done, as far as the system says so. Linux does.
type Work struct {
	CanRun bool          // one of them runs, or waits for a processor
	Ran    time.Duration // on processors, those included that they waited for the end of
	Waited time.Duration // for a processor, all threads together
}

// tick is the unit in which Linux tells programs what ran.
const tick = 10 * time.Millisecond

// GroupWork returns what a command that is [InGroup] has done, with all that it started:
// it may be a script that waits while others work for it.
func GroupWork(c *exec.Cmd) (w Work) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// A name in parentheses, which may have any letter, comes before the state.
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
		if len(fields) < 15 || fields[2] != strconv.Itoa(c.Process.Pid) {
			continue
		}
		w.CanRun = w.CanRun || fields[0] == "R" || fields[0] == "D"
		for _, ticks := range fields[11:15] { // its own, and of those it waited for
			n, _ := strconv.Atoi(ticks)
			w.Ran += time.Duration(n) * tick
		}
		w.Waited += waitedOf(filepath.Dir(path))
	}
	return w
}

// waitedOf returns for how long the threads of a process have waited for a processor.
func waitedOf(proc string) (all time.Duration) {
	threads, _ := filepath.Glob(filepath.Join(proc, "task/*/schedstat"))
	for _, thread := range threads {
		data, _ := os.ReadFile(thread) // empty if it has ended
		var ran, waited time.Duration
		if _, err := fmt.Sscan(string(data), &ran, &waited); err == nil {
			all += waited
		}
	}
	return all
}
