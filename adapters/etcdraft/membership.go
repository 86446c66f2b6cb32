package etcdraft

import (
	"slices"

	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/confchange"
	"go.etcd.io/raft/v3/raftpb"
	"go.etcd.io/raft/v3/tracker"
	"google.golang.org/protobuf/proto"

	"github.com/raftcheck/raftcheck/raftiface"
)

// ChangeMembership implements [raftiface.MembershipChanger]. The library puts an empty
// entry in the place of a change that it refuses, and says nothing; so what it would
// refuse is refused here.
func (r *Raft) ChangeMembership(to raftiface.Membership) (taken bool) {
	r.do(func() {
		from := r.disk.membership()
		if to.Joint() || to.Validate(len(r.peers)) != nil || to.Equal(from) || !r.mayChange() {
			return
		}
		change := &raftpb.ConfChangeV2{Changes: between(from, to)}
		taken = r.node.ProposeConfChange(change) == nil
	})
	return taken
}

// mayChange reports whether the replica leads, and no other change is under way. The
// library takes all that a leader finds in its log for a change, until it has
// committed an entry of its own.
func (r *Raft) mayChange() bool {
	status := r.node.BasicStatus()
	return status.RaftState == raft.StateLeader && !r.disk.membership().Joint() &&
		r.disk.term(status.GetCommit()) == status.GetTerm() &&
		!slices.ContainsFunc(r.disk.entriesAfter(status.GetCommit()), isChange)
}

func isChange(e *raftpb.Entry) bool { return e.GetType() == raftpb.EntryConfChangeV2 }

// between returns what leads from one configuration to another. If it is more than one
// step, the library goes through a joint configuration, and leaves it by itself.
func between(from, to raftiface.Membership) (changes []*raftpb.ConfChangeSingle) {
	add := func(kind raftpb.ConfChangeType, replicas, known []int) {
		for _, replica := range replicas {
			if !slices.Contains(known, replica) {
				changes = append(changes, &raftpb.ConfChangeSingle{Type: kind.Enum(), NodeId: new(nodeID(replica))})
			}
		}
	}
	add(raftpb.ConfChangeAddNode, to.Voters, from.Voters)
	add(raftpb.ConfChangeAddLearnerNode, to.Learners, from.Learners)
	add(raftpb.ConfChangeRemoveNode, from.Members(), to.Members())
	return changes
}

// reconfigure applies an entry with a change, and returns what it led to. An empty
// one leaves a joint configuration.
func (r *Raft) reconfigure(e *raftpb.Entry) raftiface.ApplyMsg {
	change := new(raftpb.ConfChangeV2)
	must(proto.Unmarshal(e.GetData(), change))
	state := r.node.ApplyConfChange(change)
	r.disk.remember(e.GetIndex(), state)
	return raftiface.ApplyMsg{MembershipValid: true, MembershipIndex: int(e.GetIndex()), Membership: membershipOf(state)}
}

// A configuration holds from an index on.
type configuration struct {
	index uint64
	state *raftpb.ConfState
}

// remember takes the configuration that is applied with an index.
func (d *disk) remember(index uint64, state *raftpb.ConfState) {
	d.history = append(d.history, configuration{index, state})
}

// stateAt returns the configuration that holds at an index, which has been applied.
func (d *disk) stateAt(index uint64) (state *raftpb.ConfState) {
	for _, c := range d.history {
		if c.index <= index {
			state = c.state
		}
	}
	return state
}

// membership returns the configuration that was applied last.
func (d *disk) membership() raftiface.Membership {
	return membershipOf(d.history[len(d.history)-1].state)
}

// membershipOf returns a configuration of the library as one of the contract. Learners
// to be, who still vote in what a joint configuration leaves, are among those only.
func membershipOf(state *raftpb.ConfState) raftiface.Membership {
	return raftiface.Membership{
		Voters:   convert(state.GetVoters(), replicaOf),
		Learners: convert(state.GetLearners(), replicaOf),
		Outgoing: convert(state.GetVotersOutgoing(), replicaOf),
	}
}

// confState undoes membershipOf, for a configuration that is not joint.
func confState(m raftiface.Membership) *raftpb.ConfState {
	return &raftpb.ConfState{Voters: convert(m.Voters, nodeID), Learners: convert(m.Learners, nodeID)}
}

func convert[A, B any](from []A, name func(A) B) (to []B) {
	for _, a := range from {
		to = append(to, name(a))
	}
	return to
}

// validate reports what keeps a configuration from being one that the library starts
// from. There are so many replicas.
func validate(state *raftpb.ConfState, replicas int) error {
	if err := membershipOf(state).Validate(replicas); err != nil {
		return err
	}
	t := tracker.MakeProgressTracker(1, 0)
	var err error
	if t.Config, t.Progress, err = confchange.Restore(confchange.Changer{Tracker: t}, state); err != nil {
		return err
	}
	return state.Equivalent(t.ConfState())
}
