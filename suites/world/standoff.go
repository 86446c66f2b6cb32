package world

import (
	"fmt"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
)

// manyIgnored is how many messages in a row are certainly not answered, rather than not
// yet, or with what was lost.
const manyIgnored = 5

// fail is [ground.fail]. Where the cluster does not get on it adds what keeps it from that,
// as far as messages show it.
func (c *Cluster) fail(property checker.Property, facts ...string) {
	if ClassOf(property) == Liveness {
		facts = slices.Concat(facts, c.silences(), c.defeats())
	}
	c.ground.fail(property, facts...)
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

// defeats tells how the elections went that voters lately stood for, if no member leads.
func (c *Cluster) defeats() (facts []string) {
	latest := c.roster.latest()
	if slices.ContainsFunc(latest.all, func(i int) bool { return c.Connected(i) && c.offices.latest(i).leader }) {
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

// describeElection tells how the last election of a replica went, if it was lately.
func (c *Cluster) describeElection(candidate int, members raftiface.Membership) (fact string) {
	e := c.dialogues.latest(candidate)
	switch {
	case e.term == 0:
		return fmt.Sprintf("replica %d has never stood for election", candidate)
	case c.Now()-e.at > c.ElectionTimeout():
		return fmt.Sprintf("replica %d has stood for no election since %.6fs", candidate, e.at.Seconds())
	}
	fact = fmt.Sprintf("replica %d last stood for election at %.6fs, in term %d: elected by %v, refused by %v", candidate, e.at.Seconds(), e.term, e.granted, e.refused)
	if former := slices.DeleteFunc(e.refused, members.Votes); len(former) > 0 {
		fact += fmt.Sprintf(", of whom %v no longer vote", former)
	}
	return fact
}
