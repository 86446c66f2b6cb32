package harness

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// An instance is a replica from one start to the next crash: the Raft under
// test, its disk handle and network node, and the service on top of it.
type instance struct {
	cluster    *Cluster
	replica    int
	generation int // counts the replica's instances, from 1
	node       *labrpc.Node
	disk       *disk
	applyCh    chan raftiface.ApplyMsg
	made       chan struct{}  // closed when Make has returned
	raft       raftiface.Raft // set before made is closed

	mu       sync.Mutex
	up       bool // made, and not down
	down     bool // crashed
	service  *service
	attempts map[int]*attempt // by command ID, undecided ones only
}

// An attempt is a command given to Start whose fate is open.
type attempt struct {
	index  int // 0 until Start has returned
	decide func(fate)
}

// A fate is what became of an attempt, as far as the instance knows.
type fate struct {
	outcome checker.Outcome
	output  checker.Output
	index   int
}

// boot starts a new instance of a replica on what its predecessors saved.
func (c *Cluster) boot(replica int) {
	r := c.replicas[replica]
	r.boots++
	in := &instance{
		cluster:    c,
		replica:    replica,
		generation: r.boots,
		disk:       r.storage.open(),
		applyCh:    make(chan raftiface.ApplyMsg),
		made:       make(chan struct{}),
		attempts:   map[int]*attempt{},
	}
	snapshot := in.disk.ReadSnapshot()
	service, err := restore(snapshot)
	if err != nil {
		c.fail(checker.SnapshotContent, fmt.Sprintf("replica %d restarts with a snapshot of %v", replica, err))
	}
	in.service = service
	in.node = c.net.Boot(replica)
	r.instance.Store(in)
	if r.boots > 1 {
		c.safety.Restarted(c.net.Now(), replica, service.applied)
	}
	c.goBackground(in.applyLoop)
	in.makeRaft()
	if !in.rise() {
		in.kill() // its crash came while it was made
	}
}

