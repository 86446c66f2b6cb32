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
	data, err := proto.Marshal(m)
	must(err)
	peer := r.peers[replicaOf(m.GetTo())]
	if m.GetType() != raftpb.MsgSnap {
		peer.Send("Raft.Step", &Message{data})
		return
	}
	go func() {
		status := raft.SnapshotFailure
		if peer.Call("Raft.Install", &Message{data}, &Received{}) {
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
	m := new(raftpb.Message)
	must(proto.Unmarshal(message.Data, m))
	r.do(func() {
		// The library ignores what does not concern it, such as a forwarded
		// proposal, and says so by an error.
		_ = r.node.Step(m)
	})
}

// Install is the handler of snapshots. It replies when the snapshot is saved.
func (r *Raft) Install(message *Message, _ *Received) { r.Step(message) }
