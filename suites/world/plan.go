package world

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/bubble"
)

// A Plan says what a world is made of.
type Plan struct {
	Implementation raftiface.Implementation
	// Replicas is the size of the cluster.
	Replicas int
	// Seed determines the run.
	Seed uint64
	// SnapshotEvery is how far apart, in indexes, each replica's service takes
	// snapshots; 0 takes none.
	SnapshotEvery int

	// Contents has the trace keep what messages say, for people and for package
	// steps.
	Contents bool
	// Realtime runs the world on the wall clock, without a bubble: there is no
	// watchdog then, and nobody looks for goroutines that are left.
	Realtime bool
	// TolerateLeaks counts goroutines that are left after Kill, but does not fail
	// the run for them.
	TolerateLeaks bool
	// Limits are what the run may take before it is given up.
	Limits bubble.Limits
}
