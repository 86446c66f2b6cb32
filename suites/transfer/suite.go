package transfer

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// needed is what all scenarios need.
var needed = raftiface.Features{LeaderTransfer: true}

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "transfer",
	About: "A leader hands over to the replica it is asked for, or goes on, and no command is lost.",
	Scenarios: []harness.Scenario{
		{
			Name:     "Around",
			Claim:    "A replica that a leader is asked to hand over to leads soon, on a network without faults; what the leader has taken is committed.",
			Paper:    "thesis §3.10",
			Replicas: 3,
			Needs:    needed,
			Story:    around,
		},
		{
			Name:     "Refused",
			Claim:    "A replica that does not lead hands nothing over, and a leader not to itself nor to nobody; nothing comes of asking.",
			Paper:    "thesis §3.10",
			Replicas: 3,
			Needs:    needed,
			Story:    refused,
		},
		{
			Name:     "Lagging",
			Claim:    "A replica that lacks entries leads once it has caught up.",
			Paper:    "thesis §3.10",
			Replicas: 3,
			Needs:    needed,
			Story:    lagging,
		},
		{
			Name:          "BehindSnapshot",
			Claim:         "A replica that lacks entries that the leader has dropped leads once it has caught up.",
			Paper:         "thesis §3.10, §7",
			Replicas:      3,
			Needs:         raftiface.Features{LeaderTransfer: true, Snapshots: true},
			SnapshotEvery: 4,
			Story:         lagging,
		},
		{
			Name:     "SuccessorGone",
			Claim:    "A leader whose successor is down or cut off refuses a second transfer while the first is on, then goes on in its term, and hands over to another one if asked again.",
			Paper:    "thesis §3.10",
			Replicas: 3,
			Needs:    needed,
			Story:    successorGone,
		},
		{
			Name:     "LateRequest",
			Claim:    "A request to begin an election that comes when its term is over begins none.",
			Paper:    "thesis §3.10, §5.1",
			Replicas: 3,
			Needs:    raftiface.Features{LeaderTransfer: true, PreVote: true},
			Story:    lateRequest,
		},
		{
			Name:     "Storm",
			Claim:    "Whoever is asked to hand over to whom, and whoever is cut off or crashes meanwhile, clients see one copy of the data.",
			Paper:    "thesis §3.10, §3",
			Replicas: 5,
			Needs:    needed,
			Story:    storm,
		},
	},
}
