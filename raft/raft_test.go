package raft

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

var (
	calm   = faults{delay: 26 * time.Millisecond}
	lossy  = faults{delay: 26 * time.Millisecond, loss: 0.1}
	stormy = faults{delay: 26 * time.Millisecond, loss: 0.1, duplicate: 0.2, late: 0.2, lateDelay: 600 * time.Millisecond}
)

// inCluster runs a test with a cluster in a bubble. The bubble ends only when
// every goroutine in it has, so each of these tests sees that Kill leaves none.
func inCluster(t *testing.T, servers int, seed uint64, f faults, test func(t *testing.T, c *cluster)) {
	t.Helper()
	inClusterOf(t, raftiface.Features{}, raftiface.Everybody(servers), servers, seed, f, test)
}

// inClusterOf is inCluster with servers that do more than the paper's, some of which the
// cluster began with.
func inClusterOf(t *testing.T, does raftiface.Features, members raftiface.Membership, servers int, seed uint64, f faults, test func(t *testing.T, c *cluster)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, servers, seed, f)
		c.does, c.members = does, members
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
			const clusters = 50
			var worst, sum time.Duration
			for seed := range uint64(clusters) {
				inCluster(t, servers, seed, f, func(t *testing.T, c *cluster) {
					c.crash(c.leader())
					began := time.Now()
					c.leader()
					worst = max(worst, time.Since(began))
					sum += time.Since(began)
				})
			}
			t.Logf("%d servers, %+v: mean %v, worst %v", servers, f, sum/clusters, worst)
			require.Less(t, worst, 5*time.Second)
		}
	}
}

// The 6.824 labs' bounds on messages, for three servers.
func TestMessageCounts(t *testing.T) {
	for seed := range uint64(20) {
		inCluster(t, 3, seed, calm, func(t *testing.T, c *cluster) {
			lead := c.leader()
			require.LessOrEqual(t, c.net.totalCalls(), 30, "first election")

			c.commit(command{Seq: -1}, 3)
			calls := c.net.totalCalls()
			for i := range 10 {
				c.servers[lead].Start(command{Seq: i})
				time.Sleep(time.Microsecond)
			}
			c.waitApplied(11, 3)
			require.LessOrEqual(t, c.net.totalCalls()-calls, 42, "ten commands")

			calls = c.net.totalCalls()
			time.Sleep(time.Second)
			require.LessOrEqual(t, c.net.totalCalls()-calls, 60, "an idle second")

			bytes := c.net.totalBytes()
			for i := range 10 {
				c.servers[lead].Start(command{Seq: i, Value: strings.Repeat("x", 5000)})
			}
			c.waitApplied(21, 3)
			require.LessOrEqual(t, c.net.totalBytes()-bytes, 2*10*5000+5000, "each command crosses each link once")
		})
	}
}

// A second is some forty round trips, and a lost message costs a heartbeat
// interval at worst.
func TestThroughput(t *testing.T) {
	for _, tt := range []struct {
		faults faults
		want   time.Duration // for each of a client's commands, one after the other
	}{
		{calm, 30 * time.Millisecond},
		{lossy, 50 * time.Millisecond},
		{stormy, 150 * time.Millisecond},
	} {
		inCluster(t, 5, 3, tt.faults, func(t *testing.T, c *cluster) {
			c.leader()
			const commands = 300
			began := time.Now()
			for i := range commands {
				c.commit(command{Seq: i}, 1)
			}
			took := time.Since(began) / commands
			t.Logf("%+v: %v a command", tt.faults, took)
			require.Less(t, took, tt.want)
		})
	}
}

// Three thousand commands given at once arrive in full requests.
func TestBacklog(t *testing.T) {
	for _, f := range []faults{calm, lossy, stormy} {
		inCluster(t, 3, 3, f, func(t *testing.T, c *cluster) {
			lead := c.servers[c.leader()]
			began, calls := time.Now(), c.net.totalCalls()
			for i := range 3000 {
				lead.Start(command{Seq: i})
			}
			c.waitApplied(3000, 3)
			t.Logf("%+v: %v, %d calls", f, time.Since(began), c.net.totalCalls()-calls)
			require.Less(t, time.Since(began), 5*time.Second)
			require.Less(t, c.net.totalCalls()-calls, 400)
		})
	}
}

// A server that was away is brought up to date, by entries or a snapshot, and
// its own uncommitted entries are gone.
func TestReturningServerCatchesUp(t *testing.T) {
	for _, every := range []int{0, 10} {
		t.Run(fmt.Sprint("snapshot every ", every), func(t *testing.T) {
			inCluster(t, 5, 2, lossy, func(t *testing.T, c *cluster) {
				c.snapshotEvery = every
				c.commit(command{Seq: 1}, 5)
				old := c.leader()
				c.setConnected(old, false)
				for i := range 50 {
					c.servers[old].Start(command{Seq: i, Op: "lost"})
				}
				for i := range 200 {
					c.commit(command{Seq: i}, 3)
				}
				snapshots := c.net.count("Raft.InstallSnapshot")
				c.setConnected(old, true)
				c.commit(command{Seq: 1000}, 5)
				require.Equal(t, every > 0, c.net.count("Raft.InstallSnapshot") > snapshots)
				if every > 0 {
					for _, s := range c.stores {
						require.Less(t, s.RaftStateSize(), 2000)
					}
				}
			})
		})
	}
}

