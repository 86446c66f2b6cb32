package hashicorpraft

import (
	"slices"

	"github.com/raftcheck/raftcheck/raftiface"
)

// takesNothing is what failures of liveness tell of a follower that rejects all a leader
// sends, snapshots or entries.
const takesNothing = `^since replica \d last took entries of replica \d it has refused them \d+ times, and was sent \d+ snapshots$`

// standsNot is what they tell of a replica that never is a candidate.
const standsNot = `^replica \d has (never asked for a vote|asked for no vote since )`

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
	officeOfALaterTerm = raftiface.KnownIssue{
		Reason:  "a candidate that a heartbeat takes to a later term, beside its main goroutine, goes on counting votes and leads that term",
		Address: "https://github.com/hashicorp/raft/issues/695",
		Rare:    true,
	}
	rejectsBehindSnapshot = raftiface.KnownIssue{
		Facts:   takesNothing,
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
		Facts:   takesNothing,
		Reason:  "a follower that installs a snapshot keeps its entries behind it, in conflict as they are, and rejects what follows",
		Address: "https://github.com/hashicorp/raft/issues/697",
	}
	obeysLate = raftiface.KnownIssue{
		Reason:  "a request to begin an election has no term: one that comes late is obeyed in any role, by the leader of a later term too",
		Address: "https://github.com/hashicorp/raft/blob/v1.8.0/raft.go#L2232",
	}
	countsEarlierAnswers = raftiface.KnownIssue{
		Reason:  "VerifyLeader counts answers that followers gave before it was called, to requests that were under way: a leader that was replaced confirms that it leads",
		Address: "https://github.com/hashicorp/raft/blob/v1.8.0/replication.go#L100",
	}
	rejectsUnknownCandidates = raftiface.KnownIssue{
		Reason:  "a replica gives no vote to a candidate that its configuration does not have, so one that missed who has joined keeps a majority from electing anybody",
		Address: "https://github.com/hashicorp/raft/pull/526",
	}
	removedStandsNot = raftiface.KnownIssue{
		Facts:   standsNot,
		Reason:  "a leader that is deposed before its own removal is committed does not stand for election, so nobody is elected where its log is the longest",
		Address: "https://github.com/hashicorp/raft/blob/v1.8.0/raft.go#L243",
	}
	speaksForItsSuccessor = raftiface.KnownIssue{
		Reason:  "a leader that was deposed goes on sending its log to a follower in its old term, when its successor's entries are in it, and the follower takes them without the later term",
		Address: "https://github.com/hashicorp/raft/blob/v1.8.0/replication.go#L570",
		Rare:    true,
	}
	handsOverForEver = raftiface.KnownIssue{
		Reason:  "a transfer waits for the goroutine that replicates to the successor, which may have ended: then the transfer never ends, and the replica takes no command whenever it leads",
		Address: "https://github.com/hashicorp/raft/blob/v1.8.0/raft.go#L1003",
		Rare:    true,
	}
)

// known are the scenarios that the library fails, by either variant, and how.
// Those that are a matter of timing are rare.
var known = slices.Concat(
	shownBy(stepsBack, "Efficiency", "agreement/LongDivergence"),
	shownBy(termGoesBack, "Term Monotonicity", slow...),
	shownBy(termGoesBack, "Keeps Entries", slow...),
	shownBy(termGoesBack, "No Older Term", slow...),
	shownBy(officeOfALaterTerm, "One Leader", "chaos/Swarm"),
	shownBy(officeOfALaterTerm, "Office Won", "chaos/Swarm"),
	shownBy(installsAnOlderOne, "Snapshot Monotonicity", "snapshot/LateInstall", "snapshot/InstallUnreliable", "snapshot/InstallUnreliableCrash",
		"snapshot/MeetsOffice", "service/SnapshotsUnreliable", "service/Everything", "service/Impatient", "chaos/Swarm"),
	shownBy(obeysLate, "Progress", "transfer/LateRequest"),
	shownBy(handsOverForEver, "Progress", "transfer/Lagging", "transfer/BehindSnapshot"),
	shownBy(handsOverForEver, "Kill", "transfer/Storm", "reads/TransferStorm"),
	shownBy(countsEarlierAnswers, "Linearizability", "reads/LateAnswers", "reads/Handover", "reads/LateHandover"),
	shownBy(rejectsUnknownCandidates, "Election Liveness", "membership/CandidateUnknown"),
	shownBy(removedStandsNot, "Election Liveness", "membership/LeaderIsNeeded"),
	shownBy(removedStandsNot, "Commit Liveness", "membership/RemovedUnheard"),
	shownBy(rarely(removedStandsNot), "Commit Liveness", "chaos/Swarm"),
	shownBy(speaksForItsSuccessor, "Term Update", "transfer/Storm"),
	shownBy(keepsConflict, "Catch-Up Liveness", "snapshot/ConflictAtSnapshot"),
	// One follower of three is left behind, or two.
	shownBy(rejectsBehindSnapshot, "Catch-Up Liveness", rejecting...),
	shownBy(rejectsBehindSnapshot, "Commit Liveness", rejecting...),
)

var slow = []string{"persistence/SlowElections", "persistence/SlowStorage", "chaos/Swarm"}

var rejecting = []string{
	"snapshot/InstallUnreliable", "snapshot/InstallUnreliableCrash", "snapshot/CrashAfterInstall", "snapshot/AppendsAfterInstall",
	"snapshot/InstallAfterBurst", "snapshot/TermChange", "snapshot/MeetsOffice", "persistence/EverySnapshotSave", "service/Impatient", "service/SnapshotsUnreliable",
	"service/Everything", "membership/RememberedOverRestart", "chaos/Swarm",
}

// shownBy returns an issue as scenarios show it.
func shownBy(issue raftiface.KnownIssue, property string, scenarios ...string) (all []raftiface.KnownIssue) {
	for _, scenario := range scenarios {
		issue.Property, issue.Scenario = property, scenario
		all = append(all, issue)
	}
	return all
}

// rarely is for scenarios in which not every seed shows an issue.
func rarely(issue raftiface.KnownIssue) raftiface.KnownIssue {
	issue.Rare = true
	return issue
}
