package raft

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// inChangingCluster runs a test with a cluster of Full servers, of which the first are
// its members. All run.
func inChangingCluster(t *testing.T, servers, members int, seed uint64, f faults, test func(t *testing.T, c *cluster)) {
	t.Helper()
	inClusterOf(t, Full().Features, raftiface.Everybody(members), servers, seed, f, test)
}

// change has the members changed, whoever leads, and waits until that is delivered.
func (c *cluster) change(to raftiface.Membership) {
	c.t.Helper()
	is := func() bool {
		c.net.mu.Lock()
		defer c.net.mu.Unlock()
		return c.latest.Equal(to)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		c.commit(command{Op: "before a change"}, 1)
		c.servers[c.leader()].ChangeMembership(to)
		for wait := time.Now().Add(2 * time.Second); time.Now().Before(wait); time.Sleep(time.Millisecond) {
			if is() {
				return
			}
		}
	}
	c.t.Fatalf("the members are not %v within 20 s", to)
}

// Servers join with nothing, by entries or a snapshot, and members leave, the leader
// among them; whoever is left does not disturb the others.
func TestMembersComeAndGo(t *testing.T) {
	for _, every := range []int{0, 10} {
		for _, f := range []faults{calm, lossy} {
			inChangingCluster(t, 6, 3, 1, f, func(t *testing.T, c *cluster) {
				c.snapshotEvery = every
				for i := range 25 {
					c.commit(command{Seq: i}, 3)
				}
				c.change(voters(0, 1, 2, 3))
				c.commit(command{Seq: 100}, 4)
				c.change(raftiface.Membership{Voters: []int{3, 4, 5}, Learners: []int{0}})
				c.commit(command{Seq: 101}, 4)
				lead := c.leader()
				require.Contains(t, []int{3, 4, 5}, lead)
				term, _ := c.servers[lead].GetState()
				time.Sleep(10 * time.Second)
				now, isLeader := c.servers[lead].GetState()
				if f.loss == 0 {
					require.True(t, isLeader)
					require.Equal(t, term, now, "those that are removed disturb")
				}
				c.change(voters(3, 4, 5))
				for i := 3; i < 6; i++ {
					if lead = c.leader(); len(c.latest.Voters) > 1 {
						c.change(c.latest.Without(lead))
						c.commit(command{Seq: 200 + i}, 1)
					}
				}
				c.change(raftiface.Everybody(6))
				c.commit(command{Seq: 300}, 6)
				require.Equal(t, every > 0, c.net.count("Raft.InstallSnapshot") > 0)
			})
		}
	}
}

// Members change all the time while everything else happens, too. No server ever
// applies what another one did not, and when faults end, the cluster is whole again.
func TestMembersChurn(t *testing.T) {
	changes := 0
	for seed := range uint64(10) {
		for _, f := range []faults{lossy, stormy} {
			inChangingCluster(t, 6, 3, seed, f, func(_ *testing.T, c *cluster) {
				c.snapshotEvery = 10 * int(seed%2)
				c.churn(200)
				c.heal()
				c.change(raftiface.Everybody(6))
				c.commit(command{Client: -1}, 6)
				for _, cmd := range c.history {
					if _, ok := cmd.(Configuration); ok {
						changes++
					}
				}
			})
		}
	}
	t.Logf("%d changes", changes)
	require.Greater(t, changes, 100)
}

// someMembers draws a configuration.
func someMembers(rng *rand.Rand, servers int) (m raftiface.Membership) {
	for i := range servers {
		switch rng.IntN(4) {
		case 0, 1:
			m.Voters = append(m.Voters, i)
		case 2:
			m.Learners = append(m.Learners, i)
		}
	}
	return m
}
