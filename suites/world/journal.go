package world

import (
	"fmt"
	"sync"
	"time"
)

// journal is what is written down for a report: what was done to the cluster, and
// what the replicas logged.
type journal struct {
	mu     sync.Mutex
	faults []Fault
	logs   []string
}

// Fault is something the story did to the cluster.
type Fault struct {
	At   time.Duration
	Text string
}

// String returns the fault as a line.
func (f Fault) String() string { return fmt.Sprintf("%12.6fs  %s", f.At.Seconds(), f.Text) }

func (j *journal) addFault(f Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.faults = append(j.faults, f)
}

func (j *journal) addLog(at time.Duration, replica int, line string) {
	text := fmt.Sprintf("%12.6fs  %d  %s", at.Seconds(), replica, line)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.logs = append(j.logs, text)
}

// copied returns all that was written down so far.
func (j *journal) copied() (faults []Fault, logs []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Fault(nil), j.faults...), append([]string(nil), j.logs...)
}
