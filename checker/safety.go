package checker

import (
	"sync"
	"time"
)

// Safety watches a run for violations of the Raft paper's safety properties.
// It is safe for concurrent use.
type Safety struct {
	mu         sync.Mutex
	violations []Violation
}

// NewSafety returns a watcher over replicas 0 to replicas-1.
func NewSafety(replicas int) *Safety { return &Safety{} }

// Observe reports what GetState said. at is read before asking.
func (s *Safety) Observe(at time.Duration, replica, term int, leader bool) {}

// Starting reports that Start is about to be called.
func (s *Safety) Starting(at time.Duration, replica int, command string) {}

// Started reports that Start returned true.
func (s *Safety) Started(at time.Duration, replica int, command string, index, term int) {}

// Refused reports that Start returned false.
func (s *Safety) Refused(at time.Duration, replica int, command string) {}

// Crashed reports that a replica was stopped. What it showed before the time
// saved is on its storage: pass at itself if saves take no time, and the begin
// of the oldest save that was cut off if they do.
func (s *Safety) Crashed(at time.Duration, replica int, saved time.Duration) {}

// Restarted reports that a replica runs again, with the snapshot at
// snapshotIndex (0 for none) restored by its service.
func (s *Safety) Restarted(at time.Duration, replica, snapshotIndex int) {}

// Applied reports that a command was delivered.
func (s *Safety) Applied(at time.Duration, replica, index int, command string) {}

// Installed reports that a snapshot was delivered.
func (s *Safety) Installed(at time.Duration, replica, index int, content []byte) {}

// Snapshotted reports that the service is about to give a snapshot to the
// replica.
func (s *Safety) Snapshotted(at time.Duration, replica, index int, content []byte) {}

// Violations returns what was found so far, in order.
func (s *Safety) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.violations...)
}

// First returns the first violation, nil if there is none.
func (s *Safety) First() *Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.violations) == 0 {
		return nil
	}
	v := s.violations[0]
	return &v
}
