package etcdraft

import (
	"fmt"

	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"

	"github.com/raftcheck/raftcheck/raftiface"
)

// decodeImage returns the image that disk.write saved, or for no bytes that of a new
// cluster with these members, of so many replicas. The library panics for a state
// that contradicts itself; here it is an error.
func decodeImage(saved []byte, members raftiface.Membership, replicas int) (*raftpb.Message, error) {
	if len(saved) == 0 {
		return newImage(members), nil
	}
	image := new(raftpb.Message)
	if err := proto.Unmarshal(saved, image); err != nil {
		return nil, err
	}
	if image.GetType() != raftpb.MsgStorageAppend {
		return nil, fmt.Errorf("it is a %v", image.GetType())
	}
	base := image.GetSnapshot().GetMetadata()
	if err := validate(base.GetConfState(), replicas); err != nil {
		return nil, fmt.Errorf("its configuration: %w", err)
	}
	if began := membershipOf(base.GetConfState()); base.GetIndex() == 0 && !began.Equal(members) {
		return nil, fmt.Errorf("it is of another cluster, which began with %v, and not with %v", began, members)
	}
	index, term := base.GetIndex(), base.GetTerm()
	for _, e := range image.GetEntries() {
		if e.GetIndex() != index+1 || e.GetTerm() < max(term, 1) || e.GetTerm() > image.GetTerm() {
			return nil, fmt.Errorf("entry %d of term %d follows entry %d of term %d, in term %d",
				e.GetIndex(), e.GetTerm(), index, term, image.GetTerm())
		}
		index, term = e.GetIndex(), e.GetTerm()
	}
	if image.GetCommit() < base.GetIndex() || image.GetCommit() > index {
		return nil, fmt.Errorf("entry %d is committed, of a log from %d to %d", image.GetCommit(), base.GetIndex(), index)
	}
	return image, nil
}

// newImage is the state of a replica that has not run yet. It knows with whom its
// cluster began, be it one of them or not, as if from a snapshot of no entries:
// RawNode.Bootstrap would begin the log with an entry for each of them instead.
func newImage(members raftiface.Membership) *raftpb.Message {
	return &raftpb.Message{Snapshot: &raftpb.Snapshot{Metadata: &raftpb.SnapshotMetadata{ConfState: confState(members)}}}
}
