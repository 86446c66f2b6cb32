package world

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
)

// settlePatience is how much longer than others a cluster that was just healed may
// take to commit on all replicas: long enough for a correct Raft whatever it went
// through.
const settlePatience = 45 * time.Second

// settle is the end of every story: faults stop, all replicas come back, and
// the cluster must commit a fresh command on all of them. Then a client reads
// every key the story wrote, so that the history shows a lost write. Rafts that
// do no more than elect have to follow one leader instead.
func (c *Cluster) settle() {
	c.check()
	c.story.Wait()
	c.StopClients()
	c.step()
	c.fault("settle: faults stop, all replicas are up")
	c.stalls.end()
	c.healLinks()
	c.net.SetConditions(labrpc.Reliable)
	for i := range c.replicas {
		c.relieve(i)
	}
	c.RestartAll()
	c.commitWithin(settlePatience+c.Patience(), "", c.everyMember)
	c.leaveJoint()
	if c.plan.Implementation.ElectionsOnly {
		return
	}
	reader := c.NewClient()
	for k := range storyKeys {
		reader.Get(fmt.Sprintf("k%d", k))
	}
	for _, key := range c.clientKeys() {
		reader.Get(key)
	}
}

// leaveJoint waits until the cluster is on its way from one configuration to another no
// longer, as whoever leads is to bring that to its end, and all members have applied
// that.
func (c *Cluster) leaveJoint() {
	if !c.Members().Joint() {
		return
	}
	left := c.Until(settlePatience+c.Patience(), func() bool { return !c.Members().Joint() })
	c.CheckProgress(left, "the cluster is in the joint configuration %v still, %v after the faults stopped", c.Members(), settlePatience+c.Patience())
	c.commitWithin(settlePatience+c.Patience(), "", c.everyMember)
}

// relieve undoes SlowStorage, SlowService and crash points, without a line in the
// list of faults: the latest of those should tell what the story did.
func (c *Cluster) relieve(replica int) {
	c.replicas[replica].storage.disarm()
	c.replicas[replica].storage.afterSaves(nil)
	c.replicas[replica].pace.set(0)
}

// clientKeys returns the keys that clients wrote, in order.
func (c *Cluster) clientKeys() []string {
	keys := map[string]bool{}
	for _, op := range c.recorder.History() {
		if op.Client != storyClient {
			keys[op.Input.Key] = true
		}
	}
	return sortedKeys(keys)
}