// makeRaft calls the implementation's Make and connects the Raft it returns.
func (in *instance) makeRaft() {
	c := in.cluster
	env := raftiface.Env{
		Peers:     in.node.Peers(),
		Me:        in.replica,
		Persister: in.disk,
		ApplyCh:   in.applyCh,
		Rand:      rand.New(rand.NewPCG(c.seed, uint64(in.replica)<<32|uint64(in.generation))),
		Logf:      in.logf,
	}
	var raft raftiface.Raft
	var err error
	c.calling(in.replica, "Make", func() { raft, err = c.impl.Make(env) })
	if err != nil {
		c.fail(ContractMake, fmt.Sprintf("Make of replica %d (start %d) returned the error: %v", in.replica, in.generation, err))
	}
	if isNil(raft) {
		c.fail(ContractMake, fmt.Sprintf("Make of replica %d (start %d) returned a nil Raft and no error", in.replica, in.generation))
	}
	in.raft = raft
	close(in.made)
	if c.impl.Features.Snapshots {
		if _, ok := raft.(raftiface.Snapshotter); !ok {
			c.fail(ContractMake, fmt.Sprintf("the implementation declares Snapshots, but %T has no method Snapshot(index int, snapshot []byte)", raft))
		}
	}
	if c.impl.Features.ReadIndex {
		if _, ok := raft.(raftiface.ReadIndexer); !ok {
			c.fail(ContractMake, fmt.Sprintf("the implementation declares ReadIndex, but %T has no method ReadIndex() (index int, ok bool)", raft))
		}
	}
	if err := in.node.Serve(receiverOf(raft)); err != nil {
		c.fail(ContractMake, err.Error())
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
	in.cluster.addLog(in.replica, fmt.Sprintf(format, args...))
}

// applyLoop receives what the Raft delivers, to the end of the scenario and so
// also after a crash, when it goes nowhere: a Raft that blocks on its apply
// channel cannot notice Kill.
func (in *instance) applyLoop() {
	select {
	case <-in.made:
	case <-in.cluster.closing:
		return
	}
	for {
		select {
		case msg, open := <-in.applyCh:
			if !open {
				return
			}
			in.deliver(msg)
		case <-in.cluster.closing:
			return
		}
	}
}

func (in *instance) deliver(msg raftiface.ApplyMsg) {
	c := in.cluster
	if d := c.serviceDelay(in.replica); d > 0 {
		c.net.Sleep(d)
	}
	if in.isDown() {
		return
	}
	switch {
	case msg.CommandValid == msg.SnapshotValid:
		c.violated(ContractMessages, fmt.Sprintf("replica %d delivered a message with CommandValid %t and SnapshotValid %t (CommandIndex %d, SnapshotIndex %d)",
			in.replica, msg.CommandValid, msg.SnapshotValid, msg.CommandIndex, msg.SnapshotIndex))
	case msg.SnapshotValid:
		in.install(msg)
	default:
		in.apply(msg)
	}
}

func (in *instance) apply(msg raftiface.ApplyMsg) {
	c := in.cluster
	cmd, ok := msg.Command.(command)
	if !ok {
		c.violated(checker.StartIndex, fmt.Sprintf("replica %d applied at index %d a command that nobody started: %T %v",
			in.replica, msg.CommandIndex, msg.Command, msg.Command))
		return
	}
	c.applied(in.replica, msg.CommandIndex, cmd)
	if c.stopping() {
		return
	}
	in.mu.Lock()
	before := in.service.applied
	output, effect := in.service.apply(msg.CommandIndex, cmd)
	in.settleAttempts(msg.CommandIndex, cmd.plain().ID, fate{checker.Done, output, effect})
	in.mu.Unlock()
	if in.snapshotDue(before, msg.CommandIndex) {
		in.takeSnapshot(msg.CommandIndex)
	}
}

// settleAttempts tells the attempts at an index what the delivery of the command
// applied means for them: the fate is that command's alone, for another one may
// have been at the index that Start said. It expects in.mu to be held.
func (in *instance) settleAttempts(index, applied int, f fate) {
	for id, a := range in.attempts {
		switch {
		case id == applied:
			a.decide(f)
		case a.index == index:
			a.decide(fate{outcome: checker.NeverHappened})
		default:
			continue
		}
		delete(in.attempts, id)
	}
}

// snapshotDue reports whether a service that goes from one index to a later one
// takes a snapshot. Each replica's service has a turn of its own, and may find
// that the entry at its turn was none of the service's.
func (in *instance) snapshotDue(from, to int) bool {
	every := in.cluster.scenario.SnapshotEvery
	if every == 0 {
		return false
	}
	turn := in.replica * every / in.cluster.Size()
	return (to+turn)/every > (from+turn)/every
}

func (in *instance) takeSnapshot(index int) {
	c := in.cluster
	in.mu.Lock()
	content := in.service.snapshot()
	in.mu.Unlock()
	c.safety.Snapshotted(c.net.Now(), in.replica, index, content)
	c.event("snapshot", in.replica, fmt.Sprintf("up to index %d", index))
	c.calling(in.replica, "Snapshot", func() { in.raft.(raftiface.Snapshotter).Snapshot(index, content) })
}

func (in *instance) install(msg raftiface.ApplyMsg) {
	c := in.cluster
	c.event("install", in.replica, fmt.Sprintf("snapshot up to index %d", msg.SnapshotIndex))
	c.safety.Installed(c.net.Now(), in.replica, msg.SnapshotIndex, msg.Snapshot)
	if c.checkSafety(); c.stopping() {
		return
	}
	service, err := restore(msg.Snapshot)
	if err != nil || service.applied != msg.SnapshotIndex {
		c.violated(checker.SnapshotContent, fmt.Sprintf("replica %d delivered a snapshot with SnapshotIndex %d of %d bytes that describe index %d (%v)",
			in.replica, msg.SnapshotIndex, len(msg.Snapshot), serviceIndex(service), err))
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.service = service
	for id, a := range in.attempts {
		if a.index > 0 && a.index <= service.applied {
			a.decide(fate{outcome: checker.Unknown})
			delete(in.attempts, id)
		}
	}
}

func serviceIndex(s *service) int {
	if s == nil {
		return 0
	}
	return s.applied
}

// start gives a command to the Raft. decide is called at most once, by whoever
// learns the command's fate; it is not called if Start refuses the command.
func (in *instance) start(cmd command, decide func(fate)) (index, term int, isLeader bool) {
	c := in.cluster
	id := cmd.plain().ID
	in.mu.Lock()
	if in.down {
		in.mu.Unlock()
		return 0, 0, false
	}
	a := &attempt{decide: decide}
	in.attempts[id] = a
	in.mu.Unlock()

	c.safety.Starting(c.net.Now(), in.replica, cmd.String())
	c.calling(in.replica, "Start", func() { index, term, isLeader = in.raft.Start(cmd) })
	c.started(in, cmd, index, term, isLeader)

	in.mu.Lock()
	defer in.mu.Unlock()
	_, open := in.attempts[id]
	switch {
	case in.down:
		return index, term, true
	case !isLeader:
		delete(in.attempts, id)
	case open && index <= in.service.applied:
		delete(in.attempts, id)
		decide(fate{outcome: checker.NeverHappened})
	case open:
		a.index = index
	}
	return index, term, isLeader
}

// readIndex answers a read without the log, for a Raft that declares ReadIndex.
func (in *instance) readIndex(input checker.Input, timeout time.Duration) fate {
	c := in.cluster
	type answer struct {
		index int
		ok    bool
	}
	answered := make(chan answer, 1)
	go c.callingFor(readPatience, in.replica, "ReadIndex", func() {
		index, ok := in.raft.(raftiface.ReadIndexer).ReadIndex()
		answered <- answer{index, ok}
	})
	deadline := c.net.Now() + timeout
	select {
	case a := <-answered:
		if !a.ok {
			return fate{outcome: checker.NeverHappened}
		}
		for c.net.Now() < deadline {
			if output, at, ok := in.readFrom(a.index, input); ok {
				return fate{checker.Done, output, at}
			}
			c.Sleep(time.Millisecond)
		}
	case <-c.timer(timeout):
	case <-c.stopped:
	}
	return fate{outcome: checker.NeverHappened}
}

// readFrom answers a read if the service has applied the index, and says how
// far it has applied.
func (in *instance) readFrom(index int, input checker.Input) (output checker.Output, at int, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.down || in.service.applied < index {
		return checker.Output{}, 0, false
	}
	return in.service.read(input), in.service.applied, true
}

// rise lets the instance take part, unless it crashed while it was made.
func (in *instance) rise() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.up = !in.down
	return in.up
}

// kill tells the Raft to stop, without waiting for it. One that is not made yet
// is told when it is.
func (in *instance) kill() {
	if isClosed(in.made) {
		go in.cluster.calling(in.replica, "Kill", in.raft.Kill)
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
	for _, a := range in.attempts {
		a.decide(fate{outcome: checker.Unknown})
	}
	clear(in.attempts)
	now := in.cluster.net.Now() // saves take no time, so what was shown before is saved
	in.cluster.safety.Crashed(now, in.replica, now)
	return true
}
