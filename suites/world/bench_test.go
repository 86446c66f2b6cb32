package world

import (
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/raft"
)

// BenchmarkQuietMinute is what a minute costs in which the reference, in a
// cluster of five, has nothing to do but be watched.
func BenchmarkQuietMinute(b *testing.B) {
	p := plan(raft.Implementation())
	p.Replicas = 5
	benchInTest(b, func(t *testing.T) {
		for b.Loop() {
			if a := Live(t, p, func(c *Cluster) { c.Sleep(time.Minute) }); a.Failure != nil {
				t.Fatal(a.Failure)
			}
		}
	})
}

// benchInTest runs f as a test: a bubble needs a testing.T.
func benchInTest(b *testing.B, f func(t *testing.T)) {
	all := func(_, _ string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{{Name: b.Name(), F: f}}) {
		b.Fatal("the run failed")
	}
}
