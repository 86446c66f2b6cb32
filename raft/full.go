package raft

import (
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Full describes this Raft to the suites with what Ongaro's thesis adds to the
// paper: pre-votes (prevote.go), leaders that resign when they hear no quorum
// (checkquorum.go), leadership that is handed over (transfer.go), and members that
// change (membership.go).
func Full() raftiface.Implementation {
	impl := Implementation()
	impl.Name += " with pre-vote, check-quorum, transfers and changes of members"
	impl.Features.PreVote = true
	impl.Features.CheckQuorum = true
	impl.Features.LeaderTransfer = true
	impl.Features.Membership = true
	impl.Features.JointConsensus = true
	impl.Features.Learners = true
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		r, err := start(env, impl.Features)
		if err != nil {
			return nil, err
		}
		return r, nil
	}
	return impl
}

// beyond is the state of a server that the paper's does not have.
type beyond struct {
	does        raftiface.Features // what is on; nothing for the paper's server
	leaderHeard time.Time          // when a leader was heard last
	handover    handover           // the latest that was asked for
	membership
}
