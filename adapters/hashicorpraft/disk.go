package hashicorpraft

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/raft"

	"github.com/raftcheck/raftcheck/raftiface"
)

// disk is what a replica has on stable storage: the contents of the library's
// three stores. Every operation that changes one of them is one Save.
//
// A Save may take its time, and the library has two goroutines that save at
// once, its main one and the one that delivers a heartbeat. So, as in a
// database with one writer and many readers, a writer waits for the one before
// it, and readers see the state before a change until that change is saved.
type disk struct {
	persister raftiface.Persister
	// writing is full while a change is under way. It is a lock, but a channel:
	// time stands still for those who wait for a mutex.
	writing chan struct{}
	buffer  []byte // for encoding, guarded by writing

	mu    sync.Mutex // guards state, and is not held during a Save
	state state
}

// state is what is on a disk. What its fields refer to is never changed, only
// replaced.
type state struct {
	values   map[string][]byte // of the StableStore
	log      records
	meta     *raft.SnapshotMeta // nil if there is no snapshot
	snapshot snapshot
}

// openDisk returns the disk as it was last saved.
func openDisk(persister raftiface.Persister) (*disk, error) {
	s, err := decodeState(persister.ReadRaftState(), persister.ReadSnapshot())
	if err != nil {
		return nil, fmt.Errorf("hashicorpraft: read the saved state: %w", err)
	}
	return &disk{persister: persister, writing: make(chan struct{}, 1), state: s}, nil
}

// read returns the state as of the latest Save that has returned.
func (d *disk) read() state {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

// change lets modify make its change to a copy of the state and saves that,
// unless modify says that nothing has changed.
func (d *disk) change(modify func(*state) bool) {
	d.writing <- struct{}{}
	defer func() { <-d.writing }()
	s := d.read()
	if !modify(&s) {
		return
	}
	d.buffer = s.append(d.buffer[:0])
	d.persister.Save(d.buffer, s.snapshot.content)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state = s
}

// append encodes all of the state but the snapshot's content.
func (s state) append(b []byte) []byte {
	b = appendNumber(b, uint64(len(s.values)))
	for _, key := range slices.Sorted(maps.Keys(s.values)) {
		b = appendString(b, []byte(key))
		b = appendString(b, s.values[key])
	}
	if s.meta == nil {
		b = appendNumber(b, 0)
	} else {
		b = appendNumber(b, 1)
		b = appendMeta(b, s.meta)
		b = appendString(b, s.snapshot.head())
	}
	return append(b, s.log.bytes...)
}

// decodeState returns the state that was saved. The persister's slices are
// copies, so they can be kept.
func decodeState(raftState, content []byte) (state, error) {
	s := state{values: map[string][]byte{}}
	if len(raftState) == 0 {
		return s, nil
	}
	d := decoder{rest: raftState}
	for range d.count() {
		key := d.string()
		s.values[string(key)] = d.string()
	}
	var err error
	switch d.number() {
	case 0:
	case 1:
		s.meta = d.meta()
		if s.snapshot, err = joinSnapshot(d.string(), content); err != nil {
			return state{}, err
		}
	default:
		d.fail()
	}
	if d.err != nil {
		return state{}, d.err
	}
	s.log, err = decodeRecords(d.rest)
	return s, err
}
