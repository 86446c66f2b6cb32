package world

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Cluster is the world of one run: replicas of the Raft under test, their network
// and disks, the service, its clients, and the judges that watch. A story drives
// it by its verbs.
//
// Verbs that check something end the story at the first failure. They may be
// called from the story's goroutine and from those started with [Cluster.Go].
type Cluster struct {
	// Rand is the story's source of randomness, seeded from the run's seed. It
	// is not safe for concurrent use.
	Rand *rand.Rand

	*ground
	replicas []*replica
	away     away
	clients  clientPool

	story    sync.WaitGroup // goroutines of the story
	launched atomic.Int64   // number of those so far
}

func newCluster(p Plan) *Cluster {
	c := &Cluster{
		Rand:   rand.New(rand.NewPCG(p.Seed, 0x5c)),
		ground: newGround(p),
		away:   away{replicas: make([]bool, p.Replicas)},
	}
	for i := range p.Replicas {
		c.replicas = append(c.replicas, &replica{number: i, storage: c.disks[i]})
	}
	return c
}

// Seed returns the seed of the run.
func (c *Cluster) Seed() uint64 { return c.plan.Seed }

// Now returns the virtual time since the run began.
func (c *Cluster) Now() time.Duration { return c.net.Now() }

// Size returns the number of replicas.
func (c *Cluster) Size() int { return len(c.replicas) }

// Sleep lets virtual time pass.
func (c *Cluster) Sleep(d time.Duration) { c.sleep(d) }

// ElectionTimeout returns how long a story waits for an election: twice the
// longest time the implementation declares, so that no unlucky run of split
// votes fails a correct Raft.
func (c *Cluster) ElectionTimeout() time.Duration { return 2 * c.timing.Election }

// TrailingEntries is how many entries behind a snapshot replicas keep on purpose.
func (c *Cluster) TrailingEntries() int { return c.plan.Implementation.TrailingEntries }

// pauseBriefly gives the caller an instant of its own, up to two milliseconds
// from now, so that what it does next meets nothing else. How long follows from
// the present instant, which no other goroutine of the story shares.
func (c *Cluster) pauseBriefly() { c.Sleep(c.drawn(2*time.Millisecond, int(c.Now()))) }

// step gives a verb that changes the world an instant of its own. The story may
// have come here in the very instant in which a replica acts, and whether that
// comes before the change would be up to the Go scheduler.
func (c *Cluster) step() { c.Sleep(0) }

// stepIfAlone gives what comes after a replica was asked for something an instant of its
// own: one that is a quorum by itself commits in the instant in which it is asked.
func (c *Cluster) stepIfAlone() {
	if c.roster.mayBeAlone() {
		c.step()
	}
}

// Connected reports whether a replica is up and not disconnected.
func (c *Cluster) Connected(replica int) bool {
	return c.replicas[replica].running() != nil && !c.away.is(replica)
}

// Applied returns the index up to which a replica's service has applied, as far
// as its running instance goes; 0 if it is down.
func (c *Cluster) Applied(replica int) int {
	if in := c.replicas[replica].running(); in != nil {
		return in.appliedIndex()
	}
	return 0
}

// connected returns the replicas that are up and that Disconnect has not taken
// away.
func (c *Cluster) connected() (up []int) {
	for i := range c.replicas {
		if c.Connected(i) {
			up = append(up, i)
		}
	}
	return up
}
