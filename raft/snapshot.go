package raft

import "time"

// InstallSnapshotArgs is sent by leaders to followers that lack entries the
// leader has discarded (§7, Figure 13). The snapshot is sent whole, so there is
// no offset and no done.
type InstallSnapshotArgs struct {
	Term              int    // leader's term
	LeaderID          int    // so follower can redirect clients
	LastIncludedIndex int    // the snapshot replaces all entries up through and including this index
	LastIncludedTerm  int    // term of LastIncludedIndex
	Data              []byte // the snapshot

	Members Configuration // that holds at LastIncludedIndex, where members change (§6)
}

// InstallSnapshotReply answers an InstallSnapshotArgs.
type InstallSnapshotReply struct {
	Term int // currentTerm, for leader to update itself
}

// Snapshot implements [raftiface.Snapshotter]: it discards the log up to and
// including index (§7).
func (r *Raft) Snapshot(index int, snapshot []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == dead || index <= r.log.base || index > r.lastApplied {
		return // older than the latest snapshot, or not of entries the service can have
	}
	_, r.baseConfig = r.configurationAt(index)
	r.log.compact(index, r.log.term(index))
	r.snapshot = snapshot
	r.persist()
}

// InstallSnapshot handles a leader's snapshot (§7, Figure 13).
//
// A snapshot that ends at or below commitIndex brings nothing: this server has
// all its entries, as committed entries are the same everywhere, and going back
// to it would lose those behind it. So requests may come late and repeatedly.
// The leader may count LastIncludedIndex as stored here either way.
func (r *Raft) InstallSnapshot(args *InstallSnapshotArgs, reply *InstallSnapshotReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role == dead {
		return
	}
	reply.Term = r.currentTerm
	if args.Term < r.currentTerm {
		return
	}
	r.becomeFollower(args.Term)
	r.heardLeader()
	reply.Term = r.currentTerm
	if args.LastIncludedIndex <= r.commitIndex {
		return
	}
	r.logf("term %d: installs snapshot up to %d of term %d", r.currentTerm, args.LastIncludedIndex, args.LastIncludedTerm)
	r.log.compact(args.LastIncludedIndex, args.LastIncludedTerm)
	r.snapshot = args.Data
	r.baseConfig = args.Members
	r.persist()
	r.commitTo(args.LastIncludedIndex)
}

// sendSnapshot sends the follower this leader's snapshot, because the entries
// it needs next are gone (§7).
func (r *Raft) sendSnapshot(peer int) {
	args := &InstallSnapshotArgs{
		Term:              r.currentTerm,
		LeaderID:          r.me,
		LastIncludedIndex: r.log.base,
		LastIncludedTerm:  r.log.baseTerm,
		Data:              r.snapshot,
		Members:           r.baseConfig,
	}
	r.progress[peer].sent(args.LastIncludedIndex)
	go r.installSnapshot(peer, args)
}

// installSnapshot delivers a snapshot to one follower and takes its answer.
func (r *Raft) installSnapshot(peer int, args *InstallSnapshotArgs) {
	var reply InstallSnapshotReply
	sent := time.Now()
	if !r.peers[peer].Call("Raft.InstallSnapshot", args, &reply) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.noteFollower(peer, sent, args.Term, reply.Term) {
		r.acknowledged(peer, args.LastIncludedIndex)
	}
}
