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
	writer *world.Client
	writes int
	ended  atomic.Bool
}

// startReaders starts a reader for each replica. It reads until stop is called,
// whether it is answered or not.
func startReaders(c *world.Cluster) *workload {
	w := &workload{writer: c.NewClient()}
	for replica := range c.Size() {
		reader := c.NewClient()
		c.Go(func() {
			for n := replica; !w.ended.Load(); n++ {
				c.Sleep(time.Duration(5+replica) * time.Millisecond)
				reader.GetFrom(replica, key(n))
			}
		})
	}
	return w
}

// putTo writes a fresh value to the next key at one replica, and waits for the
// answer.
func (w *workload) putTo(replica int) {
	w.writes++
	w.writer.PutTo(replica, key(w.writes), fmt.Sprintf("w%d", w.writes))
}

// stop ends the readers.
func (w *workload) stop() { w.ended.Store(true) }

func key(n int) string { return fmt.Sprintf("r%d", n%keys) }
