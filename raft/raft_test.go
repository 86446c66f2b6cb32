package raft

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	calm   = faults{delay: 26 * time.Millisecond}
	lossy  = faults{delay: 26 * time.Millisecond, loss: 0.1}
	stormy = faults{delay: 26 * time.Millisecond, loss: 0.1, duplicate: 0.2, late: 0.2, lateDelay: 600 * time.Millisecond}
)

// inCluster runs a test in a bubble. The bubble ends only when every goroutine
// in it has, which is how these tests see that Kill leaves none.
func inCluster(t *testing.T, servers int, seed uint64, f faults, test func(t *testing.T, c *cluster)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, servers, seed, f)
		defer c.stop()
		c.boot()
		test(t, c)
	})
}

func TestElectsOneLeaderAndKeepsIt(t *testing.T) {
	for _, servers := range []int{1, 2, 3, 5, 7} {
		t.Run(fmt.Sprint(servers, " servers"), func(t *testing.T) {
			inCluster(t, servers, 1, calm, func(t *testing.T, c *cluster) {
				first := c.leader()
				term, _ := c.servers[first].GetState()
				time.Sleep(10 * time.Second)
				require.Equal(t, first, c.leader())
				now, _ := c.servers[first].GetState()
				require.Equal(t, term, now, "terms change without need")
			})
		})
	}
}

func TestElectionTakesLessThanFiveSeconds(t *testing.T) {
	for _, f := range []faults{calm, lossy, stormy} {
		for _, servers := range []int{3, 7} {
			var worst, sum time.Duration
			for seed := range uint64(100) {
				inCluster(t, servers, seed, f, func(t *testing.T, c *cluster) {
					old := c.leader()
					c.crash(old)
					begin := time.Now()
					c.leader()
					took := time.Since(begin)
					worst = max(worst, took)
					sum += took
				})
			}
			t.Logf("%d servers, %+v: mean %v, worst %v", servers, f, sum/100, worst)
			require.Less(t, worst, 5*time.Second)
		}
	}
}

func TestChurn(t *testing.T) {
	for seed := range uint64(20) {
		for _, f := range []faults{lossy, stormy} {
			inCluster(t, 5, seed, f, func(t *testing.T, c *cluster) {
				c.snapshotEvery = 10
				rng := rand.New(rand.NewPCG(seed, 7))
				for round := range 60 {
					for n := range rng.IntN(8) {
						for _, r := range c.servers {
							if r != nil {
								r.Start(command{Client: round, Seq: n})
							}
						}
						time.Sleep(time.Duration(rng.Int64N(int64(50 * time.Millisecond))))
					}
					i := rng.IntN(5)
					switch rng.IntN(4) {
					case 0:
						if c.servers[i] != nil {
							c.crash(i)
						} else {
							c.restart(i)
						}
					case 1:
						c.setConnected(i, rng.IntN(2) == 0)
					}
					time.Sleep(time.Duration(rng.Int64N(int64(400 * time.Millisecond))))
				}
				for i, r := range c.servers {
					c.setConnected(i, true)
					if r == nil {
						c.restart(i)
					}
				}
				c.commit(command{Client: -1}, 5)
			})
		}
	}
}
