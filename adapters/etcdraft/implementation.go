package etcdraft

import (
	"slices"
	"time"

	"go.etcd.io/raft/v3"

	"github.com/raftcheck/raftcheck/raftiface"
)

// version is the library's, as in go.mod.
const version = "v3.7.0"

// The library counts time in ticks. Short ticks spread the election timeouts,
// from 300 to 590 ms, over thirty values.
const (
	tickEvery      = 10 * time.Millisecond
	electionTicks  = 30
	heartbeatTicks = 10
)

// timing is what follows from the ticks. An election takes one timeout, or a
// few if votes are split; eight of the longest fit into the bound.
var timing = raftiface.Timing{
	Election:  5 * time.Second,
	Heartbeat: heartbeatTicks * tickEvery,
}

// What failures of liveness tell of replicas that ignore another one, and of one that asks
// the members of a former configuration for votes.
const (
	ignored    = `has answered none of the latest \d+ messages of replica \d+, which are of an older term`
	asksFormer = `refused by .*, of whom .* no longer vote; the members are .*, and it has applied`
	// With pre-votes the same one asks for those, and for no vote.
	waitsForFormer = `has (never asked for a vote|asked for no vote since \S+); the members are .*, and it has applied`
)

// Implementation describes etcd's Raft as it is configured by default, without
// PreVote and CheckQuorum.
func Implementation() raftiface.Implementation {
	impl := describe("etcd-raft", variant{})
	unanswered := raftiface.KnownIssue{
		Scenario: "election/Bridge",
		Property: "Progress",
		Facts:    ignored,
		Reason: "A replica does not answer messages of an older term, unless CheckQuorum or PreVote is on. " +
			"So a leader never learns of a later term from replicas that only follow in it, and takes commands for ever.",
		Address: "https://github.com/etcd-io/etcd/pull/5468",
	}
	known := []raftiface.KnownIssue{unanswered}
	// Members that are cut off, or were removed unknowingly, raise the term.
	unanswered.Rare = true
	for _, shown := range []struct{ scenario, property, facts string }{
		{"chaos/Swarm", "Commit Liveness", ignored},
		{"chaos/Swarm", "Catch-Up Liveness", ignored},
		{"membership/CandidateUnknown", "Election Liveness", asksFormer},
		{"membership/ElectedByBoth", "Progress", ignored},
	} {
		unanswered.Scenario, unanswered.Property, unanswered.Facts = shown.scenario, shown.property, shown.facts
		known = append(known, unanswered)
	}
	impl.Known = slices.Concat(known, impl.Known)
	return impl
}

// stuck is what becomes of a cluster whose leader removes itself.
var stuck = raftiface.KnownIssue{
	Scenario: "chaos/Swarm",
	Property: "Commit Liveness",
	Facts:    asksFormer,
	Reason: "A leader that removes itself steps down when that is committed. Voters that have not heard of it go by the configuration before. " +
		"If none of them is elected there without the vote of the first, and they lack an entry that follows, it refuses them, and stands for no election itself.",
	Address: "https://github.com/etcd-io/etcd/issues/10563",
	Rare:    true,
}

// WithPreVote describes etcd's Raft with PreVote and CheckQuorum, as the etcd
// server runs it.
func WithPreVote() raftiface.Implementation {
	return describe("etcd-raft with PreVote and CheckQuorum", variant{checked: true})
}

// WithLeaseReads describes etcd's Raft as it is [WithPreVote], with reads that trust a
// leader for as long as it has not noticed the loss of its quorum.
func WithLeaseReads() raftiface.Implementation {
	impl := describe("etcd-raft with reads by lease", variant{checked: true, reads: raft.ReadOnlyLeaseBased})
	for _, scenario := range []string{"reads/OldSide", "reads/PausedLeader", "reads/OneWay", "reads/EarlierAnswers", "reads/AnswersAfterPause", "reads/ForgetfulVoters"} {
		impl.Known = append(impl.Known, raftiface.KnownIssue{
			Scenario: scenario,
			Property: "Linearizability",
			Reason: "A leader checks once an election timeout whether it has heard from a quorum since the last check, " +
				"so it takes up to two to notice that it has not. The others elect another one after one timeout.",
			Address: "https://github.com/etcd-io/raft/issues/166",
		})
	}
	for _, scenario := range []string{"reads/LateAnswers", "reads/Handover", "reads/LateHandover"} {
		impl.Known = append(impl.Known, raftiface.KnownIssue{
			Scenario: scenario,
			Property: "Linearizability",
			Reason:   "A leader that hands over answers reads until it hears of the next term; its successor is elected sooner than any timeout.",
		})
	}
	return impl
}

// A variant is a way to configure the library.
type variant struct {
	checked bool // PreVote and CheckQuorum
	reads   raft.ReadOnlyOption
}

func (v variant) features() raftiface.Features {
	return raftiface.Features{
		Snapshots: true, ReadIndex: true, Membership: true, JointConsensus: true, Learners: true,
		PreVote: v.checked, CheckQuorum: v.checked, LeaderTransfer: v.checked,
	}
}

func describe(name string, v variant) raftiface.Implementation {
	stuck := stuck
	if v.checked {
		stuck.Facts = waitsForFormer
	}
	return raftiface.Implementation{
		Name:    name,
		Version: version,
		Make: func(env raftiface.Env) (raftiface.Raft, error) {
			r, err := newRaft(env, v)
			if err != nil {
				return nil, err // not r: a nil *Raft in an interface is not nil
			}
			return r, nil
		},
		Features:  v.features(),
		Timing:    timing,
		Translate: translate,
		Known:     []raftiface.KnownIssue{stuck},
	}
}

// configure returns the library's configuration of one replica. The sizes are
// the etcd server's.
func configure(env raftiface.Env, v variant, storage raft.Storage) *raft.Config {
	return &raft.Config{
		ID:                        nodeID(env.Me),
		ElectionTick:              electionTicks,
		HeartbeatTick:             heartbeatTicks,
		Storage:                   storage,
		MaxSizePerMsg:             512 << 10,
		MaxInflightMsgs:           512,
		PreVote:                   v.checked,
		CheckQuorum:               v.checked,
		ReadOnlyOption:            v.reads,
		StepDownOnRemoval:         true,
		DisableProposalForwarding: true, // Start on a follower drops the command for good
		Logger:                    logger{env.Logf},
	}
}

// nodeID returns the library's name for a replica: 0 stands for nobody there.
func nodeID(replica int) uint64 { return uint64(replica) + 1 }

// replicaOf undoes nodeID.
func replicaOf(id uint64) int { return int(id) - 1 }
