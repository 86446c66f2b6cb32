package lock_test

import (
	"sync"
	"testing"

	"github.com/raftcheck/raftcheck/standin/lock"
	standin "github.com/raftcheck/raftcheck/standin/sync"
)

func benchmark(b *testing.B, m sync.Locker) {
	n := 0
	for b.Loop() {
		m.Lock()
		n++
		m.Unlock()
	}
}

func BenchmarkMutex(b *testing.B)           { benchmark(b, new(standin.Mutex)) }
func BenchmarkOriginalMutex(b *testing.B)   { benchmark(b, new(sync.Mutex)) }
func BenchmarkReaders(b *testing.B)         { benchmark(b, new(standin.RWMutex).RLocker()) }
func BenchmarkOriginalReaders(b *testing.B) { benchmark(b, new(sync.RWMutex).RLocker()) }

func contended(b *testing.B, m sync.Locker) {
	n := 0
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Lock()
			n++
			m.Unlock()
		}
	})
}

func BenchmarkContended(b *testing.B)         { contended(b, new(standin.Mutex)) }
func BenchmarkOriginalContended(b *testing.B) { contended(b, new(sync.Mutex)) }

// BenchmarkMayStall has locks that are asked whether they stall, and do not.
func BenchmarkMayStall(b *testing.B) {
	lock.Stall(func(string) func() { return nil })
	defer lock.Stall(nil)
	benchmark(b, new(standin.Mutex))
}
