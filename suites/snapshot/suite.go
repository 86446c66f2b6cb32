package snapshot

import (
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// snapshots is what every scenario of this suite needs.
var snapshots = raftiface.Features{Snapshots: true}

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "snapshot",
	About: "Compaction bounds the log, and no snapshot moves a replica back or loses what it acknowledged.",
	Scenarios: []harness.Scenario{
		{
			Name:          "Basic",
			Claim:         "A service that takes snapshots keeps the saved Raft state small.",
			Paper:         "§7",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         basic,
		},
		{
			Name:          "Install",
			Claim:         "A replica that was away while the log was compacted catches up.",
			Paper:         "§7, Figure 13",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         func(c *harness.Cluster) { laggards(c, labrpc.Reliable, away) },
		},
		{
			Name:          "InstallUnreliable",
			Claim:         "A replica that was away while the log was compacted catches up on links that lose messages.",
			Paper:         "§7, Figure 13",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         func(c *harness.Cluster) { laggards(c, labrpc.Unreliable, away) },
		},
		{
			Name:          "InstallCrash",
			Claim:         "A replica that was down while the log was compacted catches up.",
			Paper:         "§7, Figure 13",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         func(c *harness.Cluster) { laggards(c, labrpc.Reliable, down) },
		},
		{
			Name:          "InstallUnreliableCrash",
			Claim:         "A replica that was down while the log was compacted catches up on links that lose messages.",
			Paper:         "§7, Figure 13",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         func(c *harness.Cluster) { laggards(c, labrpc.Unreliable, down) },
		},
		{
			Name:          "AllCrash",
			Claim:         "After a crash of all replicas the log goes on behind the snapshots; indexes never go back.",
			Paper:         "§7",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         allCrash,
		},
		{
			Name:          "Init",
			Claim:         "A snapshot survives a second restart.",
			Paper:         "§7",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         initialize,
		},
	},
}
