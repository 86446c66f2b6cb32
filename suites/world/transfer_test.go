package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
)

// promising is a puppet that says what it is to say when it is asked to hand over, and does
// nothing.
type promising struct {
	*puppet
	takes bool
}

func (p promising) TransferLeadership(int) bool { return p.takes }

func TestTransfer(t *testing.T) {
	a := Live(t, plan(raft.Full()), func(c *Cluster) {
		leader := c.CheckOneLeader()
		next := c.NextAfter(leader, 1)
		require.False(t, c.Transfer(next, leader), "it does not lead")
		c.CheckTransfer(leader, next)
		c.CheckSucceeds(leader, next)
		require.Equal(t, next, c.CheckOneLeader())
	})
	require.Nil(t, a.Failure, "%v", a.Failure)
}

func TestTransferThatFails(t *testing.T) {
	story := func(c *Cluster) {
		c.CheckTransfer(0, 1)
		c.CheckSucceeds(0, 1)
	}
	for takes, want := range map[bool]struct {
		property checker.Property
		says     string
	}{
		false: {Claim, "replica 0, which leads, refuses to hand over to replica 1"},
		true:  {Progress, "replica 1 does not lead, 10s after replica 0 was asked to hand over to it"},
	} {
		impl := puppetry()
		of := impl.Make
		impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
			r, err := of(env)
			return promising{r.(*puppet), takes}, err
		}
		a := Live(t, plan(impl), story)
		require.NotNil(t, a.Failure)
		require.Equal(t, want.property, a.Failure.Property)
		require.Equal(t, []string{want.says}, a.Failure.Facts)
	}
}
