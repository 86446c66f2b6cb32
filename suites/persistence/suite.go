package persistence

import "github.com/raftcheck/raftcheck/suites/harness"

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
	},
}
