package raft

import (
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// boot starts a server of a cluster of three from what is stored, and kills it.
func boot(t *testing.T, store *storage) (r *Raft, err error) {
	synctest.Test(t, func(t *testing.T) {
		r, err = New(raftiface.Env{
			Peers:     make([]raftiface.Peer, 1),
			Persister: store,
			ApplyCh:   make(chan raftiface.ApplyMsg),
			Rand:      rand.New(rand.NewPCG(1, 2)),
		})
		if err == nil {
			r.Kill()
		}
	})
	return r, err
}

func TestStateSurvivesARestart(t *testing.T) {
	for _, p := range []past{
		{},
		{term: 1},
		{term: 1<<40 + 7, log: slices.Repeat([]int{3}, 3*streamLength)},
		{term: 9, base: 6, baseTerm: 3},
		{term: 9, base: 6, baseTerm: 3, log: []int{3, 3, 8, 9}},
	} {
		store := p.storage()
		r, err := boot(t, store)
		require.NoError(t, err)
		require.Equal(t, p.term, r.currentTerm)
		require.Equal(t, nobody, r.votedFor)
		require.Equal(t, p.base, r.commitIndex)
		require.Equal(t, p.base, r.lastApplied)
		requireLog(t, p.base, p.baseTerm, entries(p.base, p.log...), &r.log)
		before := store.ReadRaftState()
		r.persist()
		require.Equal(t, before, store.ReadRaftState(), "what is restored is stored the same")
	}
}

func TestFirstStart(t *testing.T) {
	r, err := boot(t, &storage{})
	require.NoError(t, err)
	require.Equal(t, 0, r.currentTerm)
	require.Equal(t, nobody, r.votedFor)
}

// Whatever is wrong with stored state, the error says what was found.
func TestDamagedState(t *testing.T) {
	good := past{term: 5, base: 3, baseTerm: 2, log: []int{2, 4}}.storage().ReadRaftState()
	edit := func(change func(state []byte) []byte) []byte { return change(slices.Clone(good)) }
	// field replaces a number of the header, with the checksum to match.
	field := func(offset int, value int64) []byte {
		return edit(func(s []byte) []byte {
			binary.LittleEndian.PutUint64(s[offset:], uint64(value))
			return seal(s)
		})
	}
	// configured has an entry with a configuration, behind the others.
	configured := func(c Configuration) []byte {
		r := &Raft{persister: &storage{}, currentTerm: 5, votedFor: nobody}
		r.log.append(LogEntry{1, "x"}, LogEntry{2, c})
		r.persist()
		return r.persister.ReadRaftState()
	}
	tests := []struct {
		name  string
		state []byte
		want  string
	}{
		{"cut in the header", good[:63], "raft: persisted state: 63 bytes are too few for a header"},
		{"other program", edit(func(s []byte) []byte { s[0]++; return s }), "raft: persisted state: begins with 0x32746653, not with 0x32746652; it is of another program or format"},
		{"cut at the end", good[:len(good)-1], "it is damaged"},
		{"more at the end", append(slices.Clone(good), 0), "it is damaged"},
		{"flipped bit", edit(func(s []byte) []byte { s[70] ^= 4; return s }), "it is damaged"},
		{"negative term", field(8, -1), "raft: persisted state: term -1 with a vote for -1, in a cluster of 1"},
		{"vote for a stranger", field(16, 1), "raft: persisted state: term 5 with a vote for 1, in a cluster of 1"},
		{"negative base", field(24, -1), "raft: persisted state: snapshot up to index -1 of term 2, in term 5"},
		{"base without term", field(32, 0), "raft: persisted state: snapshot up to index 3 of term 0, in term 5"},
		{"base of a later term", field(32, 6), "raft: persisted state: snapshot up to index 3 of term 6, in term 5"},
		{"members without a voter", field(48, 1), "raft: persisted state: members: voters [], outgoing [0]: a cluster has at least one voter"},
		{"a stranger among the members", field(40, 2), "raft: persisted state: members: voters [1]: replicas are numbered from 0 to 0, and named once, in rising order"},
		{"entry of an earlier term than the base", field(32, 3), "raft: persisted state: log: entry 4 has term 2, after term 3 and in term 5"},
		{"entry of a later term", field(8, 3), "raft: persisted state: log: entry 5 has term 4, after term 2 and in term 3"},
		{"a stranger among later members", configured(Configuration{Voters: 3}), "raft: persisted state: log: entry 2: voters [0 1]: replicas are numbered from 0 to 0"},
		{"a voter that becomes a learner too", configured(Configuration{Voters: 1, Outgoing: 1, Learners: 1}), "raft: persisted state: log: entry 2: voters [0], learners [0]: replica 0 is a voter and a learner"},
		{"record cut short", seal(edit(func(s []byte) []byte { return s[:len(s)-3] })), "raft: persisted state: log: record 1: unexpected EOF"},
		{"record that starts with neither", seal(edit(func(s []byte) []byte { s[headerSize] = 7; return s })), "raft: persisted state: log: record 0 begins with 7"},
		{"record without a stream", seal(edit(func(s []byte) []byte { s[headerSize] = 0; return s })), "raft: persisted state: log: record 0 begins with 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := boot(t, &storage{state: tt.state, snapshot: snapshotOf(3)})
			require.ErrorContains(t, err, tt.want)
		})
	}
	t.Run("snapshot without state", func(t *testing.T) {
		_, err := boot(t, &storage{snapshot: snapshotOf(3)})
		require.EqualError(t, err, "raft: persisted state: a snapshot of 13 bytes, but no Raft state")
	})
}

// seal gives edited state the checksum it needs to get past that.
func seal(state []byte) []byte {
	binary.LittleEndian.PutUint32(state[4:], crc32.Checksum(state[checksumOffset:], crcTable))
	return state
}

// FuzzDecodeState holds that any bytes give a state or an error.
func FuzzDecodeState(f *testing.F) {
	for _, p := range []past{
		{},
		{term: 3, vote: 1, log: []int{1, 1, 3}},
		{term: 5, base: 3, baseTerm: 2, log: []int{2, 4}},
		{term: 5, log: slices.Repeat([]int{5}, 2*streamLength)},
	} {
		f.Add(p.storage().ReadRaftState())
	}
	r := &Raft{persister: &storage{}, currentTerm: 3, votedFor: 1}
	r.baseConfig = Configuration{Voters: 7}
	r.log.base, r.log.baseTerm = 2, 1
	r.log.append(LogEntry{1, "x"}, LogEntry{3, Configuration{Voters: 1, Outgoing: 6, Learners: 4}})
	r.persist()
	f.Add(r.persister.ReadRaftState())
	f.Fuzz(func(t *testing.T, state []byte) {
		_, _, err := decodeState(state, 3)
		if err == nil {
			return
		}
		if len(state) >= headerSize { // and what is behind the checksum
			state = seal(slices.Clone(state))
			_, _, _ = decodeState(state, 3)
		}
	})
}

// A log of a few commands is small: what describes their type is stored once,
// not with each (the 6.824 labs allow 2,000 bytes).
func TestStateIsSmall(t *testing.T) {
	r := &Raft{persister: &storage{}}
	for i := range 20 {
		r.log.append(LogEntry{Term: 12, Command: command{Client: i, Seq: 1000 + i, Op: "append", Value: strings.Repeat("x", 24)}})
	}
	r.persist()
	t.Logf("20 commands of %d bytes: %d bytes of Raft state", 30, r.persister.RaftStateSize())
	require.Less(t, r.persister.RaftStateSize(), 1500)
}
