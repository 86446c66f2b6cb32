// Package glue puts a 6.824/6.5840 lab's Raft behind raftcheck's contract. It is
// imported by the program that adapters/lab generates around a checkout; nobody
// else needs it.
//
// The lab's types differ from year to year and live in packages of the checkout,
// so everything here works on them by reflection.
package glue

import (
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
	// with any pointer, channel and result types. Further parameters get zeros, a
	// variadic tail nothing.
	Make any
	// NewEnd makes a *labrpc.ClientEnd from a raftiface.Peer, NewPersister a
	// *Persister from a raftiface.Persister.
	NewEnd, NewPersister any
	// AsksBeforeInstalling: the lab's tester calls CondInstallSnapshot before it
	// installs a snapshot. SkipsBehindSnapshots: it then skips commands that the
	// snapshot holds.
	AsksBeforeInstalling, SkipsBehindSnapshots bool
	// ElectionsOnly: the Raft is judged by its elections, since that is all there
	// is of it yet.
	ElectionsOnly bool
	// SnapshotUnwritten: the method Snapshot does nothing yet.
	SnapshotUnwritten bool
}

// Implementation describes the checkout's Raft to the suites. It declares
// snapshots if the Raft has a method Snapshot(index int, snapshot []byte) that is
// written, and its messages carry them.
func Implementation(c Checkout) raftiface.Implementation {
	constructor := reflect.ValueOf(c.Make)
	form := formOf(constructor.Type().In(3).Elem())
	return raftiface.Implementation{
		Name: c.Name,
		Make: func(env raftiface.Env) (raftiface.Raft, error) { return start(c, constructor, form, env) },
		Features: raftiface.Features{
			Snapshots: !c.SnapshotUnwritten && form.hasSnapshots() && constructor.Type().Out(0).Implements(reflect.TypeFor[raftiface.Snapshotter]()),
		},
		Sizes:         []int{3, 5, 7}, // those of the labs' own tests
		ElectionsOnly: c.ElectionsOnly,
	}
}

// start calls the lab's Make.
func start(c Checkout, constructor reflect.Value, form form, env raftiface.Env) (raftiface.Raft, error) {
	// Labs draw election timeouts from package math/rand's global source, which
	// has to be seeded again at each start to make the run repeat.
	//lint:ignore SA1019 no other way seeds the global source
	rand.Seed(int64(env.Rand.Uint64()))

	t := constructor.Type()
	ends := reflect.MakeSlice(t.In(0), 0, len(env.Peers))
	r := &Replica{Checkout: c, form: form, env: env, made: make(chan struct{}), killed: make(chan struct{})}
	for _, p := range env.Peers {
		var link raftiface.Peer = &peer{p, &r.life}
		ends = reflect.Append(ends, reflect.ValueOf(c.NewEnd).Call([]reflect.Value{reflect.ValueOf(&link).Elem()})[0])
	}
	persister := reflect.ValueOf(c.NewPersister).Call([]reflect.Value{reflect.ValueOf(&env.Persister).Elem()})[0]
	r.applyCh = reflect.MakeChan(t.In(3), 0)
	args := []reflect.Value{ends, reflect.ValueOf(env.Me), persister, r.applyCh}
	for i := len(args); i < t.NumIn() && !(t.IsVariadic() && i == t.NumIn()-1); i++ {
		args = append(args, reflect.Zero(t.In(i)))
	}
	defer func() {
		if r.raft == nil {
			close(r.killed)
		}
	}()
	go r.forward() // as some testers do, so that Make may send
	made := constructor.Call(args)[0]
	if (made.Kind() == reflect.Interface || made.Kind() == reflect.Pointer) && made.IsNil() {
		return nil, nil // which the harness reports
	}
	r.raft = made.Interface()
	r.start = starter(reflect.ValueOf(r.raft).MethodByName("Start"))
	close(r.made)
	return r, nil
}

// starter returns the method Start of a lab's Raft, whose parameter may be of any
// empty interface.
func starter(method reflect.Value) func(command any) (index, term int, isLeader bool) {
	if plain, ok := method.Interface().(func(any) (int, int, bool)); ok {
		return plain
	}
	return func(command any) (index, term int, isLeader bool) {
		out := method.Call([]reflect.Value{reflect.ValueOf(&command).Elem().Convert(method.Type().In(0))})
		return int(out[0].Int()), int(out[1].Int()), out[2].Bool()
	}
}

// Replica is a lab's Raft behind the contract.
type Replica struct {
	Checkout
	raft      any
	start     func(command any) (index, term int, isLeader bool)
	applyCh   reflect.Value // of the lab's own ApplyMsg
	form      form
	env       raftiface.Env
	life      life
	once      sync.Once
	made      chan struct{} // closed when raft is set
	killed    chan struct{} // closed by Kill
	installed int           // the index of the latest snapshot that the Raft was asked about
}

// Start implements raftiface.Raft.
func (r *Replica) Start(command any) (index, term int, isLeader bool) { return r.start(command) }

// GetState implements raftiface.Raft.
func (r *Replica) GetState() (term int, isLeader bool) {
	return r.raft.(interface{ GetState() (int, bool) }).GetState()
}

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

// translate makes the contract's message from a lab's. It is wanted if the lab's
// own tester would not pass over it.
func (r *Replica) translate(msg reflect.Value) (m raftiface.ApplyMsg, wanted bool) {
	m = r.form.read(msg)
	switch {
	case !m.CommandValid && !m.SnapshotValid:
		r.env.Logf("on the apply channel, and ignored, as it is neither a command nor a snapshot: %+v", msg)
		return m, false
	case m.SnapshotValid && r.AsksBeforeInstalling:
		return m, r.install(m)
	case m.CommandValid && r.SkipsBehindSnapshots:
		return m, m.CommandIndex > r.installed
	}
	return m, true
}

// install asks a lab's Raft whether it goes on from a snapshot, as it does in
// 2021 and 2022.
func (r *Replica) install(m raftiface.ApplyMsg) bool {
	select {
	case <-r.made:
	case <-r.killed:
		return false
	}
	raft, asked := r.raft.(interface {
		CondInstallSnapshot(lastIncludedTerm, lastIncludedIndex int, snapshot []byte) bool
	})
	if !asked {
		return true
	}
	if !raft.CondInstallSnapshot(m.SnapshotTerm, m.SnapshotIndex, m.Snapshot) {
		return false
	}
	r.installed = m.SnapshotIndex
	return true
}
