package world

import "slices"

// Disconnect takes replicas away from all others, and from each other.
func (c *Cluster) Disconnect(replicas ...int) {
	c.step()
	c.fault("disconnect %v", replicas)
	c.setAway(true, replicas)
}

// Connect undoes Disconnect.
func (c *Cluster) Connect(replicas ...int) {
	c.step()
	c.fault("connect %v", replicas)
	c.setAway(false, replicas)
}

func (c *Cluster) setAway(away bool, replicas []int) {
	c.away.mu.Lock()
	defer c.away.mu.Unlock()
	for _, i := range replicas {
		c.away.replicas[i] = away
	}
	for i := range c.replicas {
		for j := range c.replicas {
			c.setLink(i, j, c.away.replicas[i] || c.away.replicas[j])
		}
	}
}

func (c *Cluster) setLink(from, to int, cut bool) {
	switch link := c.net.Link(from, to); {
	case from == to:
	case cut:
		link.Cut()
	default:
		link.Mend()
	}
}

// Partition lets replicas reach those of their own group only. A replica in two
// groups is a bridge between them. Replicas in no group are left alone, each by
// itself. It undoes Disconnect and earlier partitions.
func (c *Cluster) Partition(groups ...[]int) {
	c.step()
	c.fault("partition %v", groups)
	together := func(i, j int) bool {
		return slices.ContainsFunc(groups, func(group []int) bool { return slices.Contains(group, i) && slices.Contains(group, j) })
	}
	c.setAllLinks(func(i, j int) bool { return !together(i, j) })
}

// setAllLinks cuts or mends every link, and so undoes Disconnect.
func (c *Cluster) setAllLinks(cut func(from, to int) bool) {
	c.away.none()
	for i := range c.replicas {
		for j := range c.replicas {
			c.setLink(i, j, cut(i, j))
		}
	}
}

// Heal mends and releases every link and undoes Disconnect.
func (c *Cluster) Heal() {
	c.step()
	c.fault("heal")
	c.healLinks()
}

func (c *Cluster) healLinks() {
	c.away.none()
	for i := range c.replicas {
		for j := range c.replicas {
			c.net.Link(i, j).Mend()
			c.net.Link(i, j).Release()
		}
	}
}

// CutLink cuts the link from one replica to another, in that direction only.
func (c *Cluster) CutLink(from, to int) {
	c.step()
	c.fault("cut %d→%d", from, to)
	c.net.Link(from, to).Cut()
}

// MendLink undoes CutLink.
func (c *Cluster) MendLink(from, to int) {
	c.step()
	c.fault("mend %d→%d", from, to)
	c.net.Link(from, to).Mend()
}

// HoldLink makes what one replica sends another wait at the end of the link.
func (c *Cluster) HoldLink(from, to int) {
	c.step()
	c.fault("hold %d→%d", from, to)
	c.net.Link(from, to).Hold()
}

// ReleaseLink undoes HoldLink: what waited arrives now.
func (c *Cluster) ReleaseLink(from, to int) {
	c.step()
	c.fault("release %d→%d", from, to)
	c.net.Link(from, to).Release()
}
