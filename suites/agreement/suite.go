package agreement

import "github.com/raftcheck/raftcheck/suites/harness"

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "agreement",
	About: "A quorum agrees on one log, whatever parted the logs before.",
	Scenarios: []harness.Scenario{
		{
			Name:     "BasicAgree",
			Claim:    "Nothing is applied before it is started, and what is started is applied on all replicas, in order.",
			Paper:    "§5.3",
			Replicas: 3,
			Story:    basicAgree,
		},
		{
			Name:     "RPCBytes",
			Claim:    "Each command crosses each link about once.",
			Paper:    "§5.3",
			Replicas: 3,
			Story:    rpcBytes,
		},
		{
			Name:     "FollowerFailure",
			Claim:    "Two of three replicas commit; a leader alone commits nothing.",
			Paper:    "§5.3",
			Replicas: 3,
			Story:    followerFailure,
		},
		{
			Name:     "LeaderFailure",
			Claim:    "Without one leader the others commit; without two leaders nobody does, whatever replica is asked.",
			Paper:    "§5.3",
			Replicas: 3,
			Story:    leaderFailure,
		},
		{
			Name:     "FailAgree",
			Claim:    "A follower that was away during commits catches up and takes part again.",
			Paper:    "§5.3",
			Replicas: 3,
			Story:    failAgree,
		},
		{
			Name:     "FailNoAgree",
			Claim:    "Nothing commits while three of five followers are away; once they are back, all agree.",
			Paper:    "§5.3",
			Replicas: 5,
			Story:    failNoAgree,
		},
		{
			Name:     "ConcurrentStarts",
			Claim:    "Commands started together in one term all commit, each once and at an index of its own.",
			Paper:    "§5.3",
			Replicas: 3,
			Story:    concurrentStarts,
		},
		{
			Name:     "Rejoin",
			Claim:    "What a partitioned leader took and could not commit is replaced when it rejoins.",
			Paper:    "§5.3",
			Replicas: 3,
			Story:    rejoin,
		},
		{
			Name:     "Backup",
			Claim:    "Logs that parted by fifty entries, twice, are soon one again.",
			Paper:    "§5.3",
			Replicas: 5,
			Story:    backup,
		},
		{
			Name:     "Count",
			Claim:    "An election, ten commands and an idle second cost no more messages than they need.",
			Paper:    "§5.2, §5.3",
			Replicas: 3,
			Story:    count,
		},
	},
}
