package hashicorpraft

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

func voters(replicas ...int) raftiface.Membership { return raftiface.Membership{Voters: replicas} }

// learning returns the configuration with learners.
func learning(m raftiface.Membership, learners ...int) raftiface.Membership {
	m.Learners = learners
	return m
}

// change changes the members, and waits until all of them have heard of it: by the
// next leader, if this one removes itself.
func (c *cluster) change(t *testing.T, to raftiface.Membership) {
	require.True(t, c.rafts[c.leader(t)].ChangeMembership(to), "%v", to)
	time.Sleep(10 * time.Second)
	for _, replica := range to.Members() {
		require.Equal(t, to, c.view(replica), "replica %d", replica)
	}
}

// view returns the configuration that a replica delivered last.
func (c *cluster) view(replica int) raftiface.Membership {
	_, views := c.seen(replica)
	last := 0
	for index := range views {
		last = max(last, index)
	}
	return views[last]
}

// seen returns the commands and configurations that a replica delivered, by index.
func (c *cluster) seen(replica int) (map[int]any, map[int]raftiface.Membership) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.log[replica]), maps.Clone(c.views[replica])
}

// restart starts a replica anew on what it has saved.
func (c *cluster) restart(t *testing.T, replica int, members raftiface.Membership) {
	c.rafts[replica].Kill()
	c.nodes[replica].Halt()
	c.mu.Lock()
	c.log[replica], c.views[replica], c.last[replica] = map[int]any{}, map[int]raftiface.Membership{}, 0
	c.mu.Unlock()
	c.start(t, replica, members)
}

func TestMembersComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 5, voters(0, 1, 2))
		defer c.kill()
		leader := c.leader(t)
		time.Sleep(10 * time.Second)
		for _, outside := range []int{3, 4} {
			term, _ := c.rafts[outside].GetState()
			require.Zero(t, term, "who has not joined stands for no election")
		}
		for replica := range c.rafts {
			_, views := c.seen(replica)
			require.Empty(t, views, "Env.Members is no entry")
		}

		four := voters(0, 1, 2, 3)
		follower := (leader + 1) % 3
		three := four.Without(follower)
		c.change(t, learning(voters(0, 1, 2), 3))
		c.change(t, four)
		c.change(t, learning(four, 4))
		c.change(t, learning(three, follower, 4))
		index, _, ok := c.rafts[leader].Start("to all members")
		require.True(t, ok)
		time.Sleep(time.Second)
		for _, member := range append(three.Voters, 4) {
			commands, _ := c.seen(member)
			require.Equal(t, "to all members", commands[index])
		}
		commands, _ := c.seen(follower)
		require.Equal(t, "to all members", commands[index], "a learner now")

		c.change(t, learning(three, 4))
		c.change(t, three)
		c.change(t, three.Without(leader))
		require.NotEqual(t, leader, c.leader(t), "it removed itself")
		c.change(t, three)
	})
}

func TestChangeMembershipTakesOneStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 5, learning(voters(0, 1, 2), 3))
		defer c.kill()
		leader := c.leader(t)
		time.Sleep(time.Second)
		require.False(t, c.rafts[(leader+1)%3].ChangeMembership(voters(0, 1, 2, 3)), "by a follower")
		require.False(t, c.rafts[4].ChangeMembership(voters(0, 1, 2, 3)), "by one that has not joined")
		for _, to := range []raftiface.Membership{
			learning(voters(0, 1, 2), 3),
			voters(0, 1, 2, 4),
			voters(0, 1),
			learning(voters(0, 1, 3), 2),
			{Voters: []int{0, 1, 2, 3}, Outgoing: []int{0, 1, 2}},
			{Learners: []int{3}},
		} {
			require.False(t, c.rafts[leader].ChangeMembership(to), "%v", to)
		}
		require.True(t, c.rafts[leader].ChangeMembership(voters(0, 1, 2)))
	})
}

func TestChangeMembershipRefusesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 4, voters(0, 1, 2))
		defer c.kill()
		leader := c.leader(t)
		time.Sleep(time.Second)
		begin := time.Now()
		c.disks[leader].takes.Store(int64(time.Second))
		require.True(t, c.rafts[leader].ChangeMembership(voters(0, 1, 2, 3)), "the library had nothing else to do")
		require.False(t, c.rafts[leader].ChangeMembership(learning(voters(0, 1, 2), 3)), "while the library waits for its disk")
		require.Less(t, time.Since(begin), time.Millisecond)
		c.disks[leader].takes.Store(0)
		c.net.SetConditions(labrpc.Conditions{Delay: 100 * time.Millisecond})
		time.Sleep(time.Second - time.Since(begin) + time.Millisecond)

		begin = time.Now()
		require.False(t, c.rafts[leader].ChangeMembership(learning(voters(0, 1, 2), 3)), "while a change is not committed")
		require.Less(t, time.Since(begin), time.Millisecond)
		time.Sleep(time.Second)
		require.Equal(t, voters(0, 1, 2, 3), c.view(leader), "what was refused never happens")
		c.change(t, voters(0, 1, 2))
	})
}

func TestMembersAreThereAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := voters(0, 1, 2)
		c := newCluster(t, 4, first)
		defer c.kill()
		c.change(t, learning(first, 3))
		c.change(t, voters(0, 1, 2, 3))
		_, want := c.seen(3)
		for i := range c.rafts {
			c.restart(t, i, first)
		}
		c.leader(t)
		time.Sleep(time.Second)
		for i := range c.rafts {
			_, views := c.seen(i)
			require.Equal(t, want, views)
		}
		c.change(t, voters(0, 1, 2))
	})
}

func TestTransferOnlyToVoters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 5, learning(voters(0, 1, 2), 3))
		defer c.kill()
		leader := c.leader(t)
		time.Sleep(time.Second)
		for _, to := range []int{leader, 3, 4, 5, -1} {
			require.False(t, c.rafts[leader].TransferLeadership(to), "to %d", to)
		}
		require.True(t, c.rafts[leader].TransferLeadership((leader+1)%3))
	})
}

func TestSnapshotHasTheMembersAtItsIndex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.fsm.start()
		configure := func(index uint64, m raftiface.Membership) { s.fsm.StoreConfiguration(index, configurationOf(m)) }
		configure(bootstrapIndex, voters(0, 1, 2))
		s.apply(2, 2)
		configure(3, voters(0, 1, 2, 3))
		s.apply(4, 4)
		configure(5, learning(voters(0, 1, 2, 3), 4))
		s.apply(6, 6)
		require.Equal(t, []int{2, configured + 3, 4, configured + 5, 6}, s.got())

		for _, test := range []struct {
			index uint64
			want  raftiface.Membership
			then  []int
		}{
			{2, voters(0, 1, 2), []int{-2, configured + 3, 4, configured + 5, 6}},
			{3, voters(0, 1, 2, 3), []int{-3, 4, configured + 5, 6}},
			{4, voters(0, 1, 2, 3), []int{-4, configured + 5, 6}},
			{6, learning(voters(0, 1, 2, 3), 4), []int{-6}},
		} {
			require.True(t, s.fsm.handedOver(test.index, []byte("state")))
			taken, err := s.fsm.Snapshot()
			require.NoError(t, err)

			other := newService(t)
			other.fsm.start()
			require.NoError(t, other.fsm.Restore(reader(taken)))
			require.Equal(t, test.want, membershipOf(taken.(snapshot).members.servers))
			require.Equal(t, test.want, other.snapshots()[0].Membership)
			require.Equal(t, test.then, other.got())
			require.Equal(t, members{5, configurationOf(learning(voters(0, 1, 2, 3), 4))}, other.fsm.members())
		}
	})
}

func TestConfigurationsAreTranslated(t *testing.T) {
	m := learning(voters(0, 2, 3), 1, 4)
	c := configurationOf(m)
	require.Equal(t, m, membershipOf(c))
	slices.Reverse(c.Servers)
	require.Equal(t, m, membershipOf(c), "whatever the order is")
	require.Equal(t, raft.Nonvoter, configurationOf(m).Servers[1].Suffrage)
	require.Panics(t, func() { membershipOf(raft.Configuration{Servers: []raft.Server{{ID: "somebody"}}}) })
}
