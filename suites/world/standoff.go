package world

import (
	"fmt"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
)

const (
	// manyIgnored is how many messages in a row are certainly not answered, rather than
	// not yet, or with what was lost.
	manyIgnored = 5
	// manyRefused is how often in a row a follower refuses entries that may never take
	// any: most leaders find the place where logs agree much sooner.
	manyRefused = 20
)

// fail is [ground.fail]. Where the cluster does not get on it adds what keeps it from that,
// as far as messages show it.
func (c *Cluster) fail(property checker.Property, facts ...string) {
	if ClassOf(property) == Liveness {
		facts = append(facts, c.standoff()...)
	}
	c.ground.fail(property, facts...)
}

// standoff tells what keeps the cluster from getting on. The trace hands over what
// happened in an instant once it has an event of a later one, such as this one's.
func (c *Cluster) standoff() (facts []string) {
	c.event("stuck", -1, "the cluster does not get on")
	return slices.Concat(c.silences(), c.refusals(), c.defeats())
}

// silences tells which voters get no answer from replicas that are in a later term, and so
// do not learn of it.
func (c *Cluster) silences() (facts []string) {
	members := c.roster.latest().members
	for from := range c.replicas {
		for by := range c.replicas {
			n, older, later := c.dialogues.ignored(by, from), c.offices.latest(from).term, c.offices.latest(by).term
			if members.Votes(from) && c.Connected(from) && c.Connected(by) && n >= manyIgnored && older < later {
				facts = append(facts, fmt.Sprintf("replica %d, in term %d, has answered none of the latest %d messages of replica %d, which are of an older term", by, later, n, from))
			}
		}
	}
	return facts
}

// refusals tells which replicas take nothing from a leader.
func (c *Cluster) refusals() (facts []string) {
	for leader := range c.replicas {
		for by := range c.replicas {
			r := c.dialogues.refused(by, leader)
			many := r.entries >= manyRefused || r.snapshots >= manyIgnored
			if many && c.Connected(by) && c.Connected(leader) && c.offices.latest(leader).leader {
				facts = append(facts, fmt.Sprintf("since replica %d last took entries of replica %d it has refused them %d times, and was sent %d snapshots", by, leader, r.entries, r.snapshots))
			}
		}
	}
	return facts
}

// defeats tells how the elections went that voters lately stood for, if no member leads.
func (c *Cluster) defeats() (facts []string) {
	latest := c.roster.latest()
	if !c.dialogues.tellOfElections() || slices.ContainsFunc(latest.all, func(i int) bool { return c.Connected(i) && c.offices.latest(i).leader }) {
		return nil
	}
	for _, i := range latest.all {
		if !c.Connected(i) || !latest.members.Votes(i) {
			continue
		}
		fact := c.describeElection(i, latest.members)
		if known := c.roster.at(c.Applied(i)); !known.Equal(latest.members) {
			fact += fmt.Sprintf("; the members are %v, and it has applied %v", latest.members, known)
		}
		facts = append(facts, fact)
	}
	return facts
}

// describeElection tells how the last election of a replica went, if it was lately. One
// that has begun just now may not be over.
func (c *Cluster) describeElection(candidate int, members raftiface.Membership) (fact string) {
	e := c.dialogues.latest(candidate, c.Now()-c.timing.Heartbeat)
	switch {
	case e.term == 0:
		return fmt.Sprintf("replica %d has never asked for a vote", candidate)
	case c.Now()-e.at > c.ElectionTimeout():
		return fmt.Sprintf("replica %d has asked for no vote since %.6fs", candidate, e.at.Seconds())
	}
	fact = fmt.Sprintf("replica %d last stood for election at %.6fs, in term %d: elected by %v, refused by %v", candidate, e.at.Seconds(), e.term, e.granted, e.refused)
	if former := slices.DeleteFunc(e.refused, members.Votes); len(former) > 0 {
		fact += fmt.Sprintf(", of whom %v no longer vote", former)
	}
	return fact
}
