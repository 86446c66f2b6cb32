package world

import (
	"fmt"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// Members returns the configuration of the cluster, as far as any replica has
// delivered it.
func (c *Cluster) Members() raftiface.Membership { return c.roster.latest().members }

// AskChange asks a replica to change the members of the cluster, and reports whether
// it takes that on. The implementation must declare Membership.
func (c *Cluster) AskChange(replica int, to raftiface.Membership) (taken bool) {
	c.up(replica, "AskChange")
	c.step()
	c.fault("replica %d is asked to change the members to %v", replica, to)
	c.roster.asks(to)
	c.net.Trace().Add(labrpc.Event{At: c.Now(), Kind: "asked", From: replica, To: -1, Text: "for " + to.String(), Note: steps.Asked{To: to}})
	in := c.replicas[replica].running()
	if in == nil { // it has come to a crash point meanwhile
		return false
	}
	taken = in.change(to)
	if !taken && !in.isDown() {
		c.fault("it refuses")
		c.net.Trace().Add(labrpc.Event{At: c.Now(), Kind: "refused", From: replica, To: -1, Text: to.String(), Note: steps.Refused{}})
	}
	c.stepIfAlone()
	c.check()
	return taken
}

// Change changes the members of the cluster: it asks whoever leads, again if nothing
// comes of it, until that configuration is the latest. A leader that refuses may lack an
// entry of its own term that is committed, and is given a command. It fails the scenario
// if that takes longer than [Cluster.Patience]. Nobody else may change it meanwhile.
func (c *Cluster) Change(to raftiface.Membership) {
	deadline := c.Now() + c.Patience()
	for !c.Members().Equal(to) {
		if c.Now() >= deadline {
			c.fail(Progress, fmt.Sprintf("the members of the cluster are not %v, %v after leaders were first asked for that; they are %v", to, c.Patience(), c.Members()),
				c.describeStates(c.connected()), "applied up to: "+c.describeApplied())
		}
		leader, _, _ := c.leaders(c.connected())
		switch {
		case leader < 0:
		case c.AskChange(leader, to):
			c.Until(c.ElectionTimeout(), func() bool { return c.Members().Equal(to) || !c.leads(leader) })
		default:
			c.Start(leader)
		}
		c.Sleep(5 * pollEvery)
	}
}

// leads reports whether a replica is up and says that it leads.
func (c *Cluster) leads(replica int) bool {
	in := c.replicas[replica].running()
	if in == nil {
		return false
	}
	_, leader := c.state(in)
	return leader
}

// Join makes a replica a voter. See [Cluster.Change].
func (c *Cluster) Join(replica int) { c.Change(c.Members().WithVoter(replica)) }

// Learn makes a replica a learner, be it one that joins or one that votes until then.
// See [Cluster.Change].
func (c *Cluster) Learn(replica int) { c.Change(c.Members().WithLearner(replica)) }

// Remove has a replica be no member any more. See [Cluster.Change].
func (c *Cluster) Remove(replica int) { c.Change(c.Members().Without(replica)) }

// CommitOnMembers is [Cluster.Commit] with all members of the cluster, learners
// included.
func (c *Cluster) CommitOnMembers() (index int) {
	return c.commitWithin(c.Patience(), "", c.everyMember)
}
