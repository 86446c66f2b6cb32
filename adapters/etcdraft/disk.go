package etcdraft

import (
	"fmt"
	"math"

	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A disk is the storage that the node reads, in memory, and its image on the
// persister. The image's Raft state is a raftpb.Message of the type by which
// the library itself asks for storage: MsgStorageAppend, with hard state,
// entries, and the snapshot without its data, which the persister keeps apart.
type disk struct {
	persister raftiface.Persister
	log       *raft.MemoryStorage
	records   records                  // of the log's entries
	base      *raftpb.SnapshotMetadata // of the latest snapshot; index 0: none
	snapshot  []byte                   // its data
	history   []configuration          // what was applied, from that of the first base on
}

// openDisk returns the disk of one of so many replicas: what was saved, or that of a
// cluster that begins with some members.
func openDisk(persister raftiface.Persister, members raftiface.Membership, replicas int) (*disk, error) {
	d := &disk{persister: persister, log: raft.NewMemoryStorage(), snapshot: persister.ReadSnapshot()}
	image, err := decodeImage(persister.ReadRaftState(), members, replicas)
	if err != nil {
		return nil, fmt.Errorf("etcdraft: saved state: %w", err)
	}
	d.base = image.GetSnapshot().GetMetadata()
	d.remember(d.base.GetIndex(), d.base.GetConfState())
	must(d.log.ApplySnapshot(&raftpb.Snapshot{Metadata: d.base, Data: d.snapshot}))
	d.append(image.GetEntries())
	must(d.log.SetHardState(&raftpb.HardState{Term: image.Term, Vote: image.Vote, Commit: image.Commit}))
	return d, nil
}

// save stores what a Ready asks to be stored. A commit index alone may wait: it
// is learned again.
func (d *disk) save(ready raft.Ready) {
	installs := !raft.IsEmptySnap(ready.Snapshot)
	if installs {
		must(d.log.ApplySnapshot(ready.Snapshot))
		d.base, d.snapshot, d.records = ready.Snapshot.GetMetadata(), ready.Snapshot.GetData(), records{}
		d.remember(d.base.GetIndex(), d.base.GetConfState())
	}
	d.append(ready.Entries)
	if !raft.IsEmptyHardState(ready.HardState) {
		must(d.log.SetHardState(ready.HardState))
	}
	if installs || ready.MustSync {
		d.write()
	}
}

// compact replaces the log up to index by the service's snapshot, unless there
// is a later one.
func (d *disk) compact(index uint64, data []byte) {
	if index <= d.base.GetIndex() {
		return
	}
	snapshot, err := d.log.CreateSnapshot(index, d.stateAt(index), data)
	must(err)
	must(d.log.Compact(index))
	d.records.drop(int(index - d.base.GetIndex()))
	d.base, d.snapshot = snapshot.GetMetadata(), data
	d.write()
}

// append adds entries, in place of those with the same index and all behind
// them.
func (d *disk) append(entries []*raftpb.Entry) {
	if len(entries) == 0 {
		return
	}
	must(d.log.Append(entries))
	d.records.append(int(entries[0].GetIndex()-d.base.GetIndex()-1), entries)
}

// write saves the image, log and snapshot in one step.
func (d *disk) write() {
	state, _, err := d.log.InitialState()
	must(err)
	d.persister.Save(d.records.with(&raftpb.Message{
		Type:     raftpb.MsgStorageAppend.Enum(),
		Term:     state.Term,
		Vote:     state.Vote,
		Commit:   state.Commit,
		Snapshot: &raftpb.Snapshot{Metadata: d.base},
	}), d.snapshot)
}

func (d *disk) lastIndex() int {
	last, err := d.log.LastIndex()
	must(err)
	return int(last)
}

// term returns the term of an entry that the log has, or ends behind.
func (d *disk) term(index uint64) uint64 {
	term, err := d.log.Term(index)
	must(err)
	return term
}

// entriesAfter returns the log's entries behind an index.
func (d *disk) entriesAfter(index uint64) []*raftpb.Entry {
	if index == uint64(d.lastIndex()) {
		return nil
	}
	entries, err := d.log.Entries(index+1, uint64(d.lastIndex())+1, math.MaxUint64)
	must(err)
	return entries
}
