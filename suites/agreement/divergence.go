package agreement

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// longDivergence parts two logs by hundreds of entries of many terms, and then
// makes every message take long, so that the round trips can be counted that it
// takes to make them one.
func longDivergence(c *world.Cluster) {
	const terms, entries = 10, 40
	const delay = 20 * time.Millisecond
	var lone, voter, away int
	inOneTerm(c, func(leader int) (complete bool) {
		lone, voter, away = leader, c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.Crash(away)
		c.CutLink(lone, voter)
		if len(c.StartMany(lone, entries)) > 0 {
			c.Sleep(c.Heartbeat()) // once they are saved voter cannot win
			return true
		}
		c.MendLink(lone, voter)
		c.Restart(away)
		return false
	})
	for range terms - 1 {
		aloneInOffice(c, lone, voter, entries)
	}
	c.Crash(lone)
	c.Heal()
	c.Restart(away)
	pair := []int{voter, away}
	for range terms {
		commitMany(c, pair, entries)
		leader := c.CheckOneLeader(pair...)
		c.Crash(leader)
		c.Restart(leader)
	}
	c.Commit(2)
	c.SetNetwork(labrpc.Conditions{Delay: delay})
	c.Commit(2)
	begin := c.Now()
	commitMany(c, pair, terms*entries)
	usual := int((c.Now() - begin) / (2 * delay)) // what as many entries cost that replace none

	leader := c.CheckOneLeader(pair...)
	last, ok := c.Start(leader)
	c.Sleep(4 * delay)
	begin = c.Now()
	c.Restart(lone)
	// One that takes longer is slow, and told so below.
	c.Until(2*terms*entries*2*delay, func() bool { return c.WaitApplied(last, 3, 0) || !inOffice(c, last) })
	if !ok || !inOffice(c, last) {
		return // an election came in between; that counts for nothing
	}
	took := c.Now() - begin - 2*c.Heartbeat()
	c.CheckCost(fmt.Sprintf("round trips until %d entries of %d terms were replaced", terms*entries, terms),
		int(took/(2*delay)), 2*usual+2*terms+entries+20)
}

// aloneInOffice lets a replica win an election in a new term by another's vote
// and take commands, none of which reaches that other one. For that, what it
// sends is held back and let through only until it leads.
func aloneInOffice(c *world.Cluster, lone, voter, commands int) {
	c.CutLink(lone, voter)
	c.Crash(lone)
	c.Restart(lone)
	c.Sleep(c.Heartbeat()) // what was under way is lost
	c.HoldLink(lone, voter)
	c.MendLink(lone, voter)
	elected := c.Until(10*c.ElectionTimeout(), func() bool {
		if c.IsLeader(lone) {
			return true
		}
		c.Check(!c.IsLeader(voter), "replica %d took %d commands and crashed later; after its restart it voted for replica %d, which never got them: it had not saved them (Figure 2), or gave its vote to an older log (§5.4.1)", lone, commands, voter)
		c.ReleaseLink(lone, voter)
		c.HoldLink(lone, voter)
		return false
	})
	c.CheckProgress(elected, "replica %d, whose log is the longest, did not win the vote of replica %d within %v", lone, voter, 10*c.ElectionTimeout())
	c.CutLink(lone, voter)
	c.ReleaseLink(lone, voter) // lost
	c.StartMany(lone, commands)
	c.Sleep(c.Heartbeat()) // they are saved
}
