package raft

import (
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Full describes this Raft to the suites with what Ongaro's thesis adds to the
// paper: pre-votes (prevote.go), leaders that resign when they hear no quorum
// (checkquorum.go), leadership that is handed over (transfer.go), members that change
// (membership.go), and reads that are no entries (readindex.go).
func Full() raftiface.Implementation {
	impl := Implementation()
	impl.Name += " with pre-vote, check-quorum, transfers, changes of members and reads"
	impl.Features.PreVote = true
	impl.Features.CheckQuorum = true
	impl.Features.LeaderTransfer = true
	impl.Features.Membership = true
	impl.Features.JointConsensus = true
	impl.Features.Learners = true
	impl.Features.ReadIndex = true
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		return startFull(env, beyond{does: impl.Features})
	}
	return impl
}

// Leased is [Full] with leaders that answer reads by lease (lease.go). A server that
// starts has forgotten when it heard a leader: a moment ago, for all it knows.
func Leased() raftiface.Implementation {
	impl := Full()
	impl.Name += " by lease"
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		return startFull(env, beyond{does: impl.Features, leases: true, leaderHeard: time.Now()})
	}
	return impl
}

func startFull(env raftiface.Env, with beyond) (raftiface.Raft, error) {
	r, err := start(env, with)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// beyond is the state of a server that the paper's does not have.
type beyond struct {
	does        raftiface.Features // what is on; nothing for the paper's server
	leaderHeard time.Time          // when a leader was heard last
	handover    handover           // the latest that was asked for
	reads       []read             // those that wait, in the order of their times
	leases      bool               // leaders answer reads by lease
	summoned    int                // the term in which this server was told to be candidate, 0 for none
	membership
}
