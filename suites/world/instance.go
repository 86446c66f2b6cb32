package world

import (
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// An instance is a replica from one start to the next crash: the Raft under
// test, its disk handle and network node, and the service on top of it.
type instance struct {
	*ground
	number     int   // the replica's
	generation int   // counts the replica's instances, from 1
	pace       *pace // of the replica's service
	node       *labrpc.Node
	disk       *disk
	applyCh    chan raftiface.ApplyMsg
	made       chan struct{}  // closed when Make has returned
	raft       raftiface.Raft // set before made is closed
	killed     sync.Once

	mu       sync.Mutex
	up       bool // made, and not down
	down     bool // crashed
	service  *service
	snapshot int      // up to which the latest snapshot has moved the service, 0 if none has
	attempts attempts // the undecided ones
}

// makeRaft calls the implementation's Make and connects the Raft it returns.
func (in *instance) makeRaft() {
	env := raftiface.Env{
		Peers:     in.node.Peers(),
		Me:        in.number,
		Members:   in.roster.first(),
		Persister: in.disk,
		ApplyCh:   in.applyCh,
		Rand:      rand.New(rand.NewPCG(in.plan.Seed, uint64(in.number)<<32|uint64(in.generation))),
		Logf:      in.logf,
	}
	var raft raftiface.Raft
	var err error
	in.calling(in.number, "Make", func() { raft, err = in.plan.Implementation.Make(env) })
	if err != nil {
		in.fail(ContractMake, fmt.Sprintf("Make of replica %d (start %d) returned the error: %v", in.number, in.generation, err))
	}
	if isNil(raft) {
		in.fail(ContractMake, fmt.Sprintf("Make of replica %d (start %d) returned a nil Raft and no error", in.number, in.generation))
	}
	in.raft = raft
	close(in.made)
	in.checkFeatures()
	if err := in.node.Serve(receiverOf(raft)); err != nil {
		in.fail(ContractMake, err.Error())
	}
}

// checkFeatures checks that the Raft has the methods of what is declared.
func (in *instance) checkFeatures() {
	features := in.plan.Implementation.Features
	_, snapshots := in.raft.(raftiface.Snapshotter)
	_, reads := in.raft.(raftiface.ReadIndexer)
	_, transfers := in.raft.(raftiface.LeaderTransferrer)
	_, changes := in.raft.(raftiface.MembershipChanger)
	for _, f := range []struct {
		name          string
		declared, has bool
		method        string
	}{
		{"Snapshots", features.Snapshots, snapshots, "Snapshot(index int, snapshot []byte)"},
		{"ReadIndex", features.ReadIndex, reads, "ReadIndex() (index int, ok bool)"},
		{"LeaderTransfer", features.LeaderTransfer, transfers, "TransferLeadership(to int) bool"},
		{"Membership", features.Membership, changes, "ChangeMembership(to raftiface.Membership) bool"},
	} {
		if f.declared && !f.has {
			in.fail(ContractMake, fmt.Sprintf("the implementation declares %s, but %T has no method %s", f.name, in.raft, f.method))
		}
	}
}

// receiverOf returns the value that has the Raft's RPC handlers.
func receiverOf(raft raftiface.Raft) any {
	if r, ok := raft.(raftiface.RPCReceiver); ok {
		return r.RPCReceiver()
	}
	return raft
}

func (in *instance) logf(format string, args ...any) {
	in.journal.addLog(in.net.Now(), in.number, fmt.Sprintf(format, args...))
}

// rise lets the instance take part, unless it crashed while it was made.
func (in *instance) rise() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.up = !in.down
	return in.up
}

// kill tells the Raft to stop, once, without waiting for it. One that is not made
// yet is told when it is.
func (in *instance) kill() {
	if isClosed(in.made) {
		in.killed.Do(func() { go in.calling(in.number, "Kill", in.raft.Kill) })
	}
}

func (in *instance) isUp() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.up
}

func (in *instance) appliedIndex() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.service.applied
}

func (in *instance) isDown() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.down
}

// crash cuts the instance off from network, disk and service at once. It may be
// called by the implementation's own goroutine, in a Save, so it calls nothing
// of the implementation. It reports false if the instance was down already.
func (in *instance) crash() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.down {
		return false
	}
	in.up, in.down = false, true
	in.disk.close()
	in.node.Halt()
	in.attempts.lost()
	now := in.net.Now() // saves take no time, so what was shown before is saved
	in.safety.Crashed(now, in.number, now)
	return true
}
