package raft

import "testing"

// The lab's own tests come with files like this one, which the judge leaves out
// but for what it learns from them.
type config struct{ t *testing.T }

// takes reports whether a message is one that the tester goes on with.
func (c *config) takes(r *Raft, m ApplyMsg) bool {
	if m.SnapshotValid {
		return r.CondInstallSnapshot(m.SnapshotTerm, m.SnapshotIndex, m.Snapshot)
	}
	return m.CommandValid
}
