package world

// Transfer asks a replica to hand its leadership over to another one, and reports
// whether it takes that on. The implementation must declare LeaderTransfer.
func (c *Cluster) Transfer(replica, to int) (taken bool) {
	c.up(replica, "Transfer")
	c.step()
	in := c.replicas[replica].running()
	if in == nil { // it has come to a crash point meanwhile
		return false
	}
	c.fault("replica %d is asked to hand over to %d", replica, to)
	taken = in.transfer(to)
	if !taken {
		c.fault("it refuses")
	}
	c.check()
	return taken
}

// CheckTransfer is Transfer for a leader that has no reason to refuse.
func (c *Cluster) CheckTransfer(leader, to int) {
	c.Check(c.Transfer(leader, to), "replica %d, which leads, refuses to hand over to replica %d", leader, to)
}

// CheckSucceeds waits until a replica leads instead of the one that hands over to it. It
// fails the scenario with [Progress] if that takes longer than [Cluster.ElectionTimeout].
func (c *Cluster) CheckSucceeds(leader, next int) {
	leads := c.Until(c.ElectionTimeout(), func() bool { return c.IsLeader(next) && !c.IsLeader(leader) })
	c.CheckProgress(leads, "replica %d does not lead, %v after replica %d was asked to hand over to it", next, c.ElectionTimeout(), leader)
}
