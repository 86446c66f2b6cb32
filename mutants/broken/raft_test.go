// Package broken proves that the judge convicts. Each of its Rafts is the
// reference with one thing broken; each must be failed with the property it
// breaks, in words that tell what contradicts what.
package broken

import (
	"sync"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
)

// Raft is the reference behind what is broken about it. Its RPCs are the
// reference's, under the same names: a replica is called by the name of its
// type.
type Raft struct {
	*raft.Raft
	me      int
	service chan raftiface.ApplyMsg
	breakage
	killed chan struct{}
	once   sync.Once
}

// breakage is what a replica does in the reference's stead. A nil function
// leaves the reference alone.
type breakage struct {
	// env changes what the reference gets to see.
	env func(env *raftiface.Env)
	// run is a goroutine that the replica starts.
	run func(r *Raft)
	// deliver sends what the service gets for a message the reference delivers.
	deliver func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg))
	// start, state, snapshot and kill replace the methods of that name.
	start     func(r *Raft, command any) (index, term int, isLeader bool)
	state     func(r *Raft) (term int, isLeader bool)
	snapshot  func(r *Raft, index int, snapshot []byte)
	kill      func(r *Raft)
	readIndex func(r *Raft) (index int, ok bool)
	transfer  func(r *Raft, to int) bool
	// vote and entries replace the handlers.
	vote    func(r *Raft, args *raft.RequestVoteArgs, reply *raft.RequestVoteReply)
	entries func(r *Raft, args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply)
}

// implementation returns the reference with a breakage of its own for every
// replica that is made.
func implementation(broken func(env raftiface.Env) breakage) raftiface.Implementation {
	impl := raft.Implementation()
	impl.Name = "broken"
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) { return newRaft(env, broken(env)) }
	return impl
}

func newRaft(env raftiface.Env, b breakage) (*Raft, error) {
	r := &Raft{me: env.Me, service: env.ApplyCh, breakage: b, killed: make(chan struct{})}
	if b.env != nil {
		b.env(&env)
	}
	if b.deliver != nil {
		env.ApplyCh = make(chan raftiface.ApplyMsg)
	}
	var err error
	if r.Raft, err = raft.New(env); err != nil {
		return nil, err
	}
	if b.deliver != nil {
		go r.forward(env.ApplyCh)
	}
	if b.run != nil {
		go b.run(r)
	}
	return r, nil
}

// forward passes deliveries on until the replica is killed.
func (r *Raft) forward(from chan raftiface.ApplyMsg) {
	for {
		select {
		case msg := <-from:
			r.deliver(r, msg, r.send)
		case <-r.killed:
			return
		}
	}
}

// send delivers a message to the service.
func (r *Raft) send(msg raftiface.ApplyMsg) {
	select {
	case r.service <- msg:
	case <-r.killed:
	}
}

func (r *Raft) Start(command any) (index, term int, isLeader bool) {
	if r.start != nil {
		return r.start(r, command)
	}
	return r.Raft.Start(command)
}

func (r *Raft) GetState() (term int, isLeader bool) {
	if r.state != nil {
		return r.state(r)
	}
	return r.Raft.GetState()
}

func (r *Raft) Snapshot(index int, snapshot []byte) {
	if r.snapshot != nil {
		r.snapshot(r, index, snapshot)
		return
	}
	r.Raft.Snapshot(index, snapshot)
}

func (r *Raft) TransferLeadership(to int) bool {
	if r.transfer != nil {
		return r.transfer(r, to)
	}
	return r.Raft.TransferLeadership(to)
}

func (r *Raft) ReadIndex() (index int, ok bool) { return r.readIndex(r) }

func (r *Raft) Kill() {
	r.once.Do(func() { close(r.killed) })
	if r.kill != nil {
		r.kill(r)
		return
	}
	r.Raft.Kill()
}

func (r *Raft) RequestVote(args *raft.RequestVoteArgs, reply *raft.RequestVoteReply) {
	if r.vote != nil {
		r.vote(r, args, reply)
		return
	}
	r.Raft.RequestVote(args, reply)
}

func (r *Raft) AppendEntries(args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply) {
	if r.entries != nil {
		r.entries(r, args, reply)
		return
	}
	r.Raft.AppendEntries(args, reply)
}
