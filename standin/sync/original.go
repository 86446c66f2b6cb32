package sync

import "sync"

// Those who wait for these are durably blocked as it is, but for a WaitGroup in a
// package variable; and nobody waits for a Map or a Pool.
type (
	// Cond is [sync.Cond].
	Cond = sync.Cond
	// Locker is [sync.Locker].
	Locker = sync.Locker
	// Map is [sync.Map].
	Map = sync.Map
	// Pool is [sync.Pool].
	Pool = sync.Pool
	// WaitGroup is [sync.WaitGroup].
	WaitGroup = sync.WaitGroup
)

// NewCond is [sync.NewCond].
func NewCond(l Locker) *Cond { return sync.NewCond(l) }
