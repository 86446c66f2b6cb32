package raftiface

// Raft is one running replica. Its methods are called from many goroutines,
// RPC handlers included, and must not block: none may wait for a message, for
// the apply channel, or for time to pass.
type Raft interface {
	// Start asks the replica to append command to the replicated log and
	// returns at once, without waiting for agreement.
	//
	// On the leader it returns the index the command will have if it is ever
	// committed, the replica's current term, and true. On any other replica
	// isLeader is false, the command is dropped for good, and index and term
	// do not matter. A leader may lose its leadership before the command is
	// committed, so true is no promise. Indexes start at 1, and two Starts on
	// one leader in one term never return the same index.
	Start(command any) (index, term int, isLeader bool)

	// GetState returns the replica's current term and whether it believes
	// itself the leader of that term. Terms never go back on a replica, not
	// across a restart either (Raft paper, section 5.1). So one that saves later
	// than it changes shows the term that is saved, and delivers nothing that was
	// committed in a later one before that is saved, too.
	GetState() (term int, isLeader bool)

	// Kill tells the replica to stop and returns without waiting for that. It
	// is called once. Every goroutine the replica started ends within a bounded
	// time: RPC calls under way return false, and the apply channel goes on
	// being drained until then. Methods and handlers may still be called after
	// Kill. Closing the apply channel is allowed.
	Kill()
}

// Snapshotter is the part of a replica that compacts its log (Raft paper,
// section 7). A Raft whose Features declare Snapshots implements it.
type Snapshotter interface {
	// Snapshot hands over the service's state, which reflects every entry up
	// to and including index; the replica may drop its log up to there. The
	// service calls it between two receives from the apply channel, with an
	// index it has received. The replica keeps the slice; nobody changes it.
	// An index at or below the latest snapshot's is ignored.
	Snapshot(index int, snapshot []byte)
}

// ReadIndexer is the part of a replica that answers reads without the log
// (Ongaro's thesis, section 6.4). A Raft whose Features declare ReadIndex
// implements it.
type ReadIndexer interface {
	// ReadIndex returns an index such that a service that has applied it may
	// answer a read begun at the time of the call. It blocks until the
	// replica has confirmed its leadership with a quorum since the call. It
	// returns ok false, after a bounded time, if that could not be done; the
	// client then learns nothing and asks elsewhere. On a network without faults a
	// leader comes to answer, though nobody gives it a command: one that has to commit
	// an entry of its own term before appends one by itself.
	//
	// The index is one that the service comes to: that of a command, a snapshot or
	// a configuration, or 0. It is not that of an entry for which nothing is
	// delivered, such as the first of a leader's term: a service would wait until the
	// next command.
	ReadIndex() (index int, ok bool)
}

// LeaderTransferrer is the part of a replica that hands its leadership over to
// another one of its choice (Ongaro's thesis, section 3.10). A Raft whose Features
// declare LeaderTransfer implements it.
type LeaderTransferrer interface {
	// TransferLeadership asks the replica to hand over to replica to, and returns
	// at once. It returns false, and nothing happens, if the replica does not lead,
	// if to is the replica itself or none of the cluster, or if it is handing over
	// already, be it to the same one. It may refuse while a change of members is under
	// way.
	//
	// True is no promise: the other replica may be down, or lose the election.
	// Until the leader is replaced it goes on replicating and may refuse Start, but
	// no longer than an election takes ([Timing]); then, if it still leads, it takes
	// commands again and may be asked for another transfer. What it has taken before
	// is as good as any command: neither lost by the transfer nor done twice.
	TransferLeadership(to int) bool
}

// RPCReceiver is implemented by a Raft whose RPC handlers are methods of another
// value: a wrapper, say, around the Raft that has them.
type RPCReceiver interface {
	// RPCReceiver returns the value whose methods serve the replica's RPCs,
	// under the name of its type.
	RPCReceiver() any
}

// ApplyMsg is what a replica delivers to its service: a committed command, a
// snapshot that replaces the service's state, or a committed configuration. Exactly
// one of CommandValid, SnapshotValid and MembershipValid is set.
type ApplyMsg struct {
	// CommandValid says that this is a committed command; Command is the value
	// given to Start, and CommandIndex its index in the log.
	CommandValid bool
	Command      any
	CommandIndex int

	// SnapshotValid says that this is a snapshot, as it was given to Snapshot
	// on some replica. SnapshotIndex is the index of the last entry it
	// reflects and SnapshotTerm the term of that entry; a library that does not
	// say the term leaves it 0, as nobody relies on it.
	SnapshotValid bool
	Snapshot      []byte
	SnapshotTerm  int
	SnapshotIndex int

	// MembershipValid says that this is a committed configuration, and
	// MembershipIndex its index in the log. Only a Raft whose Features declare
	// Membership delivers any.
	MembershipValid bool
	MembershipIndex int
	// Membership is that configuration. With a snapshot, it is the one that holds at
	// SnapshotIndex, if Membership is declared.
	Membership Membership
}

// Peer is one directed link of the network, from the replica that holds it to
// another (or to itself). It may be used from many goroutines.
type Peer interface {
	// Call sends a request to the named method ("Raft.AppendEntries") and
	// waits for the reply, which it stores in reply, a pointer. It returns
	// false if no reply came: the request or the reply was lost, the other
	// replica is down or was restarted meanwhile, or the caller was; or an error
	// of the handler came instead. It always returns, after a few seconds at
	// the latest. A false Call may have been executed. Neither args nor reply
	// is shared with the receiver.
	Call(svcMeth string, args, reply any) bool

	// Send sends a datagram to the named method and returns at once. It is
	// delivered once, a few times, or never; datagrams may overtake each
	// other. args is copied before Send returns.
	Send(svcMeth string, args any)
}

// Persister is a replica's stable storage. It holds two byte strings, the Raft
// state and the snapshot, and has the shape of the 6.824 lab's. It may be used
// from many goroutines.
type Persister interface {
	// Save replaces Raft state and snapshot, both at once: it is atomic, and
	// durable when it returns. The persister copies both slices. A nil
	// snapshot removes the snapshot: pass what ReadSnapshot returns to keep it.
	// It returns at once, unless the implementation declares UnlockedSaves.
	Save(raftState, snapshot []byte)
	// ReadRaftState returns a copy of the latest saved Raft state, empty if
	// nothing was saved.
	ReadRaftState() []byte
	// ReadSnapshot returns a copy of the latest saved snapshot, empty if there
	// is none.
	ReadSnapshot() []byte
	// RaftStateSize returns the length of the Raft state, in bytes.
	RaftStateSize() int
	// SnapshotSize returns the length of the snapshot, in bytes.
	SnapshotSize() int
}
