package glue

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A life is when a replica was killed, if its Raft has no way to learn of it.
type life struct{ killedAt atomic.Int64 }

func (l *life) end() { l.killedAt.CompareAndSwap(0, time.Now().UnixNano()) }

// over reports whether the replica was killed at an earlier instant. What
// happens at the very instant has no order, so that only a later one gives the
// same seed the same run.
func (l *life) over() bool {
	at := l.killedAt.Load()
	return at != 0 && time.Now().UnixNano() > at
}

// A peer is a link that a replica can no longer use when its life is over. Rafts
// of years without Kill go on for ever, leaders with their heartbeats, and many
// restarts leave many of them: their calls, which nobody hears, would cost more
// than all others together.
type peer struct {
	raftiface.Peer
	life *life
}

// Call implements raftiface.Peer. A goroutine of a dead replica does not come
// back from it, as it would not if its process had ended.
func (p *peer) Call(svcMeth string, args, reply any) bool {
	if p.life.over() {
		runtime.Goexit()
	}
	return p.Peer.Call(svcMeth, args, reply)
}
