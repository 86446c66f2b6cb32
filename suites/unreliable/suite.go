package unreliable

import (
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "unreliable",
	About: "Networks that lose, delay, double and reorder messages, and replicas that come and go.",
	Scenarios: []harness.Scenario{
		{
			Name:     "UnreliableAgree",
			Claim:    "On links that lose a tenth of all messages every command is committed, five at a time.",
			Paper:    "§5.3",
			Replicas: 5,
			Story:    unreliableAgree,
		},
		{
			Name:     "Figure8Unreliable",
			Claim:    "However often leaders are cut off with entries that few others have, and however late messages come, no two replicas apply different commands.",
			Paper:    "§5.4.2, Figure 8",
			Replicas: 5,
			Story:    figure8,
		},
		{
			Name:     "ReliableChurn",
			Claim:    "What a client saw committed stays, while replicas are disconnected, crash and come back.",
			Paper:    "§5.4",
			Replicas: 5,
			Story:    func(c *world.Cluster) { churn(c, labrpc.Reliable) },
		},
		{
			Name:     "UnreliableChurn",
			Claim:    "What a client saw committed stays, while replicas are disconnected, crash and come back on links that lose messages.",
			Paper:    "§5.4",
			Replicas: 5,
			Story:    func(c *world.Cluster) { churn(c, labrpc.Unreliable) },
		},
		{
			Name:     "Pause",
			Claim:    "A leader that stands still for seconds and goes on in its own mind undoes nothing that was committed meanwhile.",
			Paper:    "§5.1, §5.4",
			Replicas: 5,
			Story:    pause,
		},
		{
			Name:     "Swizzle",
			Claim:    "Links that are clogged one by one and unclogged in another order undo nothing that was committed.",
			Paper:    "§5.3, §5.4",
			Replicas: 5,
			Story:    swizzle,
		},
		{
			Name:     "KilledBusy",
			Claim:    "Replicas that are killed amid whatever they are doing stop, and lose nothing that was committed.",
			Paper:    "§5.4; raftiface, Kill",
			Replicas: 5,
			Story:    killedBusy,
		},
	},
}
