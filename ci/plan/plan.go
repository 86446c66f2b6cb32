// Package plan says which seeds are to be run, by which process, in which
// batches. All of it depends on the base, the index and the number of shards
// only, never on time or chance; time merely tells how far a process gets.
//
// The seed at index i is the base plus i. A process gets blocks of indexes that
// lie together, because go test takes a range of seeds: of a range of n seeds,
// shard k of t gets the k-th of t equal parts; if there is no end, blocks of
// eight are dealt out one by one, as cards are.
package plan

import (
	"fmt"
	"math"
	"time"

	"github.com/raftcheck/raftcheck/ci/results"
)

// dealt is how long the blocks of a range without an end are.
const dealt = 8

// A Range are Count seeds from Base on; without an end if Count is 0.
type Range struct{ Base, Count uint64 }

// Validate reports what is wrong with the range, nil if nothing is.
func (r Range) Validate() error {
	if r.Count > math.MaxUint64-r.Base {
		return fmt.Errorf("%d seeds from %d on are more than there are", r.Count, r.Base)
	}
	return nil
}

// Asked returns the shard's seeds of a range with an end.
func (r Range) Asked(s Shard) []results.Seeds {
	if r.Count == 0 {
		return nil
	}
	block := (r.Count + uint64(s.Total) - 1) / uint64(s.Total)
	first := min(block*uint64(s.Index), r.Count)
	count := min(block, r.Count-first)
	if count == 0 {
		return nil
	}
	return []results.Seeds{{First: r.Base + first, Count: count}}
}

// Batches hands out a shard's seeds in batches.
type Batches struct {
	r     Range
	shard Shard
	taken uint64 // how many of the shard's seeds were handed out
	size  uint64 // of the latest batch
	spent time.Duration
}

// NewBatches returns the batches of a shard.
func NewBatches(r Range, s Shard) *Batches { return &Batches{r: r, shard: s} }

// MaxBatch is how long a batch should take at most. What a process was about is
// lost if it is killed.
const MaxBatch = 2 * time.Minute

// Next returns the next batch, false if there is none or it would not fit into
// the time that is left. The first one is a single seed and always fits; each
// is at most twice as long as the one before. Spent is called with what the
// latest batch took.
func (b *Batches) Next(left time.Duration) (results.Seeds, bool) {
	size := b.size * 2
	if b.size == 0 {
		size = 1
	} else if pace := max(b.spent/time.Duration(b.size), 1); left < pace {
		return results.Seeds{}, false
	} else {
		size = min(size, max(1, uint64(min(left, MaxBatch)/pace)))
	}
	return b.take(size)
}

// All returns the rest of the seeds as one batch. The range has an end.
func (b *Batches) All() (results.Seeds, bool) { return b.take(math.MaxUint64) }

// Spent notes how long the latest batch took.
func (b *Batches) Spent(d time.Duration) { b.spent = d }

// take hands out up to so many seeds that lie together.
func (b *Batches) take(size uint64) (results.Seeds, bool) {
	next, lie := b.ahead()
	size = min(size, lie)
	b.taken += size
	b.size = size
	return results.Seeds{First: next, Count: size}, size > 0
}

// ahead returns the shard's next seed, and how many of its seeds lie together
// from there on.
func (b *Batches) ahead() (next, lie uint64) {
	if b.r.Count > 0 {
		for _, s := range b.r.Asked(b.shard) {
			return s.First + b.taken, s.Count - b.taken
		}
		return 0, 0
	}
	if b.shard.Total == 1 {
		return b.r.Base + b.taken, math.MaxUint64 - b.r.Base - b.taken
	}
	block := b.taken/dealt*uint64(b.shard.Total) + uint64(b.shard.Index)
	return b.r.Base + block*dealt + b.taken%dealt, dealt - b.taken%dealt
}
