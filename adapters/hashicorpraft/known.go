package hashicorpraft

import "github.com/raftcheck/raftcheck/raftiface"

// What the library does wrong, and where that is reported.
var (
	stepsBack = raftiface.KnownIssue{
		Reason:  "the leader steps back one entry for each rejection when the follower's log is as long as its own",
		Address: "https://github.com/hashicorp/raft/blob/v1.8.0/replication.go#L256",
	}
	termGoesBack = raftiface.KnownIssue{
		Reason:  "the term goes back: the heartbeat handler and the main goroutine save it at the same time",
		Address: "https://github.com/hashicorp/raft/issues/695",
		Rare:    true,
	}
	rejectsBehindSnapshot = raftiface.KnownIssue{
		Reason:  "a follower rejects entries that follow its own snapshot, so the leader sends its snapshot, again and again or an older one",
		Address: "https://github.com/hashicorp/raft/issues/86",
		Rare:    true,
	}
	installsAnOlderOne = raftiface.KnownIssue{
		Reason:  "a follower installs any snapshot of the current term, also one that is older than what it has applied",
		Address: "https://github.com/hashicorp/raft/blob/v1.8.0/raft.go#L1837",
		Rare:    true,
	}
	keepsConflict = raftiface.KnownIssue{
		Reason:  "a follower that installs a snapshot keeps its entries behind it, in conflict as they are, and rejects what follows",
		Address: "https://github.com/hashicorp/raft/issues/697",
	}
)

// known are the scenarios that the library fails, by either variant, and how.
// Those that are a matter of timing are rare.
var known = []raftiface.KnownIssue{
	as(stepsBack, "agreement/LongDivergence", "Efficiency"),
	as(termGoesBack, "persistence/SlowElections", "Term Monotonicity"),
	as(termGoesBack, "persistence/SlowStorage", "Term Monotonicity"),
	as(installsAnOlderOne, "snapshot/LateInstall", "Snapshot Monotonicity"),
	as(keepsConflict, "snapshot/ConflictAtSnapshot", "Catch-Up Liveness"),
	as(rejectsBehindSnapshot, "snapshot/InstallUnreliable", "Catch-Up Liveness"),
	as(installsAnOlderOne, "snapshot/InstallUnreliable", "Snapshot Monotonicity"),
	as(rejectsBehindSnapshot, "snapshot/InstallUnreliableCrash", "Catch-Up Liveness"),
	as(installsAnOlderOne, "snapshot/InstallUnreliableCrash", "Snapshot Monotonicity"),
	as(rejectsBehindSnapshot, "snapshot/CrashAfterInstall", "Catch-Up Liveness"),
	as(rejectsBehindSnapshot, "snapshot/AppendsAfterInstall", "Catch-Up Liveness"),
	as(rejectsBehindSnapshot, "snapshot/InstallAfterBurst", "Catch-Up Liveness"),
	as(rejectsBehindSnapshot, "service/Impatient", "Catch-Up Liveness"),
	as(installsAnOlderOne, "service/SnapshotsUnreliable", "Snapshot Monotonicity"),
	as(installsAnOlderOne, "service/Everything", "Snapshot Monotonicity"),
	as(termGoesBack, "chaos/Swarm", "Term Monotonicity"),
	as(installsAnOlderOne, "chaos/Swarm", "Snapshot Monotonicity"),
	as(rejectsBehindSnapshot, "chaos/Swarm", "Catch-Up Liveness"),
}

// as returns an issue as a scenario shows it.
func as(issue raftiface.KnownIssue, scenario, property string) raftiface.KnownIssue {
	issue.Scenario, issue.Property = scenario, property
	return issue
}