// Without a majority nothing is committed, and a leader of the minority is
// deposed when the cluster is whole again.
func TestMinorityCommitsNothing(t *testing.T) {
	inCluster(t, 5, 4, calm, func(t *testing.T, c *cluster) {
		c.commit(command{Seq: 1}, 5)
		lead := c.leader()
		for i := 1; i <= 3; i++ {
			c.setConnected((lead+i)%5, false)
		}
		index, _, ok := c.servers[lead].Start(command{Seq: 2})
		require.True(t, ok)
		time.Sleep(10 * time.Second)
		require.Zero(t, c.applied(index, command{Seq: 2}))
		for i := range 5 {
			c.setConnected(i, true)
		}
		c.commit(command{Seq: 3}, 5)
	})
}

// Everything at once: crashes, partitions, loss, duplicates, late messages and
// snapshots. No server ever applies what another one did not, and when faults
// end, all agree.
func TestChurn(t *testing.T) {
	for seed := range uint64(10) {
		for _, f := range []faults{lossy, stormy} {
			inCluster(t, 5, seed, f, func(_ *testing.T, c *cluster) {
				c.snapshotEvery = 10 * int(seed%2)
				c.churn(60)
				c.heal()
				c.commit(command{Client: -1}, 5)
			})
		}
	}
}

// The same seed gives the same run, message by message.
func TestSameSeedSameRun(t *testing.T) {
	for seed := range uint64(3) {
		var first []string
		for run := range 5 {
			inCluster(t, 5, seed, stormy, func(t *testing.T, c *cluster) {
				c.snapshotEvery = 10
				c.churn(30)
				trace := c.net.sortedTrace()
				if run == 0 {
					first = trace
				}
				for i := range first {
					require.Equal(t, first[i], trace[i], "seed %d, run %d, message %d", seed, run, i)
				}
			})
		}
	}
}

// churn gives all servers commands, and crashes, restarts, disconnects and
// reconnects them. Where members change it asks for changes, too.
func (c *cluster) churn(rounds int) {
	rng := rand.New(rand.NewPCG(c.net.seed, 7))
	for round := range rounds {
		for n := range rng.IntN(8) {
			for _, r := range c.servers {
				if r != nil {
					r.Start(command{Client: round, Seq: n})
				}
			}
			time.Sleep(time.Duration(rng.Int64N(int64(50 * time.Millisecond))))
		}
		i := rng.IntN(len(c.servers))
		if c.does.Membership {
			c.askForChange(someMembers(rng, len(c.servers)))
		}
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
}

// askForChange asks all servers for other members.
func (c *cluster) askForChange(to raftiface.Membership) {
	for _, r := range c.servers {
		if r != nil {
			r.ChangeMembership(to)
		}
	}
}

// heal connects and restarts all servers.
func (c *cluster) heal() {
	for i, r := range c.servers {
		c.setConnected(i, true)
		if r == nil {
			c.restart(i)
		}
	}
}

func TestNewChecksItsEnv(t *testing.T) {
	good := func() raftiface.Env {
		return raftiface.Env{
			Peers:     []raftiface.Peer{&link{}, nil, &link{}},
			Me:        1,
			Persister: &storage{},
			ApplyCh:   make(chan raftiface.ApplyMsg),
			Rand:      rand.New(rand.NewPCG(1, 2)),
		}
	}
	for want, spoil := range map[string]func(*raftiface.Env){
		"raft: Env.Peers is empty; a cluster has at least one server": func(e *raftiface.Env) { e.Peers = nil },
		"raft: Env.Me is -1, with 3 peers":                            func(e *raftiface.Env) { e.Me = -1 },
		"raft: Env.Me is 3, with 3 peers":                             func(e *raftiface.Env) { e.Me = 3 },
		"raft: Env.Peers[1] is nil":                                   func(e *raftiface.Env) { e.Me = 0 },
		"raft: Env.Persister is nil":                                  func(e *raftiface.Env) { e.Persister = nil },
		"raft: Env.ApplyCh is nil":                                    func(e *raftiface.Env) { e.ApplyCh = nil },
		"raft: Env.Rand is nil":                                       func(e *raftiface.Env) { e.Rand = nil },
	} {
		env := good()
		spoil(&env)
		r, err := New(env)
		require.EqualError(t, err, want)
		require.Nil(t, r)
		made, err := Implementation().Make(env)
		require.EqualError(t, err, want)
		require.True(t, made == nil, "not a nil *Raft in an interface")
	}
}

func TestImplementation(t *testing.T) {
	require.NoError(t, Implementation().Validate())
	require.Equal(t, "raftcheck/raft", Implementation().Name)
	require.True(t, Implementation().Features.Snapshots)
}

// Make has the lab's form.
func TestMake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		applyCh := make(chan raftiface.ApplyMsg)
		r := Make([]raftiface.Peer{&link{}}, 0, &storage{}, applyCh)
		defer r.Kill()
		time.Sleep(maxElectionTimeout)
		synctest.Wait()
		index, term, ok := r.Start("x")
		require.True(t, ok)
		require.Equal(t, 1, index)
		require.Equal(t, 1, term)
		require.Equal(t, raftiface.ApplyMsg{CommandValid: true, Command: "x", CommandIndex: 1}, <-applyCh)
	})
	require.PanicsWithError(t, "raft: Env.Peers is empty; a cluster has at least one server", func() {
		Make(nil, 0, &storage{}, nil)
	})
}
