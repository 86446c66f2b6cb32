package hashicorpraft

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/hashicorp/raft"

	"github.com/raftcheck/raftcheck/raftiface"
)

// fsm is the library's view of the service. It hands out what is applied, and
// its state, as far as snapshots go, is the content that the service handed
// over last and what was delivered since.
type fsm struct {
	applyCh chan<- raftiface.ApplyMsg
	stop    <-chan struct{} // closed by Kill
	// caughtUp is closed once the entries of the snapshot this instance
	// started from have been delivered.
	caughtUp chan struct{}
	started  bool // NewRaft has returned

	mu    sync.Mutex
	state snapshot
}

var _ raft.ConfigurationStore = (*fsm)(nil)

func newFSM(applyCh chan<- raftiface.ApplyMsg, stop <-chan struct{}) *fsm {
	return &fsm{applyCh: applyCh, stop: stop, caughtUp: make(chan struct{})}
}

// start delivers what the snapshot on disk has beyond its content, which the
// service has restored itself. NewRaft called Restore with that snapshot, if
// there is one.
func (f *fsm) start() {
	f.started = true
	go func() {
		defer close(f.caughtUp)
		f.mu.Lock()
		tail := f.state.tail
		f.mu.Unlock()
		for _, e := range tail {
			f.deliver(e)
		}
	}()
}

// Apply implements [raft.FSM].
func (f *fsm) Apply(log *raft.Log) any {
	f.take(entry{index: log.Index, term: log.Term, command: log.Data})
	return nil
}

// StoreConfiguration implements [raft.ConfigurationStore].
func (f *fsm) StoreConfiguration(index uint64, configuration raft.Configuration) {
	f.take(entry{index: index, configuration: &configuration})
}

func (f *fsm) take(e entry) {
	<-f.caughtUp
	f.mu.Lock()
	f.state.tail = append(f.state.tail, e)
	f.mu.Unlock()
	f.deliver(e)
}

// members returns the latest configuration that the FSM was given.
func (f *fsm) members() members {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state.membersBefore(len(f.state.tail))
}

// handedOver takes the service's state up to and including an index, and
// reports whether it is news.
func (f *fsm) handedOver(index uint64, content []byte) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.state.tail, func(e entry) bool { return e.index == index })
	if i < 0 {
		return false
	}
	f.state = f.state.advanced(i+1, content)
	return true
}

// Snapshot implements [raft.FSM]. Its index, for the library, is that of the
// entry applied last.
func (f *fsm) Snapshot() (raft.FSMSnapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state.index == 0 {
		return nil, raft.ErrNothingNewToSnapshot
	}
	s := f.state
	s.tail = slices.Clone(s.tail)
	return s, nil
}

// Restore implements [raft.FSM].
func (f *fsm) Restore(source io.ReadCloser) error {
	encoded, err := io.ReadAll(source)
	if err != nil {
		return err
	}
	restored, err := decodeSnapshot(encoded)
	if err != nil {
		return err
	}
	if !f.started {
		f.state = restored
		return nil
	}
	<-f.caughtUp
	f.replace(restored)
	return nil
}

// replace puts a snapshot from the leader in place of the state. Its content may
// be older than what was delivered though the snapshot is not; the service
// keeps its state then, and gets what it has not seen.
func (f *fsm) replace(s snapshot) {
	f.mu.Lock()
	here := f.state.last()
	f.state = s
	f.mu.Unlock()
	if s.index > here || s.last() < here {
		f.send(raftiface.ApplyMsg{SnapshotValid: true, Snapshot: bytes.Clone(s.content), SnapshotIndex: int(s.index), SnapshotTerm: int(s.term),
			Membership: membershipOf(s.members.servers)})
		here = s.index
	}
	for _, e := range after(s.tail, here) {
		f.deliver(e)
	}
}

func (f *fsm) deliver(e entry) {
	switch {
	case e.index == bootstrapIndex:
	case e.configuration != nil:
		f.send(raftiface.ApplyMsg{MembershipValid: true, MembershipIndex: int(e.index), Membership: membershipOf(*e.configuration)})
	default:
		f.send(raftiface.ApplyMsg{CommandValid: true, Command: decodeCommand(e.command), CommandIndex: int(e.index)})
	}
}

// send gives up when the replica is killed: it does not matter then what the
// library believes to be applied.
func (f *fsm) send(msg raftiface.ApplyMsg) {
	select {
	case f.applyCh <- msg:
	case <-f.stop:
	}
}

// Persist implements [raft.FSMSnapshot].
func (s snapshot) Persist(sink raft.SnapshotSink) error {
	if _, err := sink.Write(s.encode()); err != nil {
		return err
	}
	return sink.Close()
}

// Release implements [raft.FSMSnapshot].
func (s snapshot) Release() {}

// encodeCommand returns a command as bytes, by encoding/gob, with which the
// service has registered its type.
func encodeCommand(cmd any) []byte {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(&cmd); err != nil {
		panic(fmt.Sprintf("hashicorpraft: a command of type %T cannot be encoded: %v", cmd, err))
	}
	return b.Bytes()
}

func decodeCommand(data []byte) (cmd any) {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&cmd); err != nil {
		panic(fmt.Sprintf("hashicorpraft: the log has a command that cannot be decoded: %v", err))
	}
	return cmd
}
