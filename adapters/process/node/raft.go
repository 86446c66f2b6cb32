package node

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Raft is a replica whose state is in a node's process. Its methods may be called from
// many goroutines.
type Raft struct {
	env     raftiface.Env
	program *program
	process *Process
	begun   time.Time
	killed  chan struct{} // closed by Kill
	kill    sync.Once
	queue   *queue // on the way to the apply channel
	alarm   *time.Timer

	// Virtual time does not pass while the mutex is held: the node thinks.
	mu       sync.Mutex
	events   int // that the node was told of
	term     int
	leader   bool
	timers   timers
	firings  firings
	reads    reads
	lastRead int
	broken   error // why the node is asked no more, if it is not
}

var (
	_ raftiface.Raft              = (*Raft)(nil)
	_ raftiface.Snapshotter       = (*Raft)(nil)
	_ raftiface.ReadIndexer       = (*Raft)(nil)
	_ raftiface.LeaderTransferrer = (*Raft)(nil)
	_ raftiface.MembershipChanger = (*Raft)(nil)
)

// Message is a datagram from one node to another.
type Message struct {
	From int
	Body json.RawMessage
}

// String returns the body, for traces.
func (m Message) String() string { return string(m.Body) }

// newRaft starts a process and tells it what its predecessors saved.
func newRaft(env raftiface.Env, program *program) (*Raft, error) {
	process, err := program.process()
	if err != nil {
		return nil, err
	}
	r := &Raft{
		env: env, program: program, process: process, begun: time.Now(),
		killed: make(chan struct{}), queue: newQueue(env.ApplyCh),
		reads: reads{},
	}
	r.alarm = time.AfterFunc(time.Hour, r.ring)
	r.alarm.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := r.tell(Event{
		Event: Init, Protocol: Version, Replica: &env.Me, Replicas: len(env.Peers), Members: membersOf(env.Members),
		Seed: 1 + env.Rand.Int64N(largest-1), State: env.Persister.ReadRaftState(), Snapshot: env.Persister.ReadSnapshot(),
	}); err != nil {
		return nil, err
	}
	go r.queue.deliver(r.killed)
	return r, nil
}

// ask tells the node of an event that others have brought about. It panics if the node
// is broken, and returns nothing if it is killed.
func (r *Raft) ask(e Event) Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, err := r.tell(e)
	if err != nil {
		panic(err)
	}
	return a
}

// tell tells the node of an event and carries out what it answers. It expects r.mu to
// be held.
func (r *Raft) tell(e Event) (a Answer, err error) {
	if r.broken != nil || r.isKilled() {
		return Answer{}, r.broken
	}
	r.events++
	e.Now = time.Since(r.begun)
	line, err := r.process.Ask(e.Line())
	if err != nil && r.isKilled() {
		return Answer{}, nil // a process that is being killed may have closed its output first
	}
	if err == nil {
		a, err = Decode(line, e, len(r.env.Peers))
	}
	if err != nil {
		return Answer{}, r.breakFor(fmt.Errorf("(%v): %w", e, err))
	}
	for _, action := range a.Actions {
		r.carryOut(action)
	}
	r.term, r.leader = a.Term, a.Leader
	r.wind()
	return a, nil
}

// breakFor has the node be asked no more, and returns what to tell of that. It expects
// r.mu to be held.
func (r *Raft) breakFor(err error) error {
	r.broken = fmt.Errorf("node %v, event %d of its life %w\n%s", r.process.command, r.events, err, r.process.Obituary())
	return r.broken
}

// carryOut does what the node has asked for. What it asks for after a save at which the
// replica crashes goes nowhere, as nothing does that leaves a replica that is down. It
// expects r.mu to be held.
func (r *Raft) carryOut(action Action) {
	switch a := action.(type) {
	case *SaveAction:
		snapshot := a.Snapshot
		if snapshot == nil {
			snapshot = r.env.Persister.ReadSnapshot()
		}
		r.env.Persister.Save(a.State, snapshot)
	case *SendAction:
		r.env.Peers[a.To].Send("Raft.Receive", &Message{From: r.env.Me, Body: a.Body})
	case *TimerAction:
		r.timers.set(a.ID, time.Now().Add(a.After))
	case *StopAction:
		r.timers.stop(a.ID)
	case *ApplyAction:
		r.queue.add(raftiface.ApplyMsg{CommandValid: true, CommandIndex: a.Index, Command: a.Command})
	case *InstallAction:
		r.queue.add(raftiface.ApplyMsg{SnapshotValid: true, SnapshotIndex: a.Index, Snapshot: a.Snapshot, Membership: a.Members})
	case *ConfigurationAction:
		r.queue.add(raftiface.ApplyMsg{MembershipValid: true, MembershipIndex: a.Index, Membership: a.Members})
	case *ReadAction:
		r.reads.answer(*a)
	case *LogAction:
		r.env.Logf("%s", a.Text)
	default:
		panic(fmt.Sprintf("node: no such action: %T", action))
	}
}

// wind sets the alarm to the timer that is due first. It expects r.mu to be held.
func (r *Raft) wind() {
	if len(r.timers) == 0 {
		r.alarm.Stop()
		return
	}
	r.alarm.Reset(time.Until(r.timers[0].due))
}

// ring tells the node of the timers that are due. What breaks it then is told to who
// calls next: a panic here would end the test binary.
func (r *Raft) ring() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.broken == nil && !r.isKilled() {
		id, due := r.timers.take(time.Now())
		if !due {
			return
		}
		if now := time.Now(); r.firings.add(id, now) {
			r.breakFor(fmt.Errorf("(timer %q): it has gone off %d times in %v of the cluster's time; all times are in nanoseconds", id, mostTimes, now.Sub(r.firings.began)))
			return
		}
		r.tell(Event{Event: TimedOut, Timer: id})
	}
}

// Receive is the handler of datagrams.
func (r *Raft) Receive(m *Message) {
	r.ask(Event{Event: Received, From: &m.From, Body: m.Body})
}

// Start implements [raftiface.Raft].
func (r *Raft) Start(command any) (index, term int, isLeader bool) {
	a := r.ask(Event{Event: Start, Command: encodeCommand(command)})
	return a.Index, a.Term, a.Index > 0
}

// GetState implements [raftiface.Raft]. Each answer has told it.
func (r *Raft) GetState() (term int, isLeader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		panic(r.broken)
	}
	return r.term, r.leader
}

// Snapshot implements [raftiface.Snapshotter].
func (r *Raft) Snapshot(index int, snapshot []byte) {
	r.ask(Event{Event: Snapshot, Index: index, Snapshot: snapshot})
}

// TransferLeadership implements [raftiface.LeaderTransferrer].
func (r *Raft) TransferLeadership(to int) bool { return r.ask(Event{Event: Transfer, To: &to}).OK }

// ChangeMembership implements [raftiface.MembershipChanger].
func (r *Raft) ChangeMembership(to raftiface.Membership) bool {
	return r.ask(Event{Event: Change, Members: membersOf(to)}).OK
}

// Kill implements [raftiface.Raft]. It does not wait for the node to answer, and so not
// for the mutex.
func (r *Raft) Kill() {
	r.kill.Do(func() {
		close(r.killed)
		r.alarm.Stop()
		if !r.mu.TryLock() { // the node is thinking
			r.process.End()
			return
		}
		defer r.mu.Unlock()
		if r.broken == nil {
			r.program.done(r.process)
		}
	})
}

func (r *Raft) isKilled() bool {
	select {
	case <-r.killed:
		return true
	default:
		return false
	}
}
