package world

import (
	"cmp"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/bubble"
)

// A Plan says what a world is made of.
type Plan struct {
	Implementation raftiface.Implementation
	// Replicas is how many replicas there are.
	Replicas int
	// Members is how many of them, from the first on, are voters at the begin; 0 is
	// all. The others are up, too, and may join.
	Members int
	// Seed determines the run.
	Seed uint64
	// SnapshotEvery is how far apart, in indexes, each replica's service takes
	// snapshots; 0 takes none.
	SnapshotEvery int

	// Fates are what becomes of single messages, by [labrpc.Event.Datagram].
	Fates map[uint64]labrpc.Fate

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

// members is how many replicas vote at the begin.
func (p Plan) members() int { return cmp.Or(p.Members, p.Replicas) }
