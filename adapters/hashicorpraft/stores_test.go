package hashicorpraft

import (
	"bytes"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
	"github.com/stretchr/testify/require"
)

// stored is a persister in memory whose saves take time and may be cut off.
type stored struct {
	raftState, snapshot []byte
	saves               int
	takes               atomic.Int64 // nanoseconds
	crashed             bool
}

func (p *stored) Save(raftState, snapshot []byte) {
	if p.crashed {
		return
	}
	p.saves++
	p.raftState, p.snapshot = bytes.Clone(raftState), bytes.Clone(snapshot)
	time.Sleep(time.Duration(p.takes.Load()))
}
func (p *stored) ReadRaftState() []byte { return bytes.Clone(p.raftState) }
func (p *stored) ReadSnapshot() []byte  { return bytes.Clone(p.snapshot) }
func (p *stored) RaftStateSize() int    { return len(p.raftState) }
func (p *stored) SnapshotSize() int     { return len(p.snapshot) }

func open(t *testing.T, p *stored) (*disk, logStore, stableStore, snapshotStore) {
	d, err := openDisk(p)
	require.NoError(t, err)
	return d, logStore{d, func([]*raft.Log) {}}, stableStore{d}, snapshotStore{d}
}

func logEntry(index, term uint64) *raft.Log {
	return &raft.Log{Index: index, Term: term, Type: raft.LogCommand, Data: []byte{byte(index), byte(term)},
		Extensions: []byte("mark"), AppendedAt: time.Unix(1, int64(index))}
}

// indexes returns the indexes that the log has entries for, and checks these.
func indexes(t *testing.T, s logStore, term func(uint64) uint64) (all []uint64) {
	first, err := s.FirstIndex()
	require.NoError(t, err)
	last, err := s.LastIndex()
	require.NoError(t, err)
	for i := first; i <= last && i > 0; i++ {
		var log raft.Log
		if err := s.GetLog(i, &log); err != nil {
			require.ErrorIs(t, err, raft.ErrLogNotFound)
			continue
		}
		require.Equal(t, *logEntry(i, term(i)), log)
		all = append(all, i)
	}
	return all
}

func one(uint64) uint64 { return 1 }

func TestLogSurvivesEveryOperation(t *testing.T) {
	p := &stored{}
	steps := []struct {
		do   func(s logStore) error
		want []uint64
		term func(uint64) uint64
	}{
		{func(s logStore) error { return s.DeleteRange(0, 9) }, nil, one},
		{func(s logStore) error {
			return s.StoreLogs([]*raft.Log{logEntry(1, 1), logEntry(2, 1), logEntry(3, 1)})
		}, []uint64{1, 2, 3}, one},
		{func(s logStore) error { return s.StoreLog(logEntry(4, 1)) }, []uint64{1, 2, 3, 4}, one},
		{func(s logStore) error { return s.DeleteRange(3, 4) }, []uint64{1, 2}, one},
		{func(s logStore) error { return s.StoreLogs([]*raft.Log{logEntry(3, 2), logEntry(4, 2)}) }, []uint64{1, 2, 3, 4}, func(i uint64) uint64 { return 1 + i/3 }},
		{func(s logStore) error { return s.StoreLog(logEntry(4, 1)) }, []uint64{1, 2, 3, 4}, func(i uint64) uint64 { return 1 + i%2*(i/3) }},
		{func(s logStore) error { return s.DeleteRange(1, 3) }, []uint64{4}, one},
		{func(s logStore) error { return s.StoreLog(logEntry(9, 1)) }, []uint64{4, 9}, one},
		{func(s logStore) error { return s.StoreLog(logEntry(6, 1)) }, []uint64{4, 6, 9}, one},
		{func(s logStore) error { return s.DeleteRange(5, 7) }, []uint64{4, 9}, one},
		{func(s logStore) error { return s.DeleteRange(4, 9) }, nil, one},
	}
	_, logs, _, _ := open(t, p)
	for _, step := range steps {
		before := p.saves
		require.NoError(t, step.do(logs))
		require.Equal(t, before+1, p.saves, "an operation is a save")
		require.Equal(t, step.want, indexes(t, logs, step.term))
		_, again, _, _ := open(t, p)
		require.Equal(t, step.want, indexes(t, again, step.term), "after a restart")
	}
}

func TestLogGivesAwayCopies(t *testing.T) {
	_, logs, _, _ := open(t, &stored{})
	given := logEntry(1, 1)
	require.NoError(t, logs.StoreLog(given))
	given.Data[0] = 77
	var got raft.Log
	require.NoError(t, logs.GetLog(1, &got))
	require.Equal(t, *logEntry(1, 1), got)
	got.Data[0] = 77
	require.Equal(t, []uint64{1}, indexes(t, logs, one))
}

func TestValuesSurvive(t *testing.T) {
	p := &stored{}
	_, _, values, _ := open(t, p)
	n, err := values.GetUint64([]byte("term"))
	require.NoError(t, err)
	require.Zero(t, n)
	require.NoError(t, values.SetUint64([]byte("term"), 7))
	require.NoError(t, values.Set([]byte("vote"), []byte("2")))
	require.NoError(t, values.SetUint64([]byte("term"), 7))
	require.Equal(t, 2, p.saves, "nothing is saved that is there already")

	_, _, values, _ = open(t, p)
	n, err = values.GetUint64([]byte("term"))
	require.NoError(t, err)
	require.Equal(t, uint64(7), n)
	vote, err := values.Get([]byte("vote"))
	require.NoError(t, err)
	require.Equal(t, []byte("2"), vote)
	_, err = values.GetUint64([]byte("vote"))
	require.Error(t, err)
}

