package world

import (
	"sync"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// course is what the abstract Raft has followed so far.
type course struct {
	mu sync.Mutex
	*steps.Course
}

// take follows an event, and returns the first wrong step if this is it.
func (c *course) take(e labrpc.Event) *steps.Step {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Take(e)
}

// sofar returns what came of it until now. A run that was given up may go on.
func (c *course) sofar() steps.Course {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.Course
}
