package hashicorpraft

import (
	"hash/fnv"
	"math/rand"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// dice make the library's timeouts depend on the replica's seed. It draws them
// from the global source of math/rand, all replicas and their goroutines from
// the same, in an order that is the Go scheduler's. So the source is seeded
// again whenever the library calls the adapter and is about to draw, from who
// calls and when; and for draws that no call comes before, from the time alone,
// once all goroutines have come to rest.
//
// What is left to chance is another goroutine that draws or calls between the
// call and the draw; with GOMAXPROCS=1 that hardly happens.
type dice struct {
	seed    uint64
	elected atomic.Int64 // when the library last began to replicate
}

// shake prepares a draw that is told apart by a text from others at this time.
func (d *dice) shake(text string) {
	now := time.Now().UnixNano()
	h := fnv.New64a()
	h.Write([]byte(text))
	seed(h.Sum64() ^ d.seed ^ uint64(now))
	if rest.Swap(now) != now {
		time.AfterFunc(1, func() { seed(uint64(now)) })
	}
}

// rest is the time at which any dice were shaken last.
var rest atomic.Int64

//lint:ignore SA1019 no other way seeds the global source
func seed(x uint64) { rand.Seed(int64(x * 0x9e3779b97f4a7c15)) }

// drawing are the messages after which the library draws, and replicating the
// one after which it starts its heartbeat loops.
var drawing = []string{"entering follower state", "voting for self", "asking for", "pre-vote successful", "pipelining"}

const replicating = "added peer"

// logged prepares the draw that comes after a line of the library's log.
func (d *dice) logged(line string) {
	if strings.Contains(line, replicating) {
		d.elected.Store(time.Now().UnixNano())
	}
	if slices.ContainsFunc(drawing, func(text string) bool { return strings.Contains(line, text) }) {
		d.shake(line)
	}
}

// encoded prepares the first draw of a heartbeat loop: it has encoded the
// leader's address just before, as others have often.
func (d *dice) encoded() {
	if d.elected.Load() == time.Now().UnixNano() {
		d.shake(replicating)
	}
}
