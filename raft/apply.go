package raft

import "github.com/raftcheck/raftcheck/raftiface"

// applyCommitted delivers committed entries and installed snapshots, in the
// order of their indexes, until the server is killed. It alone sends on the
// apply channel, one message at a time and without the lock: the service may
// take its time, and may call the server before it takes the next message.
func (r *Raft) applyCommitted() {
	for {
		msg, ok := r.nextToApply()
		if !ok {
			return
		}
		if msg.CommandValid && msg.Command == nil { // of an empty entry (§8)
			continue
		}
		select {
		case r.applyCh <- msg:
		case <-r.killed:
			return
		}
	}
}

// nextToApply waits for something to deliver and counts it as applied. ok is
// false once the server is killed.
func (r *Raft) nextToApply() (msg raftiface.ApplyMsg, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.lastApplied == r.commitIndex && r.role != dead {
		r.applicable.Wait()
	}
	if r.role == dead {
		return msg, false
	}
	if r.lastApplied < r.log.base { // the entries are gone; the snapshot stands for them (§7)
		r.lastApplied = r.log.base
		return raftiface.ApplyMsg{
			SnapshotValid: true,
			Snapshot:      r.snapshot,
			SnapshotTerm:  r.log.baseTerm,
			SnapshotIndex: r.log.base,
			Membership:    r.baseConfig.membership(),
		}, true
	}
	r.lastApplied++
	if c, ok := r.log.entry(r.lastApplied).Command.(Configuration); ok { // not for the service (§6)
		return raftiface.ApplyMsg{MembershipValid: true, MembershipIndex: r.lastApplied, Membership: c.membership()}, true
	}
	return raftiface.ApplyMsg{
		CommandValid: true,
		Command:      r.log.entry(r.lastApplied).Command,
		CommandIndex: r.lastApplied,
	}, true
}
