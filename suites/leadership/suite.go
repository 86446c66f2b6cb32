package leadership

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "leadership",
	About: "Who cannot win raises no term, and who cannot commit leads no longer.",
	Scenarios: []harness.Scenario{
		{
			Name:     "CutOff",
			Claim:    "Replicas without a quorum raise no term, alone or in company; the leader of the others stays, also when the cut-off come back.",
			Paper:    "thesis §9.6, §6.2",
			Replicas: 5,
			Needs:    raftiface.Features{PreVote: true, CheckQuorum: true},
			Story:    cutOff,
		},
		{
			Name:     "LongerLogOfOlderTerm",
			Claim:    "Of a replica with a longer log and one in a later term, which refuse each other, the one with the log wins in the end.",
			Paper:    "thesis §9.6",
			Replicas: 3,
			Needs:    raftiface.Features{PreVote: true},
			Story:    longerLogOfOlderTerm,
		},
		{
			Name:     "LatePreVotes",
			Claim:    "Answers to a pre-vote that arrive when the one who asked leads disturb nobody.",
			Paper:    "thesis §9.6",
			Replicas: 5,
			Needs:    raftiface.Features{PreVote: true},
			Story:    latePreVotes,
		},
		{
			Name:     "AllAtOnce",
			Claim:    "When all ask for pre-votes at one time one of them is elected soon, and stays.",
			Paper:    "thesis §9.6, §5.2",
			Replicas: 5,
			Needs:    raftiface.Features{PreVote: true},
			Story:    allAtOnce,
		},
		{
			Name:     "VoteOfTheTerm",
			Claim:    "Neither to ask for pre-votes, nor to be asked, nor to resign frees the vote of the term.",
			Paper:    "thesis §9.6, §6.2, §5.2",
			Replicas: 5,
			Needs:    raftiface.Features{PreVote: true, CheckQuorum: true},
			Story:    voteOfTheTerm,
		},
		{
			Name:     "DeafLeader",
			Claim:    "A leader that is heard by all, and hears a minority, resigns; another one is elected.",
			Paper:    "thesis §6.2",
			Replicas: 5,
			Needs:    raftiface.Features{CheckQuorum: true},
			Story:    deafLeader,
		},
		{
			Name:     "Bridge",
			Claim:    "A leader that reaches one replica resigns, and that one, which was loyal, helps the others to elect another one.",
			Paper:    "thesis §6.2",
			Replicas: 4,
			Needs:    raftiface.Features{CheckQuorum: true},
			Story:    bridge,
		},
		{
			Name:          "Busy",
			Claim:         "A leader stays whose quorum are followers that are busy with its snapshot and what comes behind it.",
			Paper:         "thesis §6.2, §7",
			Replicas:      5,
			Needs:         raftiface.Features{PreVote: true, CheckQuorum: true, Snapshots: true},
			SnapshotEvery: 20,
			Story:         busy,
		},
		{
			Name:     "StuckCandidate",
			Claim:    "A replica that began an election nobody heard of follows again, though its term is later than the leader's.",
			Paper:    "thesis §9.6, §6.2",
			Replicas: 3,
			Needs:    raftiface.Features{PreVote: true, CheckQuorum: true},
			Story:    stuckCandidate,
		},
	},
}
