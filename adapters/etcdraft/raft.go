package etcdraft

import (
	"sync"
	"time"

	"go.etcd.io/raft/v3"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Raft is one replica. Its methods may be called from many goroutines.
type Raft struct {
	peers  []raftiface.Peer
	killed chan struct{} // closed by Kill
	kill   sync.Once
	queue  *queue // on the way to the apply channel
	config *raft.Config

	mu     sync.Mutex // guards all that follows; never held while waiting
	node   *raft.RawNode
	disk   *disk
	reads  reads
	broken error // what the library panicked with, if it did
}

var (
	_ raftiface.Raft        = (*Raft)(nil)
	_ raftiface.Snapshotter = (*Raft)(nil)
	_ raftiface.ReadIndexer = (*Raft)(nil)

	_ raftiface.LeaderTransferrer = (*Raft)(nil)
	_ raftiface.MembershipChanger = (*Raft)(nil)
)

func newRaft(env raftiface.Env, v variant) (*Raft, error) {
	disk, err := openDisk(env.Persister, env.Members, len(env.Peers))
	if err != nil {
		return nil, err
	}
	config := configure(env, v, disk.log)
	node, err := raft.NewRawNode(config)
	if err != nil {
		return nil, err
	}
	r := &Raft{
		peers:  env.Peers,
		killed: make(chan struct{}),
		queue:  newQueue(env.ApplyCh, int(disk.base.GetIndex())),
		config: config,
		node:   node,
		disk:   disk,
	}
	go r.tick()
	go r.queue.deliver(r.killed)
	return r, nil
}

// tick is the replica's clock.
func (r *Raft) tick() {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			r.doSafely(func() { r.node.Tick() })
		case <-r.killed:
			return
		}
	}
}

// Start implements [raftiface.Raft].
func (r *Raft) Start(command any) (index, term int, isLeader bool) {
	data := encodeCommand(command)
	r.do(func() {
		if r.node.BasicStatus().RaftState != raft.StateLeader {
			return
		}
		// No Ready waits to be handled, so the log on disk is all of it, and the
		// command comes next.
		next := r.disk.lastIndex() + 1
		if err := r.node.Propose(data); err != nil {
			return // dropped
		}
		index, term, isLeader = next, r.term(), true
	})
	return index, term, isLeader
}

// TransferLeadership implements [raftiface.LeaderTransferrer]. The library gives up by
// itself after an election timeout. Another transfer would take the place of the one
// that is under way, and what cannot be is ignored, so both are refused here.
func (r *Raft) TransferLeadership(to int) (taken bool) {
	r.do(func() {
		status := r.node.BasicStatus()
		if status.RaftState != raft.StateLeader || status.LeadTransferee != raft.None || status.ID == nodeID(to) || !r.disk.membership().Votes(to) {
			return
		}
		r.node.TransferLeader(nodeID(to))
		taken = true
	})
	return taken
}

// GetState implements [raftiface.Raft].
func (r *Raft) GetState() (term int, isLeader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mustBeWhole()
	return r.term(), r.node.BasicStatus().RaftState == raft.StateLeader
}

// term expects r.mu to be held.
func (r *Raft) term() int { return int(r.node.BasicStatus().GetTerm()) }

// Snapshot implements [raftiface.Snapshotter].
func (r *Raft) Snapshot(index int, snapshot []byte) {
	r.do(func() { r.disk.compact(uint64(index), snapshot) })
}

// Kill implements [raftiface.Raft].
func (r *Raft) Kill() { r.kill.Do(func() { close(r.killed) }) }

func (r *Raft) isKilled() bool {
	select {
	case <-r.killed:
		return true
	default:
		return false
	}
}
