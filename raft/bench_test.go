package raft

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// discard is a persister that costs nothing.
type discard struct{ *storage }

func (discard) Save([]byte, []byte) {}

var benchEntry = LogEntry{Term: 1, Command: command{Client: 1, Seq: 2, Op: "append", Value: strings.Repeat("x", 24)}}

// serverWith returns the parts of a server that append and persist need.
func serverWith(entries int) *Raft {
	r := &Raft{persister: discard{}}
	for range entries {
		r.log.append(benchEntry)
	}
	return r
}

// BenchmarkAppend encodes a command, once for all saves to come.
func BenchmarkAppend(b *testing.B) {
	r := serverWith(0)
	b.ReportAllocs()
	for b.Loop() {
		r.log.append(benchEntry)
		if len(r.log.entries) == 10000 {
			r.log.compact(r.log.lastIndex(), 1)
		}
	}
}

// BenchmarkPersist saves a log, apart from what the persister does.
func BenchmarkPersist(b *testing.B) {
	for _, length := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(length, " entries"), func(b *testing.B) {
			r := serverWith(length)
			b.ReportAllocs()
			b.SetBytes(int64(len(r.log.records.bytes())))
			for b.Loop() {
				r.persist()
			}
		})
	}
}

// BenchmarkCompact appends ten commands to a log and drops its first ten.
func BenchmarkCompact(b *testing.B) {
	for _, length := range []int{20, 1000} {
		b.Run(fmt.Sprint(length, " entries"), func(b *testing.B) {
			l := &serverWith(length).log
			b.ReportAllocs()
			for b.Loop() {
				for range 10 {
					l.append(benchEntry)
				}
				l.compact(l.base+10, 1)
			}
		})
	}
}

// BenchmarkReplicate has a cluster of three commit commands, one after the
// other. The time is the wall's, the network's encoding included.
func BenchmarkReplicate(b *testing.B) {
	b.ReportAllocs()
	benchCluster(b, 3, func(c *cluster) {
		c.snapshotEvery = 100
		began := time.Now()
		for i := range b.N {
			c.commit(command{Seq: i}, 1)
		}
		b.ReportMetric(time.Since(began).Seconds()*1000/float64(b.N), "virtual-ms/op")
		b.ReportMetric(float64(c.net.totalCalls())/float64(b.N), "calls/op")
	})
}

// BenchmarkIdleSecond is what a second costs in which a cluster of five has
// nothing to do.
func BenchmarkIdleSecond(b *testing.B) {
	benchCluster(b, 5, func(c *cluster) {
		c.leader()
		time.Sleep(time.Duration(b.N) * time.Second)
	})
}

// benchCluster runs f with a cluster in a bubble, which needs a testing.T.
func benchCluster(b *testing.B, servers int, f func(c *cluster)) {
	done := false // the testing package may run a test more than once
	test := testing.InternalTest{Name: b.Name(), F: func(t *testing.T) {
		if !done {
			done = true
			inCluster(t, servers, 1, calm, func(_ *testing.T, c *cluster) { f(c) })
		}
	}}
	all := func(_, _ string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{test}) {
		b.Fatal("the cluster failed")
	}
}
