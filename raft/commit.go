package raft

import "slices"

// quorum is the number of servers that make a majority.
func (r *Raft) quorum() int { return len(r.members.Voters)/2 + 1 }

// majority reports whether the servers that agree are a majority.
func (r *Raft) majority(agree []bool) bool {
	if r.does.Membership {
		return r.members.Quorum(func(server int) bool { return agree[server] }) // §6
	}
	n := 0
	for _, yes := range agree {
		if yes {
			n++
		}
	}
	return n >= r.quorum()
}

// advanceCommitIndex commits what a majority stores (Figure 2, Leaders). Only
// an entry of the leader's own term is committed by counting; it commits those
// before it, whatever their term, by Log Matching. An entry of an earlier term
// could still be overwritten although a majority stores it (§5.4.2, Figure 8).
func (r *Raft) advanceCommitIndex() {
	index := r.storedByQuorum()
	if index > r.commitIndex && r.log.term(index) == r.currentTerm {
		r.commitTo(index)
		r.configured() // §6
	}
}

// storedByQuorum returns the highest index up to which a majority is known to
// store this leader's log.
func (r *Raft) storedByQuorum() int {
	if r.does.Membership {
		return r.storedByVoters() // §6
	}
	stored := make([]int, len(r.peers))
	for peer := range r.others() {
		stored[peer] = r.progress[peer].matchIndex
	}
	stored[r.me] = r.log.lastIndex()
	slices.Sort(stored)
	return stored[len(stored)-r.quorum()]
}

// commitTo raises commitIndex to index; it never falls.
func (r *Raft) commitTo(index int) {
	if index > r.commitIndex {
		r.commitIndex = index
		r.applicable.Signal()
	}
}
