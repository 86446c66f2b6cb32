package election

import "github.com/raftcheck/raftcheck/suites/harness"

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "election",
	About: "One leader in a term, soon, and never one that lacks committed entries.",
	Scenarios: []harness.Scenario{
		{
			Name:     "InitialElection",
			Claim:    "A cluster without faults elects one leader soon, agrees on its term, and keeps it.",
			Paper:    "§5.2",
			Replicas: 3,
			Story:    initialElection,
		},
		{
			Name:     "ReElection",
			Claim:    "When the leader is cut off another one takes over; without a quorum nobody does; a leader of an older term that comes back follows.",
			Paper:    "§5.2",
			Replicas: 3,
			Story:    reElection,
		},
		{
			Name:     "ManyElections",
			Claim:    "Whichever three of seven replicas are away, the others have one leader.",
			Paper:    "§5.2",
			Replicas: 7,
			Story:    manyElections,
		},
	},
}
