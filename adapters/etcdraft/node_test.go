package etcdraft

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A panic of the library is the scenario's finding, wherever it happens.
func TestPanicIsReported(t *testing.T) {
	const said = "tocommit(7) is out of range [lastIndex(3)]"
	impl := Implementation()
	make := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		r, err := make(env)
		if env.Me == 1 {
			time.AfterFunc(time.Second, func() {
				r.(*Raft).doSafely(func() { logger{env.Logf}.Panicf("tocommit(%d) is out of range [lastIndex(%d)]", 7, 3) })
			})
		}
		return r, err
	}
	story := harness.Scenario{Name: "Panic", Replicas: 3, Story: func(c *world.Cluster) { c.Sleep(time.Minute) }}
	result, _ := harness.RunSeed(t, impl, "none", story, 1)
	require.NotNil(t, result.Failure)
	require.Equal(t, world.NoPanic, result.Failure.Property)
	require.Contains(t, result.Failure.Facts[0], "replica 1")
	require.Contains(t, result.Failure.Facts[0], said)
	require.Less(t, result.Virtual, 2*time.Second)
}

func TestPanicEndsTheNode(t *testing.T) {
	inCluster(t, 1, func(w *cluster) {
		r := w.leader()
		require.PanicsWithValue(t, "broken", func() { r.do(func() { panic("broken") }) })
		for name, call := range map[string]func(){
			"Start":     func() { r.Start("x") },
			"GetState":  func() { r.GetState() },
			"Snapshot":  func() { r.Snapshot(1, nil) },
			"ReadIndex": func() { r.ReadIndex() },
			"Step":      func() { r.Step(&Message{}) },
		} {
			require.Panics(t, call, name)
		}
	})
}

func TestLogger(t *testing.T) {
	var lines []string
	l := logger{func(format string, args ...any) { lines = append(lines, format) }}
	l.Debug("x")
	l.Debugf("%d", 1)
	require.Empty(t, lines)
	l.Info("x")
	l.Infof("i%d", 1)
	l.Warning("x")
	l.Warningf("w%d", 1)
	l.Error("x")
	l.Errorf("e%d", 1)
	require.Equal(t, []string{"%s", "i%d", "%s", "w%d", "%s", "e%d"}, lines)
	require.PanicsWithValue(t, "x 1", func() { l.Fatalf("x %d", 1) })
	require.PanicsWithValue(t, "x", func() { l.Fatal("x") })
}
