package raft

import "time"

// A leader that is cut off from a quorum can commit nothing, but does not know it:
// its clients wait, and followers that still hear it want no other leader. So it
// resigns (thesis, section 6.2).

// lostQuorum reports whether no quorum has answered this leader for as long as the
// longest election timeout. It is asked when a heartbeat is due, and one is always
// due to a follower that does not answer.
func (r *Raft) lostQuorum() bool {
	if !r.does.CheckQuorum {
		return false
	}
	hears := make([]bool, len(r.peers))
	hears[r.me] = true
	for peer := range r.others() {
		hears[peer] = time.Since(r.progress[peer].heard) < maxElectionTimeout
	}
	return !r.majority(hears)
}

// noteFollower is noteAnswer for the answer of one to its leader. Only one that
// counts shows that the follower follows: one of a later term shows the opposite. One
// that is no member any more does not count.
func (r *Raft) noteFollower(peer int, sent time.Time, asked, answered int) (counts bool) {
	counts = r.noteAnswer(asked, answered, leader) && r.members.Has(peer)
	if counts {
		r.progress[peer].heard = time.Now()
		r.followsSince(peer, sent)
	}
	return counts
}
