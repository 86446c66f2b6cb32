// Package shims has what stands in for a lab's own packages when a checkout is
// judged. Its files are copied, not imported; this one becomes persister.go in
// the package where a year's lab has its Persister.
package shims

import (
	"sync"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Persister is a server's stable storage, with the methods of all years.
type Persister struct {
	storage raftiface.Persister
	// What was saved last, under the names that the lab's fields have: a Raft in
	// the same package may read them.
	mu                  sync.Mutex
	raftstate, snapshot []byte
}

// NewPersister returns the Persister over raftcheck's.
func NewPersister(storage raftiface.Persister) *Persister {
	return &Persister{storage: storage, raftstate: storage.ReadRaftState(), snapshot: storage.ReadSnapshot()}
}

// Save replaces state and snapshot (since 2023).
func (ps *Persister) Save(raftstate []byte, snapshot []byte) {
	ps.storage.Save(raftstate, snapshot)
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.raftstate, ps.snapshot = ps.storage.ReadRaftState(), ps.storage.ReadSnapshot()
}

// SaveRaftState replaces the state and keeps the snapshot (until 2022).
func (ps *Persister) SaveRaftState(state []byte) { ps.Save(state, ps.storage.ReadSnapshot()) }

// SaveSnapshot replaces the snapshot and keeps the state (until 2017).
func (ps *Persister) SaveSnapshot(snapshot []byte) { ps.Save(ps.storage.ReadRaftState(), snapshot) }

// SaveStateAndSnapshot replaces state and snapshot (until 2022).
func (ps *Persister) SaveStateAndSnapshot(state []byte, snapshot []byte) { ps.Save(state, snapshot) }

// ReadRaftState returns the saved state.
func (ps *Persister) ReadRaftState() []byte { return ps.storage.ReadRaftState() }

// ReadSnapshot returns the saved snapshot.
func (ps *Persister) ReadSnapshot() []byte { return ps.storage.ReadSnapshot() }

// RaftStateSize returns the size of the saved state.
func (ps *Persister) RaftStateSize() int { return ps.storage.RaftStateSize() }

// SnapshotSize returns the size of the saved snapshot.
func (ps *Persister) SnapshotSize() int { return ps.storage.SnapshotSize() }
