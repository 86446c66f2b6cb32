package world

import (
	"slices"
	"sync"

	"github.com/raftcheck/raftcheck/raftiface"
)

// storage is one replica's disk. It outlives the replica's instances.
type storage struct {
	mu        sync.Mutex
	raftState []byte // it and snapshot are written over by the next save
	snapshot  []byte
	saves     int         // by all instances
	finished  int         // of these, those that have returned
	point     *crashPoint // armed, or nil
	// onSave is called after each save with the number of saves, without the
	// lock; nil for a disk that takes no time.
	onSave func(saves int)
}

// A crashPoint takes the replica down at a save.
type crashPoint struct {
	atSave int  // counted as storage.saves
	before bool // the save does not reach the disk
	crash  func()
}

// disk is an instance's handle to its storage. Once the instance has crashed
// its saves go nowhere.
type disk struct {
	storage *storage
	closed  bool // guarded by storage.mu
}

var _ raftiface.Persister = (*disk)(nil)

func (s *storage) open() *disk { return &disk{storage: s} }

// arm sets a crash point at the k-th save from now.
func (s *storage) arm(k int, before bool, crash func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.point = &crashPoint{atSave: s.saves + k, before: before, crash: crash}
}

func (s *storage) disarm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.point = nil
}

// afterSaves sets what is called after each save.
func (s *storage) afterSaves(f func(saves int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onSave = f
}

// close makes all later saves go nowhere.
func (d *disk) close() {
	d.storage.mu.Lock()
	defer d.storage.mu.Unlock()
	d.closed = true
}

// Save implements [raftiface.Persister].
func (d *disk) Save(raftState, snapshot []byte) {
	after, saves := d.save(raftState, snapshot)
	if after != nil {
		after(saves)
	}
	if saves > 0 {
		d.storage.finish()
	}
}

func (s *storage) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished++
}

// finishedSaves returns how many saves have returned.
func (s *storage) finishedSaves() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.finished
}

// save stores both, unless the instance has crashed or does so before this
// save. It returns what is to be done once the lock is released, and the number of
// saves, zero if the instance has crashed.
func (d *disk) save(raftState, snapshot []byte) (after func(saves int), saves int) {
	s := d.storage
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.closed {
		return nil, 0
	}
	s.saves++
	point := s.point
	if point != nil && point.atSave != s.saves {
		point = nil
	}
	if point == nil || !point.before {
		s.raftState = append(s.raftState[:0], raftState...)
		s.snapshot = append(s.snapshot[:0], snapshot...)
	}
	if point != nil {
		s.point = nil
		d.closed = true
		return func(int) { point.crash() }, s.saves
	}
	return s.onSave, s.saves
}

// ReadRaftState implements [raftiface.Persister].
func (d *disk) ReadRaftState() []byte {
	d.storage.mu.Lock()
	defer d.storage.mu.Unlock()
	return slices.Clone(d.storage.raftState)
}

// ReadSnapshot implements [raftiface.Persister].
func (d *disk) ReadSnapshot() []byte {
	d.storage.mu.Lock()
	defer d.storage.mu.Unlock()
	return slices.Clone(d.storage.snapshot)
}

// RaftStateSize implements [raftiface.Persister].
func (d *disk) RaftStateSize() int {
	d.storage.mu.Lock()
	defer d.storage.mu.Unlock()
	return len(d.storage.raftState)
}

// SnapshotSize implements [raftiface.Persister].
func (d *disk) SnapshotSize() int {
	d.storage.mu.Lock()
	defer d.storage.mu.Unlock()
	return len(d.storage.snapshot)
}
