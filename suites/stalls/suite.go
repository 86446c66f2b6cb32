package stalls

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// interval is how far apart services take snapshots.
const interval = 4

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "stalls",
	About: "What a goroutine has seen under a lock may be over when it has the lock again.",
	Scenarios: []harness.Scenario{
		{
			Name:     "Load",
			Claim:    "Clients see one copy of the data, however late goroutines come to their locks.",
			Paper:    "§3, Figure 3",
			Replicas: 3,
			Stalls:   true,
			Story:    load,
		},
		{
			Name:     "Elections",
			Claim:    "Votes that are given, and counted, late elect no two leaders of a term.",
			Paper:    "§5.2",
			Replicas: 5,
			Stalls:   true,
			Story:    elections,
		},
		{
			Name:     "Rivals",
			Claim:    "A replica gives one vote a term, and saves it, however late its goroutines come to their locks.",
			Paper:    "§5.2, Figure 2",
			Replicas: 3,
			Stalls:   true,
			Story:    rivals,
		},
		{
			Name:     "Deposed",
			Claim:    "A leader that is deposed while a goroutine of it stands still does no more in its old term, and nothing as a leader in the new one.",
			Paper:    "§5.1, §5.3",
			Replicas: 3,
			Stalls:   true,
			Story:    deposed,
		},
		{
			Name:          "Snapshots",
			Claim:         "A snapshot that comes to its lock late replaces nothing newer.",
			Paper:         "§7",
			Replicas:      3,
			Needs:         raftiface.Features{Snapshots: true},
			Stalls:        true,
			SnapshotEvery: interval,
			Story:         snapshots,
		},
		{
			Name:     "Restarts",
			Claim:    "What a replica said is saved when it crashes, however late its goroutines come to their locks.",
			Paper:    "Figure 2",
			Replicas: 3,
			Stalls:   true,
			Story:    restarts,
		},
		{
			Name:          "Sessions",
			Claim:         "What clients ask for again and again is done once, however late goroutines come to their locks.",
			Paper:         "§8, thesis §6.3",
			Replicas:      5,
			Needs:         raftiface.Features{Snapshots: true},
			Stalls:        true,
			SnapshotEvery: 2 * interval,
			Story:         sessions,
		},
	},
}
