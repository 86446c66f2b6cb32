package world

import "slices"

// electAttempts is how often Elect starts the voters again: enough for a
// replica that can win at all.
const electAttempts = 8

// Star lets the given replicas and the centre reach each other, but the given
// ones not one another. Replicas that are not named are left alone. It undoes
// Disconnect and earlier partitions.
func (c *Cluster) Star(centre int, replicas ...int) {
	c.step()
	c.fault("star: %d reaches %v", centre, replicas)
	c.setAllLinks(func(i, j int) bool {
		return !(i == centre && slices.Contains(replicas, j) || j == centre && slices.Contains(replicas, i))
	})
}

// Elect tries to make a replica the leader by the votes of the given ones, and
// reports whether that came about. It leaves them in a star around the replica,
// in which nobody else can win, and the replica itself only if its log is as
// up-to-date as theirs. If it takes long, it starts the voters again, so that
// the replica is the next to ask for votes.
func (c *Cluster) Elect(replica int, voters ...int) bool {
	c.Star(replica, voters...)
	among := append([]int{replica}, voters...)
	for range electAttempts {
		elected := c.Until(c.timing.Election, func() bool {
			leader, _, _ := c.leaders(among)
			return leader == replica
		})
		if elected {
			return true
		}
		c.Crash(voters...)
		c.Restart(voters...)
	}
	c.fault("the votes of %v did not make %d the leader", voters, replica)
	return false
}
