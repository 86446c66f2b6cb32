package hashicorpraft

import (
	"bytes"
	"encoding/binary"
	"maps"

	"github.com/hashicorp/raft"
)

// stableStore is the library's place for its term and its vote.
type stableStore struct{ disk *disk }

var _ raft.StableStore = stableStore{}

// Set implements [raft.StableStore]. What is there already is not saved again:
// NewRaft writes the term that it has just read, and Make takes no time.
func (s stableStore) Set(key, val []byte) error {
	s.disk.change(func(st *state) bool {
		if old, ok := st.values[string(key)]; ok && bytes.Equal(old, val) {
			return false
		}
		st.values = maps.Clone(st.values)
		st.values[string(key)] = bytes.Clone(val)
		return true
	})
	return nil
}

// Get implements [raft.StableStore].
func (s stableStore) Get(key []byte) ([]byte, error) {
	return bytes.Clone(s.disk.read().values[string(key)]), nil
}

// SetUint64 implements [raft.StableStore].
func (s stableStore) SetUint64(key []byte, val uint64) error {
	return s.Set(key, binary.BigEndian.AppendUint64(nil, val))
}

// GetUint64 implements [raft.StableStore].
func (s stableStore) GetUint64(key []byte) (uint64, error) {
	switch val := s.disk.read().values[string(key)]; len(val) {
	case 0:
		return 0, nil
	case 8:
		return binary.BigEndian.Uint64(val), nil
	}
	return 0, errMalformed
}

// logStore is the library's log. It tells stored of the entries that are about
// to be saved.
type logStore struct {
	disk   *disk
	stored func([]*raft.Log)
}

var _ raft.LogStore = logStore{}

// FirstIndex implements [raft.LogStore].
func (s logStore) FirstIndex() (uint64, error) {
	if all := s.disk.read().log.indexes; len(all) > 0 {
		return all[0], nil
	}
	return 0, nil
}

// LastIndex implements [raft.LogStore].
func (s logStore) LastIndex() (uint64, error) {
	if all := s.disk.read().log.indexes; len(all) > 0 {
		return all[len(all)-1], nil
	}
	return 0, nil
}

// GetLog implements [raft.LogStore].
func (s logStore) GetLog(index uint64, log *raft.Log) error {
	return s.disk.read().log.get(index, log)
}

// StoreLog implements [raft.LogStore].
func (s logStore) StoreLog(log *raft.Log) error { return s.StoreLogs([]*raft.Log{log}) }

// StoreLogs implements [raft.LogStore].
func (s logStore) StoreLogs(logs []*raft.Log) error {
	s.stored(logs)
	s.disk.change(func(st *state) bool {
		for _, log := range logs {
			st.log = st.log.put(log)
		}
		return true
	})
	return nil
}

// DeleteRange implements [raft.LogStore].
func (s logStore) DeleteRange(min, max uint64) error {
	s.disk.change(func(st *state) bool {
		st.log = st.log.remove(min, max)
		return true
	})
	return nil
}
