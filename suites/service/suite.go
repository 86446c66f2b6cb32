package service

import (
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	lab    = "§8; 6.824 lab 4B"
	labs   = "§7, §8; 6.824 lab 4C"
	thesis = "§8; thesis §6.3"
)

// snapshots is what some scenarios need.
var snapshots = raftiface.Features{Snapshots: true}

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "service",
	About: "A key-value service as its clients see it: linearizable whatever happens to the replicas, and what a client asks for twice is done once.",
	Scenarios: []harness.Scenario{
		{
			Name:     "OneClient",
			Claim:    "What one client reads is what it wrote.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 1, keys: 1, network: labrpc.Reliable}.story,
		},
		{
			Name:     "ManyClients",
			Claim:    "What five clients read and write fits into one order.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 5, keys: 5, network: labrpc.Reliable}.story,
		},
		{
			Name:     "UnreliableManyClients",
			Claim:    "What five clients read and write fits into one order, on links that lose messages.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 5, keys: 5, network: labrpc.Unreliable}.story,
		},
		{
			Name:     "UnreliableOneKey",
			Claim:    "What five clients do to a single key fits into one order, on links that lose messages.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 5, keys: 1, network: labrpc.Unreliable}.story,
		},
		{
			Name:     "PartitionsOneClient",
			Claim:    "What one client reads is what it wrote, on whichever side of a partition it is served.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 1, keys: 1, network: labrpc.Reliable, partitions: true}.story,
		},
		{
			Name:     "PartitionsManyClients",
			Claim:    "What five clients read and write fits into one order, while the cluster is partitioned again and again.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 5, keys: 5, network: labrpc.Reliable, partitions: true}.story,
		},
		{
			Name:     "CrashesOneClient",
			Claim:    "What one client wrote is there after all replicas have crashed.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 1, keys: 1, network: labrpc.Reliable, crashes: true}.story,
		},
		{
			Name:     "CrashesManyClients",
			Claim:    "What five clients wrote is there after all replicas have crashed, and was done once.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 5, keys: 5, network: labrpc.Reliable, crashes: true}.story,
		},
		{
			Name:     "UnreliableCrashes",
			Claim:    "What five clients wrote is there after all replicas have crashed, on links that lose messages.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 5, keys: 5, network: labrpc.Unreliable, crashes: true}.story,
		},
		{
			Name:     "CrashesAndPartitions",
			Claim:    "What five clients read and write fits into one order, through partitions and crashes of all replicas.",
			Paper:    lab,
			Replicas: 5,
			Story:    load{clients: 5, keys: 5, network: labrpc.Reliable, partitions: true, crashes: true}.story,
		},
		{
			Name:     "UnreliableCrashesAndPartitions",
			Claim:    "What fifteen clients do to a hundred keys fits into one order, through partitions and crashes of all replicas, on links that lose messages.",
			Paper:    lab,
			Replicas: 7,
			Story:    load{clients: 15, keys: 100, network: labrpc.Unreliable, partitions: true, crashes: true}.story,
		},
		{
			Name:          "Snapshots",
			Claim:         "What five clients read and write fits into one order, while replicas that were cut off are sent snapshots.",
			Paper:         labs,
			Replicas:      5,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         load{clients: 5, keys: 5, network: labrpc.Reliable, partitions: true}.story,
		},
		{
			Name:          "SnapshotsCrashes",
			Claim:         "What five clients wrote is there after all replicas have crashed, from snapshots and the logs behind them.",
			Paper:         labs,
			Replicas:      5,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         load{clients: 5, keys: 5, network: labrpc.Reliable, crashes: true}.story,
		},
		{
			Name:          "SnapshotsUnreliable",
			Claim:         "What five clients do to a single key fits into one order, while logs are compacted and links lose messages.",
			Paper:         labs,
			Replicas:      5,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         load{clients: 5, keys: 1, network: labrpc.Unreliable}.story,
		},
		{
			Name:          "Everything",
			Claim:         "What fifteen clients do to a hundred keys fits into one order, through partitions, crashes of all replicas and snapshots, on links that lose messages.",
			Paper:         labs,
			Replicas:      7,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         load{clients: 15, keys: 100, network: labrpc.Unreliable, partitions: true, crashes: true}.story,
		},
		{
			Name:     "Minority",
			Claim:    "A minority answers no client, and does so once the partition is over.",
			Paper:    lab,
			Replicas: 5,
			Story:    minority,
		},
		{
			Name:     "LostReply",
			Claim:    "A client that asks the same leader again is answered as the first time, and what it asks for is done once.",
			Paper:    thesis,
			Replicas: 3,
			Story:    lostReply,
		},
		{
			Name:     "NextLeader",
			Claim:    "What a client asks for is done once if its leader is cut off before it answers and the client asks the next one.",
			Paper:    thesis,
			Replicas: 3,
			Story:    func(c *world.Cluster) { nextLeader(c, world.Away) },
		},
		{
			Name:     "NextLeaderCrash",
			Claim:    "What a client asks for is done once if its leader crashes before it answers and the client asks the next one.",
			Paper:    thesis,
			Replicas: 3,
			Story:    func(c *world.Cluster) { nextLeader(c, world.Down) },
		},
		{
			Name:     "Overwritten",
			Claim:    "A client whose command lost its index to another one is not answered in that one's stead.",
			Paper:    "§5.3, §8",
			Replicas: 3,
			Story:    overwritten,
		},
		{
			Name:          "RetryAfterInstall",
			Claim:         "A leader that knows an operation from a snapshot it was sent does not do it again.",
			Paper:         "§7, §8; thesis §6.3",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         retryAfterInstall,
		},
		{
			Name:          "RetryAfterRestart",
			Claim:         "Replicas that know an operation from the snapshots they restarted with do not do it again.",
			Paper:         "§7, §8; thesis §6.3",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         retryAfterRestart,
		},
		{
			Name:          "Impatient",
			Claim:         "What clients ask for again and again is done once, while leaders come and go and logs are compacted.",
			Paper:         "§7, §8; thesis §6.3",
			Replicas:      5,
			Needs:         snapshots,
			SnapshotEvery: interval,
			Story:         impatient,
		},
	},
}
