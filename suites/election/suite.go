package election

import (
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:  "election",
	About: "One leader in a term, soon, and never one that lacks committed entries.",
	Scenarios: []harness.Scenario{
		{
			Name:          "InitialElection",
			Claim:         "A cluster without faults elects one leader soon, agrees on its term, and keeps it.",
			Paper:         "§5.2",
			Replicas:      3,
			ElectionsOnly: true,
			Story:         initialElection,
		},
		{
			Name:          "ReElection",
			Claim:         "When the leader is cut off another one takes over; without a quorum nobody does; a leader of an older term that comes back follows.",
			Paper:         "§5.2",
			Replicas:      3,
			ElectionsOnly: true,
			Story:         reElection,
		},
		{
			Name:          "ManyElections",
			Claim:         "Whichever three of seven replicas are away, the others have one leader.",
			Paper:         "§5.2",
			Replicas:      7,
			ElectionsOnly: true,
			Story:         manyElections,
		},
		{
			Name:     "VoteSurvivesCrash",
			Claim:    "A replica that votes, crashes and comes back does not vote for another candidate in that term.",
			Paper:    "§5.2, Figure 2",
			Replicas: 3,
			Story:    voteSurvivesCrash,
		},
		{
			Name:     "Rivals",
			Claim:    "Two candidates of one term do not elect each other.",
			Paper:    "§5.2",
			Replicas: 3,
			Story:    rivals,
		},
		{
			Name:     "LateVoteRequests",
			Claim:    "Requests for votes that arrive when another candidate has been elected in their term elect nobody.",
			Paper:    "§5.2",
			Replicas: 3,
			Story:    lateVoteRequests,
		},
		{
			Name:     "VotesOfEarlierTerms",
			Claim:    "A vote that arrives when its candidate has gone on to a later term does not count there.",
			Paper:    "§5.2",
			Replicas: 3,
			Story:    votesOfEarlierTerms,
		},
		{
			Name:     "VotesMeetLaterTerm",
			Claim:    "A candidate that hears of a later term as it is elected does not lead in that one.",
			Paper:    "§5.1, §5.2",
			Replicas: 3,
			Story:    votesMeetLaterTerm,
		},
		{
			Name:          "LateVoteReplies",
			Claim:         "A minority elects nobody, however late and often its votes arrive.",
			Paper:         "§5.2",
			Replicas:      5,
			ElectionsOnly: true,
			Story:         lateVoteReplies,
		},
		{
			Name:     "EvenSplit",
			Claim:    "Half of an even cluster is no quorum: it elects nobody and commits nothing.",
			Paper:    "§5.2",
			Replicas: 4,
			Story:    evenSplit,
		},
		{
			Name:          "FirstVoteReplyLost",
			Claim:         "A candidate whose vote was lost on the way is voted for when it asks again.",
			Paper:         "§5.2, §5.5",
			Replicas:      3,
			ElectionsOnly: true,
			Story:         firstVoteReplyLost,
		},
		{
			Name:     "LaggingReplica",
			Claim:    "A replica that lacks committed entries does not win, however early and often it asks.",
			Paper:    "§5.4.1",
			Replicas: 3,
			Story:    laggingReplica,
		},
		{
			Name:     "LongerOlderLog",
			Claim:    "A log that is longer but ends in an older term does not win against one with committed entries of a newer term.",
			Paper:    "§5.4.1",
			Replicas: 5,
			Story:    longerOlderLog,
		},
		{
			Name:     "DeafLeader",
			Claim:    "A leader that sends but does not hear commits nothing, and the cluster goes on when it hears again.",
			Paper:    "§5.2, §5.3",
			Replicas: 3,
			Story:    deafLeader,
		},
		{
			Name:     "MuteLeader",
			Claim:    "A leader that hears but cannot send is replaced, and follows.",
			Paper:    "§5.1, §5.2",
			Replicas: 3,
			Story:    muteLeader,
		},
		{
			Name:     "Bridge",
			Claim:    "A leader that reaches one replica only is replaced by those that all reach that one, and learns of it from that one.",
			Paper:    "§5.1, §5.2",
			Replicas: 4,
			Story:    bridge,
		},
		{
			Name:          "VotesOfTwoTerms",
			Claim:         "Votes that a candidate was given in different terms do not add up.",
			Paper:         "§5.2",
			Replicas:      5,
			ElectionsOnly: true,
			Story:         votesOfTwoTerms,
		},
		{
			Name:     "StaleHeartbeats",
			Claim:    "What a deposed leader sends keeps nobody from electing another one.",
			Paper:    "§5.1, §5.2",
			Replicas: 5,
			Story:    staleHeartbeats,
		},
		{
			Name:     "IsolatedReplicaReturns",
			Claim:    "A replica that comes back from isolation does not depose a leader that has a quorum; a leader without a quorum resigns.",
			Paper:    "thesis §9.6, §6.2",
			Replicas: 3,
			Needs:    raftiface.Features{PreVote: true, CheckQuorum: true},
			Story:    isolatedReplicaReturns,
		},
	},
}
