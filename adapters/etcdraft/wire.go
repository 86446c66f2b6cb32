package etcdraft

import (
	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"
)

// Message is a message of the library on its way to another replica. It is
// bytes, because the library's messages point into the sender's log.
type Message struct {
	Data []byte
}

func encode(m *raftpb.Message) *Message {
	data, err := proto.Marshal(m)
	must(err)
	return &Message{data}
}

func (message *Message) decode() *raftpb.Message {
	m := new(raftpb.Message)
	must(proto.Unmarshal(message.Data, m))
	return m
}

// Received is the answer to a snapshot: it came.
type Received struct{}

// send sends a message. It expects r.mu to be held.
//
// The library allows its messages to be lost, but for one: while a snapshot is
// under way it sends the follower nothing else, until it is told what became of
// it. So a snapshot is a call, which always returns, and all others are
// datagrams. Of a datagram nobody learns that it was lost, so there is no place
// for ReportUnreachable; the follower's answer to the next heartbeat shows what
// it lacks.
func (r *Raft) send(m *raftpb.Message) {
	message := encode(m)
	peer := r.peers[replicaOf(m.GetTo())]
	if m.GetType() != raftpb.MsgSnap {
		peer.Send("Raft.Step", message)
		return
	}
	go func() {
		status := raft.SnapshotFailure
		if peer.Call("Raft.Install", message, &Received{}) {
			status = raft.SnapshotFinish
		}
		r.doSafely(func() {
			if uint64(r.term()) == m.GetTerm() { // else it is about another term's snapshot
				r.node.ReportSnapshot(m.GetTo(), status)
			}
		})
	}()
}

// Step is the handler of datagrams.
func (r *Raft) Step(message *Message) {
	m := message.decode()
	r.do(func() {
		// The library ignores what does not concern it, such as a forwarded
		// proposal, and says so by an error.
		_ = r.node.Step(m)
	})
}

// Install is the handler of snapshots. It replies when the snapshot is saved.
//
// The library ignores a snapshot of a configuration without this replica: it is made
// for services whose leader takes a snapshot when one is to be sent. Here the latest
// one may be from before the replica joined. Then the replica starts anew from it, as
// if it had been saved before.
func (r *Raft) Install(message *Message, _ *Received) {
	m := message.decode()
	r.do(func() {
		_ = r.node.Step(m)
		if r.ignored(m) {
			r.startFrom(m.GetSnapshot())
		}
	})
}

// ignored reports whether the library has ignored a snapshot that the replica lacks.
// Where the log reaches what it ends with, the log goes on from there.
func (r *Raft) ignored(m *raftpb.Message) bool {
	status, at := r.node.BasicStatus(), m.GetSnapshot().GetMetadata()
	if m.GetTerm() != status.GetTerm() || at.GetIndex() <= status.GetCommit() {
		return false
	}
	return int(at.GetIndex()) > r.disk.lastIndex() || r.disk.term(at.GetIndex()) != at.GetTerm()
}

// startFrom replaces node and log by those of a replica that begins with a snapshot.
func (r *Raft) startFrom(s *raftpb.Snapshot) {
	state := r.node.BasicStatus().HardState
	state.Commit = s.GetMetadata().Index
	installs := raft.Ready{HardState: state, Snapshot: s}
	r.disk.save(installs)
	r.queue.add(r.apply(installs)...)
	node, err := raft.NewRawNode(r.config)
	must(err)
	r.node = node
}
