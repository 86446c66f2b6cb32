package reads

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// keys is over how many keys a story's reads and writes are spread.
	keys = 3
	// patience is how long the cluster may take to agree after faults.
	patience = time.Minute
)

// workload is one writer, and readers of which each keeps asking one replica.
type workload struct {
	c      *world.Cluster
	writer *world.Client
	writes int
	asked  atomic.Int64 // whom a crowd asks, nobody if that is negative
	ended  atomic.Bool
}

// startReaders starts a reader for each replica. It reads until stop is called,
// whether it is answered or not.
func startReaders(c *world.Cluster) *workload {
	w := &workload{c: c, writer: c.NewClient()}
	for replica := range c.Size() {
		w.startReader(time.Duration(5+replica)*time.Millisecond, replica, func() int { return replica })
	}
	return w
}

// startCrowd starts readers that all ask the replica that the story has in mind: while
// some wait for their answers, others begin.
func startCrowd(c *world.Cluster, readers int) *workload {
	w := &workload{c: c, writer: c.NewClient()}
	w.askNobody()
	for n := range readers {
		w.startReader(time.Duration(5+n)*time.Millisecond, n, func() int { return int(w.asked.Load()) })
	}
	return w
}

func (w *workload) startReader(every time.Duration, first int, whom func() int) {
	reader := w.c.NewClient()
	w.c.Go(func() {
		for n := first; !w.ended.Load(); n++ {
			w.c.Sleep(every)
			if replica := whom(); replica >= 0 {
				reader.GetFrom(replica, key(n))
			}
		}
	})
}

// ask has the crowd ask a replica from now on.
func (w *workload) ask(replica int) { w.asked.Store(int64(replica)) }

func (w *workload) askNobody() { w.ask(-1) }

// askOnce has one more reader ask a replica, and does not wait for the answer. All of
// the crowd may be waiting.
func (w *workload) askOnce(replica int) {
	reader := w.c.NewClient()
	w.c.Go(func() {
		for n := range keys {
			reader.GetFrom(replica, key(n))
		}
	})
}

// putTo writes a fresh value to the next key at one replica, and waits for the
// answer.
func (w *workload) putTo(replica int) {
	w.writes++
	w.writer.PutTo(replica, key(w.writes), fmt.Sprintf("w%d", w.writes))
}

// putManyTo writes so many fresh values at one replica, one after the other.
func (w *workload) putManyTo(replica, writes int) {
	for range writes {
		w.putTo(replica)
		w.c.Sleep(time.Duration(w.c.Rand.IntN(30)) * time.Millisecond)
	}
}

// stop ends the readers.
func (w *workload) stop() { w.ended.Store(true) }

// checkAnswers checks that a leader comes to answer reads, with no write to help it on.
func checkAnswers(c *world.Cluster, since string) {
	reader := c.NewClient()
	answered := c.Until(c.Patience(), func() bool {
		leader, ok := c.Leader()
		if ok {
			_, ok = reader.GetFrom(leader, key(0))
		}
		return ok
	})
	c.CheckProgress(answered, "no leader has answered a read, %v after %s, though it was asked again and again", c.Patience(), since)
}

func key(n int) string { return fmt.Sprintf("r%d", n%keys) }
