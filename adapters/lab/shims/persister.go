// Package shims has what stands in for a lab's own packages when a checkout is
// judged. Its files are copied, not imported; this one becomes persister.go in
// the package where a year's lab has its Persister.
package shims

import "github.com/raftcheck/raftcheck/raftiface"

// Persister is a server's stable storage, with the methods of all years.
type Persister struct{ storage raftiface.Persister }

// NewPersister returns the Persister over raftcheck's.
func NewPersister(storage raftiface.Persister) *Persister { return &Persister{storage} }

// Save replaces state and snapshot (since 2023).
func (ps *Persister) Save(raftstate []byte, snapshot []byte) { ps.storage.Save(raftstate, snapshot) }

// SaveRaftState replaces the state and keeps the snapshot (until 2022).
func (ps *Persister) SaveRaftState(state []byte) { ps.storage.Save(state, ps.storage.ReadSnapshot()) }

// SaveStateAndSnapshot replaces state and snapshot (until 2022).
func (ps *Persister) SaveStateAndSnapshot(state []byte, snapshot []byte) {
	ps.storage.Save(state, snapshot)
}

// ReadRaftState returns the saved state.
func (ps *Persister) ReadRaftState() []byte { return ps.storage.ReadRaftState() }

// ReadSnapshot returns the saved snapshot.
func (ps *Persister) ReadSnapshot() []byte { return ps.storage.ReadSnapshot() }

// RaftStateSize returns the size of the saved state.
func (ps *Persister) RaftStateSize() int { return ps.storage.RaftStateSize() }

// SnapshotSize returns the size of the saved snapshot.
func (ps *Persister) SnapshotSize() int { return ps.storage.SnapshotSize() }
