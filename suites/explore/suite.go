package explore

import (
	"flag"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/harness"
)

var (
	deviationsFlag = flag.Int("raft.deviations", 1, "suite explore tries every run with so many deviations from its script")
	runsFlag       = flag.Int("raft.runs", 0, "suite explore tries no more runs than this; 0: all")
	shareFlag      share
)

func init() {
	flag.Var(&shareFlag, "raft.share", "suite explore tries the `I/N`th of the runs only, for I from 1 to N")
}

const replicas = 3

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:   "explore",
	About:  "Every run that differs little from a plain one.",
	Pinned: chaos.Scheduled,
	Scenarios: []harness.Scenario{
		{
			Name:     "Elections",
			Claim:    "Two elections and five commands: whatever a few messages and replicas do otherwise, safety holds and the cluster goes on.",
			Paper:    "§5",
			Replicas: replicas,
			Search:   search(chaos.Schedule{Replicas: replicas}),
		},
		{
			Name:     "Snapshots",
			Claim:    "The same where services take snapshots of every second index.",
			Paper:    "§7",
			Replicas: replicas,
			Needs:    raftiface.Features{Snapshots: true},
			Search:   search(chaos.Schedule{Replicas: replicas, SnapshotEvery: 2}),
		},
		{
			Name:     "Members",
			Claim:    "The same where a fourth replica joins before the second election, and the first leader is removed after it.",
			Paper:    "§6",
			Replicas: replicas + 1,
			Members:  replicas,
			Needs:    raftiface.Features{Membership: true},
			Search:   search(chaos.Schedule{Replicas: replicas + 1, Members: replicas}),
		},
	},
}

func search(plain chaos.Schedule) func(harness.Search) harness.Searched {
	return func(s harness.Search) harness.Searched {
		plain := plain
		plain.Seed = s.Seed
		script, rehearsal, ok := write(s, plain)
		if !ok {
			return harness.Searched{Scenario: rehearsal, Claim: "something was wrong before anything deviated from the script"}
		}
		x := &explorer{Search: s, script: script, share: shareFlag}
		return x.explore(*deviationsFlag, *runsFlag)
	}
}
