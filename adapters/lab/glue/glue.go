// Package glue puts a 6.824/6.5840 lab's Raft behind raftcheck's contract. It is
// imported by the program that adapters/lab generates around a checkout; nobody
// else needs it.
//
// The lab's types differ from year to year and live in packages of the checkout,
// so everything here works on them by reflection.
package glue

import (
	"fmt"
	"math/rand"
	"reflect"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// drainFor is how long after Kill what a Raft delivers is still received.
const drainFor = 8 * time.Second

// Checkout is what the generated program says of the checkout it was built from.
type Checkout struct {
	// Name is what the reports call it.
	Name string
	// Make is the lab's constructor:
	//
	//	func(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) …
	//
	// with any pointer, channel and result types, and perhaps a variadic tail.
	Make any
	// NewEnd makes a *labrpc.ClientEnd from a raftiface.Peer, NewPersister a
	// *Persister from a raftiface.Persister.
	NewEnd, NewPersister any
}

// Implementation describes the checkout's Raft to the suites. It declares
// snapshots if the Raft has a method Snapshot(index int, snapshot []byte).
func Implementation(c Checkout) raftiface.Implementation {
	constructor := reflect.ValueOf(c.Make)
	return raftiface.Implementation{
		Name: c.Name,
		Make: func(env raftiface.Env) (raftiface.Raft, error) { return start(c, constructor, env) },
		Features: raftiface.Features{
			Snapshots: constructor.Type().Out(0).Implements(reflect.TypeFor[raftiface.Snapshotter]()),
		},
		Sizes: []int{3, 5, 7}, // those of the labs' own tests
	}
}

// start calls the lab's Make.
func start(c Checkout, constructor reflect.Value, env raftiface.Env) (raftiface.Raft, error) {
	// Labs draw election timeouts from package math/rand's global source, which
	// has to be seeded again at each start to make the run repeat.
	//lint:ignore SA1019 no other way seeds the global source
	rand.Seed(int64(env.Rand.Uint64()))

	t := constructor.Type()
	ends := reflect.MakeSlice(t.In(0), 0, len(env.Peers))
	r := &Replica{env: env, killed: make(chan struct{})}
	for _, p := range env.Peers {
		var link raftiface.Peer = &peer{p, &r.life}
		ends = reflect.Append(ends, reflect.ValueOf(c.NewEnd).Call([]reflect.Value{reflect.ValueOf(&link).Elem()})[0])
	}
	persister := reflect.ValueOf(c.NewPersister).Call([]reflect.Value{reflect.ValueOf(&env.Persister).Elem()})[0]
	r.applyCh = reflect.MakeChan(t.In(3), 0)
	made := constructor.Call([]reflect.Value{ends, reflect.ValueOf(env.Me), persister, r.applyCh})[0]
	if (made.Kind() == reflect.Interface || made.Kind() == reflect.Pointer) && made.IsNil() {
		return nil, nil // which the harness reports
	}
	raft, ok := made.Interface().(lab)
	if !ok {
		return nil, fmt.Errorf("%v, which Make returned, lacks Start(command interface{}) (int, int, bool) or GetState() (int, bool)", made.Type())
	}
	r.raft = raft
	go r.forward()
	return r, nil
}

// lab is what every year's Raft has.
type lab interface {
	Start(command any) (index, term int, isLeader bool)
	GetState() (term int, isLeader bool)
}

// Replica is a lab's Raft behind the contract.
type Replica struct {
	raft    lab
	applyCh reflect.Value // of the lab's own ApplyMsg
	env     raftiface.Env
	life    life
	once    sync.Once
	killed  chan struct{} // closed by Kill
}

// Start implements raftiface.Raft.
func (r *Replica) Start(command any) (index, term int, isLeader bool) { return r.raft.Start(command) }

// GetState implements raftiface.Raft.
func (r *Replica) GetState() (term int, isLeader bool) { return r.raft.GetState() }

// Snapshot implements raftiface.Snapshotter, for a lab that does.
func (r *Replica) Snapshot(index int, snapshot []byte) {
	r.raft.(raftiface.Snapshotter).Snapshot(index, snapshot)
}

// RPCReceiver implements raftiface.RPCReceiver: the lab's handlers are methods
// of its own type.
func (r *Replica) RPCReceiver() any { return r.raft }

// Kill implements raftiface.Raft. Some years' Rafts have no Kill.
func (r *Replica) Kill() {
	r.once.Do(func() { close(r.killed) })
	if raft, ok := r.raft.(interface{ Kill() }); ok {
		raft.Kill()
		return
	}
	r.life.end()
}

// forward hands on what the lab's Raft delivers, until its channel is closed or
// some time after it was killed.
func (r *Replica) forward() {
	const delivered, killed = 0, 1
	cases := []reflect.SelectCase{
		delivered: {Dir: reflect.SelectRecv, Chan: r.applyCh},
		killed:    {Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.killed)},
	}
	for {
		chosen, msg, ok := reflect.Select(cases)
		switch {
		case chosen == killed:
			r.drain()
			return
		case !ok:
			return
		}
		if m, wanted := r.translate(msg); wanted {
			r.env.ApplyCh <- m
		}
	}
}

// drain receives what a killed Raft still delivers, so that it can notice that
// it was killed.
func (r *Replica) drain() {
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: r.applyCh},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(time.After(drainFor))},
	}
	for {
		if chosen, _, ok := reflect.Select(cases); chosen == 1 || !ok {
			return
		}
	}
}

// translate makes the contract's message from a lab's. Fields that a year's lab
// does not have are zero. A snapshot that the lab's Raft takes back by
// CondInstallSnapshot, as in 2021 and 2022, is not wanted.
func (r *Replica) translate(msg reflect.Value) (m raftiface.ApplyMsg, wanted bool) {
	msg = reflect.Indirect(msg)
	to := reflect.ValueOf(&m).Elem()
	for i := range to.NumField() {
		from := msg.FieldByName(to.Type().Field(i).Name)
		if from.IsValid() && from.Type().AssignableTo(to.Field(i).Type()) {
			to.Field(i).Set(from)
		}
	}
	if raft, ok := r.raft.(interface {
		CondInstallSnapshot(lastIncludedTerm, lastIncludedIndex int, snapshot []byte) bool
	}); ok && m.SnapshotValid {
		return m, raft.CondInstallSnapshot(m.SnapshotTerm, m.SnapshotIndex, m.Snapshot)
	}
	return m, true
}