// pair is a configuration.
var pair = raft.Configuration{Servers: []raft.Server{{ID: "0", Address: "0"}, {ID: "1", Address: "1", Suffrage: raft.Nonvoter}}}

func write(t *testing.T, s snapshotStore, index, term uint64, content snapshot) raft.SnapshotSink {
	sink, err := s.Create(1, index, term, pair, 1, nil)
	require.NoError(t, err)
	_, err = sink.Write(content.encode())
	require.NoError(t, err)
	return sink
}

func TestSnapshotIsThereOnceItIsComplete(t *testing.T) {
	p := &stored{}
	_, _, _, snapshots := open(t, p)
	content := snapshot{index: 5, term: 2, content: []byte("state"), members: members{3, pair},
		tail: []entry{{index: 6, term: 2, command: []byte("put")}, {index: 8, configuration: &pair}}}
	sink := write(t, snapshots, 8, 2, content)
	list, err := snapshots.List()
	require.NoError(t, err)
	require.Empty(t, list)
	require.Zero(t, p.saves)

	require.NoError(t, sink.Close())
	require.NoError(t, sink.Close())
	require.Equal(t, 1, p.saves)
	require.Equal(t, []byte("state"), p.snapshot, "the service restores itself from this")

	_, _, _, snapshots = open(t, p)
	list, err = snapshots.List()
	require.NoError(t, err)
	require.Len(t, list, 1)
	meta, source, err := snapshots.Open(list[0].ID)
	require.NoError(t, err)
	require.Equal(t, uint64(8), meta.Index)
	require.Equal(t, uint64(2), meta.Term)
	require.Len(t, meta.Configuration.Servers, 2)
	encoded, err := io.ReadAll(source)
	require.NoError(t, err)
	require.Len(t, encoded, int(meta.Size))
	got, err := decodeSnapshot(encoded)
	require.NoError(t, err)
	require.Equal(t, content, got)

	require.NoError(t, write(t, snapshots, 4, 2, snapshot{index: 4, term: 2}).Close())
	require.NoError(t, write(t, snapshots, 9, 3, snapshot{index: 9, term: 3}).Cancel())
	list, err = snapshots.List()
	require.NoError(t, err)
	require.Equal(t, uint64(8), list[0].Index, "neither an older snapshot nor a cancelled one takes its place")
	_, _, err = snapshots.Open("2-4")
	require.Error(t, err)
}

func TestCrashKeepsWhatWasSaved(t *testing.T) {
	p := &stored{}
	_, logs, values, _ := open(t, p)
	require.NoError(t, logs.StoreLog(logEntry(1, 1)))
	p.crashed = true
	require.NoError(t, logs.StoreLog(logEntry(2, 1)))
	require.NoError(t, values.SetUint64([]byte("term"), 1))
	_, logs, values, _ = open(t, p)
	require.Equal(t, []uint64{1}, indexes(t, logs, one))
	n, err := values.GetUint64([]byte("term"))
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestWritersWaitAndReadersDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &stored{}
		p.takes.Store(int64(time.Second))
		_, logs, values, _ := open(t, p)
		begin := time.Now()
		done := make(chan time.Duration, 2)
		go func() {
			values.SetUint64([]byte("term"), 1)
			done <- time.Since(begin)
		}()
		synctest.Wait()
		go func() {
			logs.StoreLog(logEntry(1, 1))
			done <- time.Since(begin)
		}()
		synctest.Wait()
		n, err := values.GetUint64([]byte("term"))
		require.NoError(t, err)
		require.Zero(t, n, "not saved yet")
		require.Zero(t, time.Since(begin))
		require.Equal(t, time.Second, <-done)
		require.Equal(t, 2*time.Second, <-done)
	})
}

func FuzzDecodeState(f *testing.F) {
	p := &stored{}
	d, err := openDisk(p)
	require.NoError(f, err)
	logs := logStore{d, func([]*raft.Log) {}}
	logs.StoreLogs([]*raft.Log{logEntry(1, 1), logEntry(2, 1)})
	stableStore{d}.SetUint64([]byte("term"), 3)
	f.Add(p.raftState, p.snapshot)
	sink, _ := snapshotStore{d}.Create(1, 2, 1, raft.Configuration{Servers: []raft.Server{{ID: "0", Address: "0"}}}, 1, nil)
	sink.Write(snapshot{index: 1, term: 1, content: []byte("x"), tail: []entry{{index: 2, term: 1, command: []byte("y")}}}.encode())
	sink.Close()
	f.Add(p.raftState, p.snapshot)
	f.Add([]byte{0, 1}, []byte{})
	f.Fuzz(func(t *testing.T, raftState, content []byte) {
		s, err := decodeState(raftState, content)
		if err != nil || len(raftState) == 0 {
			return
		}
		again, err := decodeState(s.append(nil), s.snapshot.content)
		require.NoError(t, err)
		require.Equal(t, s.log.indexes, again.log.indexes)
		require.Equal(t, len(s.values), len(again.values))
		require.Equal(t, s.meta, again.meta)
	})
}
