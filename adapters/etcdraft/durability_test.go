package etcdraft

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites"
)

// remembering is a persister that knows what the replica saved, also after a
// crash point, when nothing reaches the disk.
type remembering struct {
	raftiface.Persister
	saved *memory
}

func (p remembering) Save(state, snapshot []byte) {
	p.saved.Save(state, snapshot)
	p.Persister.Save(state, snapshot)
}

// witness is a link that looks at what the sender has saved when a message
// leaves.
type witness struct {
	raftiface.Peer
	saved  *memory
	object func(format string, args ...any)
}

func (w witness) Send(svcMeth string, args any) {
	w.look(args)
	w.Peer.Send(svcMeth, args)
}

func (w witness) Call(svcMeth string, args, reply any) bool {
	w.look(args)
	return w.Peer.Call(svcMeth, args, reply)
}

// look objects to a message that depends on what is not saved. A pre-vote
// depends on nothing: its term is one that nobody is in yet.
func (w witness) look(args any) {
	m, saved := new(raftpb.Message), new(raftpb.Message)
	must(proto.Unmarshal(args.(*Message).Data, m))
	must(proto.Unmarshal(w.saved.ReadRaftState(), saved))
	last := saved.GetSnapshot().GetMetadata().GetIndex() + uint64(len(saved.GetEntries()))
	unsaved := false
	switch m.GetType() {
	case raftpb.MsgPreVote, raftpb.MsgPreVoteResp:
		return
	case raftpb.MsgVote:
		unsaved = saved.GetVote() != m.GetFrom()
	case raftpb.MsgVoteResp:
		unsaved = !m.GetReject() && saved.GetVote() != m.GetTo()
	case raftpb.MsgAppResp:
		unsaved = !m.GetReject() && m.GetIndex() > last
	}
	if saved.GetTerm() < m.GetTerm() || unsaved {
		w.object("term %d, vote %d and entries up to %d are saved when this leaves: %v",
			saved.GetTerm(), saved.GetVote(), last, m)
	}
}

func TestSavesBeforeItSends(t *testing.T) {
	for _, impl := range []raftiface.Implementation{Implementation(), WithPreVote()} {
		t.Run(impl.Name, func(t *testing.T) {
			make := impl.Make
			impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
				saved := &memory{state: env.Persister.ReadRaftState()}
				env.Persister = remembering{env.Persister, saved}
				for i := range env.Peers {
					env.Peers[i] = witness{env.Peers[i], saved, func(format string, args ...any) {
						panic(fmt.Sprintf(format, args...))
					}}
				}
				return make(env)
			}
			suites.Run(t, impl, suites.Only("persistence")) // it crashes at saves of every kind
		})
	}
}

// The witness is worth something if it sees a message that comes too early.
func TestWitness(t *testing.T) {
	saved := image(12, entry(11, 2), entry(12, 5)) // term 5, vote for 2
	state, err := proto.Marshal(saved)
	require.NoError(t, err)
	message := func(kind raftpb.MessageType, term, index uint64) *raftpb.Message {
		return &raftpb.Message{Type: kind.Enum(), From: new(uint64(1)), To: new(uint64(2)), Term: new(term), Index: new(index)}
	}
	tests := []struct {
		name    string
		message *raftpb.Message
		objects bool
	}{
		{"a heartbeat", message(raftpb.MsgHeartbeat, 5, 0), false},
		{"a heartbeat of a new term", message(raftpb.MsgHeartbeat, 6, 0), true},
		{"a vote", message(raftpb.MsgVoteResp, 5, 0), false},
		{"a candidacy without its own vote", message(raftpb.MsgVote, 5, 12), true},
		{"an answer about saved entries", message(raftpb.MsgAppResp, 5, 12), false},
		{"an answer about others", message(raftpb.MsgAppResp, 5, 13), true},
		{"a question about a term to come", message(raftpb.MsgPreVote, 6, 12), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data, err := proto.Marshal(test.message)
			require.NoError(t, err)
			objected := false
			w := witness{saved: &memory{state: state}, object: func(string, ...any) { objected = true }}
			w.look(&Message{data})
			require.Equal(t, test.objects, objected)
		})
	}
}
