package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// prSetChildSubreaper is PR_SET_CHILD_SUBREAPER of prctl(2).
const prSetChildSubreaper = 36

// keepWithinBounds has this process adopt orphans among its descendants, so that
// none of them gets out of sight. If it judges a checkout of a class, it writes no
// larger files than it may and leaves no core.
func keepWithinBounds() error {
	if _, _, errno := syscall.Syscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); errno != 0 {
		return fmt.Errorf("prctl: %w", errno)
	}
	most, err := strconv.ParseUint(os.Getenv(boundedEnv), 10, 40)
	if err != nil {
		return nil // it judges a single one
	}
	os.Unsetenv(boundedEnv)
	for resource, limit := range map[int]uint64{syscall.RLIMIT_FSIZE: most * mebi, syscall.RLIMIT_CORE: 0} {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return fmt.Errorf("setrlimit: %w", err)
		}
	}
	return nil
}

// ask asks a process to end.
func ask(p *os.Process) { p.Signal(syscall.SIGTERM) }

// A procStat is what /proc says of a process that runs.
type procStat struct{ pid, parent, memory int }

// processes returns all that run.
func processes() (all []procStat) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		// The name, in parentheses, may have anything in it.
		fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
		const state, parent, residentPages = 0, 1, 21
		if len(fields) <= residentPages || string(fields[state]) == "Z" {
			continue
		}
		above, _ := strconv.Atoi(string(fields[parent]))
		pages, _ := strconv.Atoi(string(fields[residentPages]))
		all = append(all, procStat{pid, above, pages * os.Getpagesize()})
	}
	return all
}

// tree returns a process and its descendants.
func tree(pid int) (all []procStat) {
	below := map[int][]procStat{}
	for _, p := range processes() {
		below[p.parent] = append(below[p.parent], p)
		if p.pid == pid {
			all = append(all, p)
		}
	}
	for next := []int{pid}; len(next) > 0; next = next[1:] {
		for _, p := range below[next[0]] {
			all = append(all, p)
			next = append(next, p.pid)
		}
	}
	return all
}

// usage returns how many processes descend from one, itself included, and how
// many bytes they hold.
func usage(pid int) (processes, memory int) {
	for _, p := range tree(pid) {
		processes++
		memory += p.memory
	}
	return processes, memory
}

// endTree kills the descendants of a process. Some may be started meanwhile, so it
// looks again until there are none, or gives up.
func endTree(pid int) {
	for deadline := time.Now().Add(grace); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		left := 0
		for _, p := range tree(pid) {
			if p.pid != pid {
				left++
				syscall.Kill(p.pid, syscall.SIGKILL)
			}
		}
		if left == 0 {
			return
		}
	}
}
