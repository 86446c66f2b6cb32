package world

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/standin/lock"
)

// mostStall is the longest that a goroutine stalls before a lock: longer than most
// elections take.
const mostStall = 400 * time.Millisecond

// CanStall reports whether the implementation's locks can stall: whether it is
// built with the stand-in for package sync.
func CanStall() bool { return lock.InUse() }

// stalls have goroutines of the replicas stand still before they lock.
type stalls struct {
	net  *labrpc.Network
	seed uint64
	on   atomic.Bool // some locks may stall

	mu       sync.Mutex
	underWay map[stall]chan struct{} // each closed at its end
}

// A stall is a standstill. All goroutines that come to a place at one instant
// share it, for which of them comes first is up to the Go scheduler.
type stall struct {
	place string
	since time.Duration
}

func newStalls(net *labrpc.Network, seed uint64) *stalls {
	return &stalls{net: net, seed: seed, underWay: map[stall]chan struct{}{}}
}

// set has one lock in n stall for d from now. Whether one does, and for how long,
// follows from the seed, the place in the code and the instant, which no two
// replicas share.
func (s *stalls) set(n int, d time.Duration) {
	s.on.Store(true)
	end := s.net.Now() + d
	lock.Stall(func(place string) (standStill func()) {
		at := stall{place, s.net.Now()}
		drawn := s.drawn(at)
		if at.since >= end || drawn%uint64(n) != 0 {
			return nil
		}
		return func() { s.standStill(at, drawn/uint64(n)) }
	})
}

// end has no more locks stall. What stalls goes on when its time has come.
func (s *stalls) end() {
	s.on.Store(false)
	lock.Stall(nil)
}

func (s *stalls) drawn(at stall) uint64 {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(nil, s.seed))
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(at.since)))
	io.WriteString(h, at.place)
	return h.Sum64()
}

// standStill returns at the end of a stall, whose length is up to what was drawn.
// The network gives the end an instant of its own.
func (s *stalls) standStill(at stall, drawn uint64) {
	s.mu.Lock()
	ended, others := s.underWay[at]
	if !others {
		ended = make(chan struct{})
		s.underWay[at] = ended
		lasts := time.Duration(1+drawn%uint64(mostStall/time.Millisecond)) * time.Millisecond
		s.net.Trace().Add(labrpc.Event{At: at.since, Kind: "stall", From: -1, To: -1, Text: fmt.Sprintf("for %v at %s", lasts, at.place)})
		s.net.AfterAs(drawn, lasts, func() { s.goOn(at) })
	}
	s.mu.Unlock()
	<-ended
}

// goOn ends a stall.
func (s *stalls) goOn(at stall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.underWay[at])
	delete(s.underWay, at)
}
