// Package raftapi is the lab's interface of a Raft.
package raftapi

// Raft is one server.
type Raft interface {
	Start(command interface{}) (int, int, bool)
	GetState() (int, bool)
	Snapshot(index int, snapshot []byte)
	PersistBytes() int
}

// ApplyMsg is what the service receives.
type ApplyMsg struct {
	CommandValid bool
	Command      interface{}
	CommandIndex int

	SnapshotValid bool
	Snapshot      []byte
	SnapshotTerm  int
	SnapshotIndex int

	Remark string // a field that this student added
}
