package world

import (
	"fmt"
	"sync/atomic"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
)

// replica is what stays of a replica across its instances.
type replica struct {
	number   int
	storage  *storage
	instance atomic.Pointer[instance] // the latest; nil before the first
	boots    int
	pace     pace
}

// running returns the replica's instance if it is up and has been made.
func (r *replica) running() *instance {
	if in := r.instance.Load(); in != nil && in.isUp() {
		return in
	}
	return nil
}

// boot starts a new instance of the replica on what its predecessors saved.
func (r *replica) boot(g *ground) {
	r.boots++
	in := &instance{
		ground:     g,
		number:     r.number,
		generation: r.boots,
		pace:       &r.pace,
		disk:       r.storage.open(),
		applyCh:    make(chan raftiface.ApplyMsg),
		made:       make(chan struct{}),
		attempts:   attempts{},
	}
	service, err := restore(in.disk.ReadSnapshot())
	if err != nil {
		g.fail(checker.SnapshotContent, fmt.Sprintf("replica %d restarts with a snapshot of %v", r.number, err))
	}
	in.service = service
	in.node = g.net.Boot(r.number)
	r.instance.Store(in)
	if r.boots > 1 {
		g.safety.Restarted(g.net.Now(), r.number, service.applied)
	}
	g.goBackground(in.applyLoop)
	in.makeRaft()
	if !in.rise() {
		in.kill() // its crash came while it was made
	}
}
