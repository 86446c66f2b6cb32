package harness

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

// TestRunFile reads the file that a failing run leaves.
func TestRunFile(t *testing.T) {
	dir := t.TempDir()
	_, passed := child(t, "Fails", "-raft.seed=3", "-raft.keep", "-raft.artifacts="+dir)
	require.False(t, passed)
	f, err := runfile.Read(filepath.Join(dir, "child-Fails-seed3", runfile.Name))
	require.NoError(t, err)

	require.Equal(t, "child", f.Suite)
	require.Equal(t, uint64(3), f.Seed)
	require.Equal(t, 3, f.Replicas)
	require.Equal(t, runfile.Subject{Name: raft.Implementation().Name, Version: raft.Implementation().Version}, f.Implementation)
	require.Contains(t, f.Replay, "-raft.seed=3")
	require.Equal(t, "Claim", f.Failure.Property)
	require.Equal(t, []string{"two is 3"}, f.Failure.Facts)
	require.Equal(t, f.Failure.At, f.Moment.At)
	require.Equal(t, []string{"crash [2]"}, []string{f.Faults[0].Text})
	require.Len(t, f.Events, f.Numbers.Events)
	require.Len(t, f.Operations, 1)
	require.Equal(t, `returned`, f.Operations[0].Answer)

	kinds := map[labrpc.EventKind]runfile.Event{}
	for _, e := range f.Events {
		kinds[e.Kind] = e
	}
	require.Equal(t, 1, kinds["start"].Index)
	require.Positive(t, kinds["start"].Term)
	require.Equal(t, 1, kinds["apply"].Index)
	require.NotEmpty(t, kinds[labrpc.EventDeliver].Short)
	require.Equal(t, f.Course.Sent, f.Course.Read, "the reference's messages are all understood")
	require.Positive(t, f.Course.Sent)
	for _, name := range []string{aroundFile, issueFile} {
		text, err := os.ReadFile(filepath.Join(dir, "child-Fails-seed3", name))
		require.NoError(t, err)
		require.Contains(t, string(text), "child/Fails, seed 3: Claim violated")
	}
	require.Contains(t, kinds, labrpc.EventHalt)
	require.Positive(t, kinds["state"].Term)
}
