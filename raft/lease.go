package raft

import "time"

// A leader need not ask a quorum for each read, if those whom it has asked wait before
// they vote for another one: until then it has a lease (thesis, section 6.4.1). That is
// as safe as the clocks are alike. Here they run at one rate, and a lease is as long as
// voters wait; where they drift, it is to be shorter by the most that they may.

// hasLease reports whether no other server can have come to lead. A follower waits from
// when it hears its leader, so the lease begins earlier, with what it has heard. Who is
// told to begin an election need not wait, and may be told late: a leader that has tried to
// hand over has no lease in that term any more.
func (r *Raft) hasLease() bool {
	return r.leases && r.handover.term != r.currentTerm && r.answeredSince(time.Now().Add(-minElectionTimeout))
}

// keepsFaith reports whether this server is to vote for nobody yet, as there may be a
// leader that counts on that. It does not even go to the term of a candidate then.
func (r *Raft) keepsFaith() bool { return r.leases && r.hasLeader() }
