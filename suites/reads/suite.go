package reads

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
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
	},
}
