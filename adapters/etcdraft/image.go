package etcdraft

import (
	"fmt"

	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"
)

// decodeImage returns the image that disk.write saved, or for no bytes that of
// a new cluster. The library panics for a state that contradicts itself; here it
// is an error.
func decodeImage(saved []byte, replicas int) (*raftpb.Message, error) {
	if len(saved) == 0 {
		return newImage(replicas), nil
	}
	image := new(raftpb.Message)
	if err := proto.Unmarshal(saved, image); err != nil {
		return nil, err
	}
	if image.GetType() != raftpb.MsgStorageAppend {
		return nil, fmt.Errorf("it is a %v", image.GetType())
	}
	base := image.GetSnapshot().GetMetadata()
	if err := base.GetConfState().Equivalent(voters(replicas)); err != nil {
		return nil, fmt.Errorf("it is of another cluster: %w", err)
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

// newImage is the state of a replica that has not run yet. It knows its cluster,
// as if from a snapshot of no entries: RawNode.Bootstrap would begin the log
// with an entry for each replica instead.
func newImage(replicas int) *raftpb.Message {
	return &raftpb.Message{Snapshot: &raftpb.Snapshot{Metadata: &raftpb.SnapshotMetadata{ConfState: voters(replicas)}}}
}

// voters is the configuration in which all replicas vote.
func voters(replicas int) *raftpb.ConfState {
	c := new(raftpb.ConfState)
	for i := range replicas {
		c.Voters = append(c.Voters, nodeID(i))
	}
	return c
}
