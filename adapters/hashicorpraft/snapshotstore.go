package hashicorpraft

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/raft"
)

// snapshotStore keeps the latest snapshot. A snapshot is there once its sink is
// closed and saved, and not before.
type snapshotStore struct{ disk *disk }

var _ raft.SnapshotStore = snapshotStore{}

// Create implements [raft.SnapshotStore].
func (s snapshotStore) Create(version raft.SnapshotVersion, index, term uint64, configuration raft.Configuration,
	configurationIndex uint64, _ raft.Transport) (raft.SnapshotSink, error) {
	return &sink{disk: s.disk, meta: &raft.SnapshotMeta{
		Version: version, ID: fmt.Sprintf("%d-%d", term, index), Index: index, Term: term,
		Configuration: configuration.Clone(), ConfigurationIndex: configurationIndex,
	}}, nil
}

// List implements [raft.SnapshotStore].
func (s snapshotStore) List() ([]*raft.SnapshotMeta, error) {
	st := s.disk.read()
	if st.meta == nil {
		return nil, nil
	}
	return []*raft.SnapshotMeta{cloneMeta(st.meta)}, nil
}

// Open implements [raft.SnapshotStore].
func (s snapshotStore) Open(id string) (*raft.SnapshotMeta, io.ReadCloser, error) {
	st := s.disk.read()
	if st.meta == nil || st.meta.ID != id {
		return nil, nil, fmt.Errorf("hashicorpraft: there is no snapshot %s", id)
	}
	return cloneMeta(st.meta), io.NopCloser(bytes.NewReader(st.snapshot.encode())), nil
}

func cloneMeta(m *raft.SnapshotMeta) *raft.SnapshotMeta {
	c := *m
	c.Configuration = m.Configuration.Clone()
	return &c
}

// sink takes a snapshot's bytes. Nothing of it is saved before Close.
type sink struct {
	disk   *disk
	meta   *raft.SnapshotMeta
	buffer bytes.Buffer
	closed bool
}

// ID implements [raft.SnapshotSink].
func (s *sink) ID() string { return s.meta.ID }

// Write implements [raft.SnapshotSink].
func (s *sink) Write(p []byte) (int, error) {
	if s.closed {
		return 0, errors.New("hashicorpraft: write to a snapshot that is complete")
	}
	return s.buffer.Write(p)
}

// Cancel implements [raft.SnapshotSink].
func (s *sink) Cancel() error {
	s.closed = true
	return nil
}

// Close implements [raft.SnapshotSink]. Of two snapshots the one that goes
// further is kept, as the library's own store does whichever is written last.
func (s *sink) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	content, err := decodeSnapshot(s.buffer.Bytes())
	if err != nil {
		return err
	}
	s.meta.Size = int64(s.buffer.Len())
	s.disk.change(func(st *state) bool {
		if st.meta != nil && newer(st.meta, s.meta) {
			return false
		}
		st.meta, st.snapshot = s.meta, content
		return true
	})
	return nil
}

// newer reports whether snapshot a goes further than b.
func newer(a, b *raft.SnapshotMeta) bool {
	return a.Term > b.Term || a.Term == b.Term && a.Index > b.Index
}
