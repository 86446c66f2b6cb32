package reads

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// What scenarios need that are about reads beside the log.
var (
	needed    = raftiface.Features{ReadIndex: true}
	transfers = raftiface.Features{ReadIndex: true, LeaderTransfer: true}
	snapshots = raftiface.Features{ReadIndex: true, Snapshots: true}
)

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "reads",
	About: "No replica answers a read from a state that newer writes have left behind.",
	Scenarios: []harness.Scenario{
		{
			Name:     "OldSide",
			Claim:    "A deposed leader that has not heard of it answers no read with an old value while the other side writes.",
			Paper:    "§8",
			Replicas: 5,
			Story:    oldSide,
		},
		{
			Name:     "PausedLeader",
			Claim:    "A leader that stood still while another one was elected answers no read with an old value.",
			Paper:    "§8, thesis §6.4.1",
			Replicas: 3,
			Story:    pausedLeader,
		},
		{
			Name:     "AfterElection",
			Claim:    "A new leader answers no read before it knows all that its predecessor had acknowledged.",
			Paper:    "§8",
			Replicas: 3,
			Story:    afterElection,
		},
		{
			Name:     "SlowFollower",
			Claim:    "A follower that has heard, or applied, less than what is committed answers no read with an old value.",
			Paper:    "thesis §6.4",
			Replicas: 3,
			Story:    slowFollower,
		},
		{
			Name:     "LateAnswers",
			Claim:    "A leader that was replaced answers no read with an old value because of what others answered before they voted.",
			Paper:    "§8, thesis §6.4",
			Replicas: 3,
			Needs:    raftiface.Features{LeaderTransfer: true},
			Story:    lateAnswers,
		},
		{
			Name:     "AloneAfterCrash",
			Claim:    "The only replica of a cluster answers no read, after a crash, before it knows again what it had acknowledged.",
			Paper:    "§8",
			Replicas: 1,
			Story:    aloneAfterCrash,
		},
		{
			Name:     "FirstCommit",
			Claim:    "A new leader that has committed nothing of its own term answers no read, however long it takes to commit that.",
			Paper:    "§8, thesis §6.4",
			Replicas: 3,
			Needs:    needed,
			Story:    firstCommit,
		},
		{
			Name:     "EarlierAnswers",
			Claim:    "Answers to what a leader asked before a read do not tell that it led when it was read from.",
			Paper:    "thesis §6.4",
			Replicas: 3,
			Needs:    needed,
			Story:    earlierAnswers,
		},
		{
			Name:     "AnswersAfterPause",
			Claim:    "A leader that stood still takes no answers that were on their way meanwhile for a confirmation.",
			Paper:    "thesis §6.4",
			Replicas: 3,
			Needs:    needed,
			Story:    answersAfterPause,
		},
		{
			Name:     "OneWay",
			Claim:    "A leader that can be heard but hears nobody, or hears but is not heard, answers no read with an old value.",
			Paper:    "§8",
			Replicas: 5,
			Needs:    needed,
			Story:    oneWay,
		},
		{
			Name:     "QuorumGone",
			Claim:    "A leader that loses its quorum while it is asked ends those reads in bounded time, and reads are answered when there is a quorum again.",
			Paper:    "thesis §6.4",
			Replicas: 5,
			Needs:    needed,
			Story:    quorumGone,
		},
		{
			Name:     "Handover",
			Claim:    "A leader that hands over answers no read with an old value, be it by a lease that it had.",
			Paper:    "thesis §6.4.1, §3.10",
			Replicas: 3,
			Needs:    transfers,
			Story:    handover,
		},
		{
			Name:     "LateHandover",
			Claim:    "A leader that has given up to hand over answers no read with an old value if its successor hears of that late and is elected.",
			Paper:    "thesis §6.4.1, §3.10",
			Replicas: 3,
			Needs:    transfers,
			Story:    lateHandover,
		},
		{
			Name:     "ForgetfulVoters",
			Claim:    "A leader whose voters start again, and no longer know that they heard it, answers no read with an old value.",
			Paper:    "thesis §6.4.1, §4.2.3",
			Replicas: 3,
			Needs:    needed,
			Story:    forgetfulVoters,
		},
		{
			Name:     "ServiceBehind",
			Claim:    "A leader whose service is behind answers no read before the service has applied all that was committed.",
			Paper:    "thesis §6.4",
			Replicas: 3,
			Needs:    needed,
			Story:    serviceBehind,
		},
		{
			Name:          "BehindSnapshot",
			Claim:         "A replica that is brought up to date by a snapshot answers no read with an old value.",
			Paper:         "thesis §6.4, §7",
			Replicas:      3,
			Needs:         snapshots,
			SnapshotEvery: 4,
			Story:         behindSnapshot,
		},
		{
			Name:     "Idle",
			Claim:    "A leader on a network without faults answers reads, though no command has been given since its election.",
			Paper:    "§8, thesis §6.4",
			Replicas: 3,
			Needs:    needed,
			Story:    idle,
		},
		{
			Name:     "Steady",
			Claim:    "Reads that a leader is asked for all the time keep no replica from catching up.",
			Paper:    "thesis §6.4, §5.3",
			Replicas: 3,
			Needs:    needed,
			Story:    steady,
		},
		{
			Name:     "ManyAtOnce",
			Claim:    "A leader on a network without faults answers many reads that come at once.",
			Paper:    "thesis §6.4",
			Replicas: 5,
			Needs:    needed,
			Story:    manyAtOnce,
		},
		{
			Name:     "Storm",
			Claim:    "Whoever is cut off, crashes or stands still, no replica answers a read with an old value.",
			Paper:    "§8",
			Replicas: 5,
			Needs:    needed,
			Story:    storm,
		},
		{
			Name:     "TransferStorm",
			Claim:    "Whoever is asked to hand over to whom meanwhile, no replica answers a read with an old value.",
			Paper:    "§8, thesis §3.10",
			Replicas: 5,
			Needs:    transfers,
			Story:    transferStorm,
		},
	},
}
