package world

// Nemesis does one thing to the cluster, drawn at random: it disconnects a replica, heals
// all links, has a replica crash and restart, or parts the replicas into a minority and
// the others. One of the further faults, which are given a replica, is as likely as each
// of these. All replicas have to be up, before and after.
func (c *Cluster) Nemesis(further ...func(replica int)) {
	switch replica, kind := c.Rand.IntN(c.Size()), c.Rand.IntN(4+len(further)); kind {
	case 0:
		c.Disconnect(replica)
	case 1:
		c.Heal()
	case 2:
		c.Crash(replica)
		c.Restart(replica)
	case 3:
		order, minority := c.Rand.Perm(c.Size()), (c.Size()-1)/2
		c.Partition(order[:minority], order[minority:])
	default:
		further[kind-4](replica)
	}
}
