package harness

import (
	"context"
	"os"
	"sync"
	"sync/atomic"

	"github.com/raftcheck/raftcheck/internal/process"
)

// asked ends when this process is asked to end: it is a parent then, whose
// children end with it.
var asked = sync.OnceValue(func() context.Context {
	isParent.Store(true)
	return process.UntilAsked(os.Stderr)
})

var isParent atomic.Bool

// interruption says who asked this process to end, nil if nobody did or if it
// has had no children.
func interruption() error {
	if !isParent.Load() {
		return nil
	}
	return context.Cause(asked())
}
