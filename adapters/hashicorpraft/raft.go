package hashicorpraft

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Raft is one replica.
type Raft struct {
	raft      *raft.Raft
	disk      *disk
	transport *transport
	fsm       *fsm
	starts    *starts
	logf      func(format string, args ...any)
	transfer  atomic.Bool   // one is under way
	verifying atomic.Int64  // how many calls of VerifyLeader have no answer
	snapshots chan struct{} // wakes takeSnapshots
	stop      chan struct{} // closed by Kill
	kill      sync.Once
}

var (
	_ raftiface.Raft        = (*Raft)(nil)
	_ raftiface.Snapshotter = (*Raft)(nil)

	_ raftiface.ReadIndexer = (*Raft)(nil)

	_ raftiface.LeaderTransferrer = (*Raft)(nil)
	_ raftiface.MembershipChanger = (*Raft)(nil)
)

// start starts a replica with a configuration, whose logger it sets.
func start(env raftiface.Env, config *raft.Config) (*Raft, error) {
	disk, err := openDisk(env.Persister)
	if err != nil {
		return nil, err
	}
	r := &Raft{disk: disk, starts: newStarts(env.Rand.Uint64()), logf: env.Logf, snapshots: make(chan struct{}, 1), stop: make(chan struct{})}
	d := &dice{seed: env.Rand.Uint64()}
	config.Logger = newLogger(env.Logf, d)
	r.transport = newTransport(env, d, r.stop)
	r.fsm = newFSM(env.ApplyCh, r.stop)
	if err := bootstrap(config, disk, r.transport, env); err != nil {
		return nil, err
	}
	r.raft, err = raft.NewRaft(config, r.fsm, logStore{disk, r.starts.stored}, stableStore{disk}, snapshotStore{disk}, r.transport)
	if err != nil {
		return nil, fmt.Errorf("hashicorpraft: start: %w", err)
	}
	r.fsm.start()
	go r.takeSnapshots()
	return r, nil
}

// bootstrap puts the configuration that the cluster began with on a disk that is
// empty, if the replica is in it: one that joins has none, and waits. The library
// does so in two writes, and cannot recover from a crash between them, so it
// works on a disk in memory, which is then saved at once.
func bootstrap(config *raft.Config, d *disk, t *transport, env raftiface.Env) error {
	if len(d.read().values) > 0 || !env.Members.Has(env.Me) {
		return nil
	}
	draft, err := openDisk(memory{})
	if err != nil {
		return err
	}
	members := configurationOf(env.Members)
	err = raft.BootstrapCluster(config, logStore{draft, func([]*raft.Log) {}}, stableStore{draft}, snapshotStore{draft}, t, members)
	if err != nil {
		return fmt.Errorf("hashicorpraft: bootstrap: %w", err)
	}
	d.change(func(s *state) bool {
		*s = draft.read()
		return true
	})
	return nil
}

// memory is a persister that forgets.
type memory struct{}

func (memory) Save(_, _ []byte)      {}
func (memory) ReadRaftState() []byte { return nil }
func (memory) ReadSnapshot() []byte  { return nil }
func (memory) RaftStateSize() int    { return 0 }
func (memory) SnapshotSize() int     { return 0 }

// GetState implements [raftiface.Raft]. Term and role are read one by one, so
// it makes sure that the term did not change meanwhile.
func (r *Raft) GetState() (term int, isLeader bool) {
	for before := r.raft.CurrentTerm(); ; {
		leader := r.raft.State() == raft.Leader
		now := r.raft.CurrentTerm()
		if now == before {
			return int(now), leader
		}
		before = now
	}
}

// startPatience is how long Start and ChangeMembership wait for the library's main
// goroutine to take what they bring, and then to store it. In virtual time either
// happens at once or, if that goroutine waits for its disk or takes nothing, not at
// all.
const startPatience = 100 * time.Microsecond

// Start implements [raftiface.Raft]. A leader that waits for its disk refuses
// commands.
func (r *Raft) Start(cmd any) (index, term int, isLeader bool) {
	if r.raft.State() != raft.Leader {
		return 0, 0, false
	}
	mark, placed := r.starts.begin()
	defer r.starts.end(mark)
	future := r.raft.ApplyLog(raft.Log{Data: encodeCommand(cmd), Extensions: mark}, startPatience)
	p, ok := r.placeOf(future, placed)
	return int(p.index), int(p.term), ok
}

// placeOf returns where in the log the library has put what it was asked to append;
// ok is false if it has refused.
func (r *Raft) placeOf(future raft.Future, placed <-chan place) (p place, ok bool) {
	select {
	case p := <-placed:
		return p, true
	case <-time.After(startPatience):
	}
	// The library has refused it, and its future says so at once. On the wall
	// clock it may just be slow: then the future is waited for.
	if err := future.Error(); err != nil {
		r.logf("not appended: %v", err)
	}
	select {
	case p := <-placed:
		return p, true
	default:
		return place{}, false
	}
}

// TransferLeadership implements [raftiface.LeaderTransferrer]. The library refuses later
// what cannot be, by the future, and does not mind who votes; here that is refused at once.
func (r *Raft) TransferLeadership(to int) bool {
	members := membershipOf(r.raft.GetConfiguration().Configuration())
	if r.raft.State() != raft.Leader || to == r.transport.me || !members.Votes(to) || !r.transfer.CompareAndSwap(false, true) {
		return false
	}
	future := r.raft.LeadershipTransferToServer(raft.ServerID(serverAddress(to)), serverAddress(to))
	go func() {
		if err := future.Error(); err != nil {
			r.logf("transfer: %v", err)
		}
		r.transfer.Store(false)
	}()
	return true
}

// Snapshot implements [raftiface.Snapshotter]. See [snapshot] for what the
// library makes of it.
func (r *Raft) Snapshot(index int, content []byte) {
	if !r.fsm.handedOver(uint64(index), content) {
		return
	}
	select {
	case r.snapshots <- struct{}{}:
	default:
	}
}

// takeSnapshots has the library take a snapshot whenever the service has handed
// over its state.
func (r *Raft) takeSnapshots() {
	for {
		select {
		case <-r.snapshots:
			if err := r.raft.Snapshot().Error(); err != nil {
				r.logf("snapshot: %v", err)
			}
		case <-r.stop:
			return
		}
	}
}

// shutdownDelay is how long the library has to answer VerifyLeader after Kill:
// longer than it may wait for its disk.
const shutdownDelay = 2 * time.Second

// Kill implements [raftiface.Raft]. The library does not answer what it has not
// taken when it is shut down, so one that is asked goes on for a while, cut off
// from the network and the service.
func (r *Raft) Kill() {
	r.kill.Do(func() {
		close(r.stop)
		if r.verifying.Load() == 0 {
			r.raft.Shutdown()
			return
		}
		time.AfterFunc(shutdownDelay, func() { r.raft.Shutdown() })
	})
}
