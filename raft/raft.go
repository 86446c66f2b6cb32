package raft

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"

	"github.com/raftcheck/raftcheck/raftiface"
)

const (
	name    = "raftcheck/raft"
	version = "v0.1.0"
)

// nobody is the value of votedFor in a term without a vote.
const nobody = -1

// Raft is one server of a cluster. Its methods RequestVote, AppendEntries and
// InstallSnapshot are the handlers of the paper's RPCs; all methods may be
// called from many goroutines.
type Raft struct {
	// Fixed once the server is made.
	peers     []raftiface.Peer // links to all servers, peers[me] unused
	me        int              // this server's index in peers
	persister raftiface.Persister
	applyCh   chan raftiface.ApplyMsg
	logf      func(format string, args ...any)
	killed    chan struct{} // closed by Kill

	mu sync.Mutex // guards all that follows; never held while waiting

	// Persistent state on all servers: saved before it shows in any message.
	currentTerm int     // latest term this server has seen; never falls
	votedFor    int     // candidate that has this server's vote in currentTerm, or nobody
	log         raftLog // entries after the snapshot; their terms never fall, nor exceed currentTerm
	snapshot    []byte  // the service's state as of log.base, nil if log.base is 0 (§7)

	// Volatile state on all servers.
	commitIndex int // highest entry known committed; log.base ≤ commitIndex ≤ log.lastIndex(); never falls
	lastApplied int // highest entry handed to the apply channel, ≤ commitIndex; below log.base only while a snapshot is due

	// Volatile state on leaders, made anew by each election.
	progress []progress // nextIndex and matchIndex of each follower, progress[me] unused; nil unless leader

	// The role, and what belongs to it (Figure 4).
	role          role
	votes         []bool     // servers that voted for this candidate in currentTerm
	electionAlarm alarm      // runs unless leader; rings when an election is due
	rand          *rand.Rand // drawn from for election timeouts alone
	applicable    sync.Cond  // signalled when lastApplied falls behind commitIndex, and by Kill

	beyond // what the thesis adds
}

var (
	_ raftiface.Raft        = (*Raft)(nil)
	_ raftiface.Snapshotter = (*Raft)(nil)
)

// Implementation describes this Raft to the suites.
func Implementation() raftiface.Implementation {
	return raftiface.Implementation{
		Name:    name,
		Version: version,
		Make: func(env raftiface.Env) (raftiface.Raft, error) {
			r, err := New(env)
			if err != nil {
				return nil, err
			}
			return r, nil
		},
		Features: raftiface.Features{Snapshots: true},
		Timing: raftiface.Timing{
			Election:  raftiface.DefaultElection,
			Heartbeat: heartbeatInterval,
		},
	}
}

// Make starts a server in the manner of the MIT 6.824 labs, with randomness
// that differs from run to run. It panics where [New] returns an error.
func Make(peers []raftiface.Peer, me int, persister raftiface.Persister, applyCh chan raftiface.ApplyMsg) *Raft {
	r, err := New(raftiface.Env{
		Peers:     peers,
		Me:        me,
		Persister: persister,
		ApplyCh:   applyCh,
		Rand:      rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
	})
	if err != nil {
		panic(err)
	}
	return r
}

// New starts a server and returns at once. The server goes on from what is
// stored in env.Persister; it is an error if that cannot have been saved by a
// server of this cluster. Env.Logf may be nil.
func New(env raftiface.Env) (*Raft, error) { return start(env, beyond{}) }

// start is New for a server that does more than the paper.
func start(env raftiface.Env, with beyond) (*Raft, error) {
	if err := validate(env); err != nil {
		return nil, err
	}
	r := &Raft{
		peers:     env.Peers,
		me:        env.Me,
		persister: env.Persister,
		applyCh:   env.ApplyCh,
		logf:      env.Logf,
		killed:    make(chan struct{}),
		rand:      env.Rand,
		beyond:    with,
	}
	if r.logf == nil {
		r.logf = func(string, ...any) {}
	}
	if err := r.restore(); err != nil {
		return nil, err
	}
	if err := r.beginMembers(env); err != nil {
		return nil, err
	}
	r.applicable.L = &r.mu

	r.mu.Lock()
	defer r.mu.Unlock()
	r.electionAlarm = newAlarm(r.electionTimeout)
	r.resetElectionTimer()
	go r.applyCommitted()
	return r, nil
}

func validate(env raftiface.Env) error {
	if len(env.Peers) == 0 {
		return errors.New("raft: Env.Peers is empty; a cluster has at least one server")
	}
	if env.Me < 0 || env.Me >= len(env.Peers) {
		return fmt.Errorf("raft: Env.Me is %d, with %d peers", env.Me, len(env.Peers))
	}
	for i, p := range env.Peers {
		if p == nil && i != env.Me {
			return fmt.Errorf("raft: Env.Peers[%d] is nil", i)
		}
	}
	if env.Persister == nil {
		return errors.New("raft: Env.Persister is nil")
	}
	if env.ApplyCh == nil {
		return errors.New("raft: Env.ApplyCh is nil")
	}
	if env.Rand == nil {
		return errors.New("raft: Env.Rand is nil")
	}
	return nil
}

// Start implements [raftiface.Raft]. It panics if command cannot be encoded
// with gob, because such a command could be neither stored nor sent.
func (r *Raft) Start(command any) (index, term int, isLeader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role != leader || r.handsOver() {
		return 0, r.currentTerm, false
	}
	r.log.append(LogEntry{Term: r.currentTerm, Command: command})
	r.persist() // before it is sent, and before this server counts towards its quorum
	if r.quorum() == 1 {
		r.advanceCommitIndex()
	}
	for peer := range r.others() {
		r.replicate(peer)
	}
	return r.log.lastIndex(), r.currentTerm, true
}

// GetState implements [raftiface.Raft].
func (r *Raft) GetState() (term int, isLeader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.currentTerm, r.role == leader
}

// Kill implements [raftiface.Raft]. A killed server answers nothing, saves
// nothing and sends nothing.
func (r *Raft) Kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role != dead {
		r.becomeDead()
	}
}

// others yields the indexes of all members but this one, in order.
func (r *Raft) others() iter.Seq[int] {
	return func(yield func(int) bool) {
		for peer := range r.peers {
			if peer != r.me && r.members.Has(peer) && !yield(peer) {
				return
			}
		}
	}
}
