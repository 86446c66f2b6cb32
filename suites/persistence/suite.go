package persistence

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// snapshotEvery is how many commands lie between two snapshots.
const snapshotEvery = 5

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "persistence",
	About: "Term, vote and log survive every crash.",
	Scenarios: []harness.Scenario{
		{
			Name:     "Persist1",
			Claim:    "The log survives a restart of all replicas, of the leader and of a follower.",
			Paper:    "§5.4, Figure 2",
			Replicas: 3,
			Story:    persist1,
		},
		{
			Name:     "Persist2",
			Claim:    "The log survives while majorities of five replicas take turns at being down.",
			Paper:    "§5.4, Figure 2",
			Replicas: 5,
			Story:    persist2,
		},
		{
			Name:     "Persist3",
			Claim:    "What leader and follower agreed on before both crashed survives, though the third replica was away.",
			Paper:    "§5.4, Figure 2",
			Replicas: 3,
			Story:    persist3,
		},
		{
			Name:     "Figure8",
			Claim:    "However soon leaders crash after they took a command, replicas never apply different ones.",
			Paper:    "§5.4.2, Figure 8",
			Replicas: 5,
			Story:    figure8,
		},
		{
			Name:     "SlowElections",
			Claim:    "Terms and votes stay right while leaders come and go and every save takes as long as an election.",
			Paper:    "§5.1, §5.2",
			Replicas: 3,
			Story:    slowElections,
		},
		{
			Name:     "EveryLogSave",
			Claim:    "Wherever at a save a leader or follower crashes, what was committed with its help survives.",
			Paper:    "§5.3, Figure 2",
			Replicas: 3,
			Story:    everyLogSave,
		},
		{
			Name:     "ReplacedTail",
			Claim:    "Entries that replaced a longer stale tail survive a crash.",
			Paper:    "§5.3, Figure 2",
			Replicas: 3,
			Story:    replacedTail,
		},
		{
			Name:          "ReplacedFirst",
			Claim:         "Entries that replaced all that a log had behind its snapshot survive a crash.",
			Paper:         "§5.3, §7, Figure 2",
			Replicas:      5,
			Needs:         raftiface.Features{Snapshots: true},
			SnapshotEvery: 1,
			Story:         replacedFirst,
		},
		{
			Name:     "EveryVoteSave",
			Claim:    "Wherever at a save a voter crashes, it does not vote for two candidates of one term.",
			Paper:    "§5.2, Figure 2",
			Replicas: 3,
			Story:    everyVoteSave,
		},
		{
			Name:          "EverySnapshotSave",
			Claim:         "Wherever at a save a replica crashes, its log goes on where its snapshot ends.",
			Paper:         "§7",
			Replicas:      3,
			Needs:         raftiface.Features{Snapshots: true},
			SnapshotEvery: snapshotEvery,
			Story:         everySnapshotSave,
		},
		{
			Name:     "HighTermAway",
			Claim:    "Terms survive restarts of all others, so that a replica that comes back with an old log does not win.",
			Paper:    "§5.1, §5.4.1",
			Replicas: 5,
			Story:    highTermAway,
		},
		{
			Name:     "SlowStorage",
			Claim:    "Replicas whose saves are slow change leaders without two in a term and without loss.",
			Paper:    "§5.1, §5.2",
			Replicas: 5,
			Story:    slowStorage,
		},
		{
			Name:     "RollingRestart",
			Claim:    "Replicas that are restarted one after the other under load lose nothing.",
			Paper:    "§5.4, Figure 2",
			Replicas: 3,
			Story:    rollingRestart,
		},
	},
}
