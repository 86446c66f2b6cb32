package hashicorpraft

import "github.com/raftcheck/raftcheck/raftiface"

// known are the scenarios that the library fails, by either variant. Those that
// are a matter of timing are rare.
var known = []raftiface.KnownIssue{
	{
		Scenario: "agreement/LongDivergence",
		Reason:   "the leader steps back one entry for each rejection when the follower's log is as long as its own",
		Address:  "https://github.com/hashicorp/raft/blob/v1.8.0/replication.go#L256",
	},
	{
		Scenario: "persistence/SlowElections",
		Reason:   "the term goes back: the heartbeat handler and the main goroutine save it at the same time",
		Address:  "https://github.com/hashicorp/raft/issues/695",
		Rare:     true,
	},
	{
		Scenario: "persistence/SlowStorage",
		Reason:   "the term goes back: the heartbeat handler and the main goroutine save it at the same time",
		Address:  "https://github.com/hashicorp/raft/issues/695",
		Rare:     true,
	},
	{
		Scenario: "snapshot/InstallUnreliable",
		Reason:   "a follower rejects entries that follow its own snapshot, so the leader sends its snapshot, again and again or an older one",
		Address:  "https://github.com/hashicorp/raft/issues/86",
		Rare:     true,
	},
	{
		Scenario: "snapshot/InstallUnreliableCrash",
		Reason:   "a follower rejects entries that follow its own snapshot, so the leader sends its snapshot, again and again or an older one",
		Address:  "https://github.com/hashicorp/raft/issues/86",
		Rare:     true,
	},
	{
		Scenario: "snapshot/CrashAfterInstall",
		Reason:   "a follower rejects entries that follow its own snapshot, so the leader sends its snapshot, again and again or an older one",
		Address:  "https://github.com/hashicorp/raft/issues/86",
		Rare:     true,
	},
	{
		Scenario: "snapshot/AppendsAfterInstall",
		Reason:   "a follower rejects entries that follow its own snapshot, so the leader sends its snapshot, again and again or an older one",
		Address:  "https://github.com/hashicorp/raft/issues/86",
		Rare:     true,
	},
	{
		Scenario: "snapshot/InstallAfterBurst",
		Reason:   "a follower rejects entries that follow its own snapshot, so the leader sends its snapshot, again and again or an older one",
		Address:  "https://github.com/hashicorp/raft/issues/86",
		Rare:     true,
	},
	{
		Scenario: "snapshot/LateInstall",
		Reason:   "a follower installs any snapshot of the current term, also one that is older than what it has applied",
		Address:  "https://github.com/hashicorp/raft/blob/v1.8.0/raft.go#L1837",
		Rare:     true,
	},
	{
		Scenario: "snapshot/ConflictAtSnapshot",
		Reason:   "a follower that installs a snapshot keeps its entries behind it, in conflict as they are, and rejects what follows",
		Address:  "https://github.com/hashicorp/raft/issues/697",
	},
	{
		Scenario: "service/SnapshotsUnreliable",
		Reason:   "a follower installs any snapshot of the current term, also one that is older than what it has applied",
		Address:  "https://github.com/hashicorp/raft/blob/v1.8.0/raft.go#L1837",
		Rare:     true,
	},
	{
		Scenario: "service/Everything",
		Reason:   "a follower installs any snapshot of the current term, also one that is older than what it has applied",
		Address:  "https://github.com/hashicorp/raft/blob/v1.8.0/raft.go#L1837",
		Rare:     true,
	},
	{
		Scenario: "service/Impatient",
		Reason:   "a follower rejects entries that follow its own snapshot, so the leader sends its snapshot, again and again or an older one",
		Address:  "https://github.com/hashicorp/raft/issues/86",
		Rare:     true,
	},
	{
		Scenario: "chaos/Swarm",
		Reason:   "all of these may come together: the term goes back, and an old snapshot is installed",
		Address:  "https://github.com/hashicorp/raft/issues/695",
		Rare:     true,
	},
}
