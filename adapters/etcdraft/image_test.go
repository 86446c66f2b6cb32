package etcdraft

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"

	"github.com/raftcheck/raftcheck/raftiface"
)

// image builds a state of a cluster of three, in term 5, with a snapshot up to
// index 10 of term 2.
func image(commit uint64, entries ...*raftpb.Entry) *raftpb.Message {
	return &raftpb.Message{
		Type: raftpb.MsgStorageAppend.Enum(), Term: new(uint64(5)), Vote: new(uint64(2)), Commit: new(commit), Entries: entries,
		Snapshot: &raftpb.Snapshot{Metadata: &raftpb.SnapshotMetadata{ConfState: confState(raftiface.Everybody(3)), Index: new(uint64(10)), Term: new(uint64(2))}},
	}
}

// beginning builds a state without entries.
func beginning(state *raftpb.ConfState) *raftpb.Message {
	m := image(0)
	m.Snapshot.Metadata = &raftpb.SnapshotMetadata{ConfState: state}
	return m
}

func entry(index, term uint64) *raftpb.Entry {
	return &raftpb.Entry{Index: new(index), Term: new(term), Data: []byte("data")}
}

func TestDecodeImage(t *testing.T) {
	tests := []struct {
		name  string
		image *raftpb.Message
		err   string
	}{
		{"a snapshot only", image(10), ""},
		{"entries", image(11, entry(11, 2), entry(12, 5)), ""},
		{"another type", &raftpb.Message{Type: raftpb.MsgApp.Enum()}, "it is a MsgApp"},
		{"no configuration", &raftpb.Message{Type: raftpb.MsgStorageAppend.Enum()}, "a cluster has at least one voter"},
		{"the beginning of a cluster", beginning(confState(raftiface.Everybody(3))), ""},
		{"another cluster", beginning(confState(raftiface.Everybody(2))), "it is of another cluster, which began with voters [0 1], and not with voters [0 1 2]"},
		{"a replica that is not there", beginning(confState(raftiface.Everybody(4))), "replicas are numbered from 0 to 2"},
		{"a learner to be that was no voter", beginning(&raftpb.ConfState{Voters: []uint64{1, 2}, VotersOutgoing: []uint64{1},
			LearnersNext: []uint64{3}}), "ConfStates not equivalent"},
		{"a gap", image(10, entry(12, 2)), "entry 12 of term 2 follows entry 10 of term 2"},
		{"an entry twice", image(10, entry(11, 2), entry(11, 2)), "entry 11 of term 2 follows entry 11"},
		{"a term that goes back", image(10, entry(11, 1)), "entry 11 of term 1 follows entry 10 of term 2"},
		{"a term to come", image(10, entry(11, 6)), "in term 5"},
		{"a commit index in the snapshot", image(9), "entry 9 is committed, of a log from 10 to 10"},
		{"a commit index to come", image(12, entry(11, 2)), "entry 12 is committed, of a log from 10 to 11"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			saved, err := proto.Marshal(test.image)
			require.NoError(t, err)
			decoded, err := decodeImage(saved, raftiface.Everybody(3), 3)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.True(t, proto.Equal(test.image, decoded))
		})
	}
}

// What is saved is what the next instance finds, whatever happened to the log.
func TestDiskRoundTrip(t *testing.T) {
	const replicas = 3
	random := rand.New(rand.NewPCG(1, 2))
	persister := new(memory)
	d, err := openDisk(persister, raftiface.Everybody(replicas), replicas)
	require.NoError(t, err)
	term := uint64(1)
	for range 2000 {
		last, base := uint64(d.lastIndex()), d.base.GetIndex()
		switch random.IntN(4) {
		case 0: // a new term overwrites the log's end
			term++
			from := base + 1 + random.Uint64N(last-base+1)
			d.save(raft.Ready{MustSync: true, Entries: []*raftpb.Entry{entry(from, term), entry(from+1, term)},
				HardState: &raftpb.HardState{Term: new(term), Vote: new(1 + random.Uint64N(3)), Commit: new(base)}})
		case 1:
			d.save(raft.Ready{MustSync: true, Entries: []*raftpb.Entry{entry(last+1, term)},
				HardState: &raftpb.HardState{Term: new(term), Commit: new(base)}})
		case 2:
			if last > base {
				index := base + 1 + random.Uint64N(last-base)
				d.save(raft.Ready{HardState: &raftpb.HardState{Term: new(term), Commit: new(index)}})
				d.compact(index, []byte{byte(index)})
			}
		case 3:
			index := last + 1 + random.Uint64N(5)
			d.save(raft.Ready{HardState: &raftpb.HardState{Term: new(term), Commit: new(index)},
				Snapshot: &raftpb.Snapshot{Data: []byte{byte(index)}, Metadata: &raftpb.SnapshotMetadata{
					ConfState: confState(raftiface.Everybody(replicas)), Index: new(index), Term: new(term)}}})
		}
		requireSame(t, d, persister, replicas)
	}
}

// requireSame compares a disk with what was saved.
func requireSame(t *testing.T, d *disk, persister raftiface.Persister, replicas int) {
	t.Helper()
	if len(persister.ReadRaftState()) == 0 {
		return
	}
	again, err := openDisk(persister, raftiface.Everybody(replicas), replicas)
	require.NoError(t, err)
	require.True(t, proto.Equal(d.base, again.base))
	require.Equal(t, d.snapshot, again.snapshot)
	require.Equal(t, d.lastIndex(), again.lastIndex())
	for i := int(d.base.GetIndex()) + 1; i <= d.lastIndex(); i++ {
		a, err := d.log.Entries(uint64(i), uint64(i)+1, 1)
		require.NoError(t, err)
		b, err := again.log.Entries(uint64(i), uint64(i)+1, 1)
		require.NoError(t, err)
		require.True(t, proto.Equal(a[0], b[0]))
	}
	state, _, err := d.log.InitialState()
	require.NoError(t, err)
	found, _, err := again.log.InitialState()
	require.NoError(t, err)
	require.Equal(t, []uint64{state.GetTerm(), state.GetVote(), state.GetCommit()}, []uint64{found.GetTerm(), found.GetVote(), found.GetCommit()})
}

// No bytes make a replica panic: it starts, or says what is wrong.
func FuzzSavedState(f *testing.F) {
	for _, m := range []*raftpb.Message{image(10), image(11, entry(11, 2), entry(12, 5)), image(10, entry(12, 2)), {}} {
		saved, err := proto.Marshal(m)
		require.NoError(f, err)
		f.Add(saved)
	}
	f.Fuzz(func(t *testing.T, saved []byte) {
		d, err := openDisk(&memory{state: saved, snapshot: []byte("snapshot")}, raftiface.Everybody(3), 3)
		if err != nil {
			return
		}
		env := raftiface.Env{Logf: func(string, ...any) {}}
		node, err := raft.NewRawNode(configure(env, variant{}, d.log))
		require.NoError(t, err)
		for node.HasReady() {
			ready := node.Ready()
			d.save(ready)
			node.Advance(ready)
		}
		require.NoError(t, node.Campaign())
	})
}
