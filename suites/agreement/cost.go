package agreement

import (
	"fmt"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

func rpcBytes(c *world.Cluster) {
	const commands, size = 10, 5000
	c.Commit(3)
	_, before := c.Traffic()
	sent := 0
	for n := range commands {
		value := fmt.Sprintf("%d:%s", n, randomText(c, size))
		c.CommitValue(value, 3)
		sent += len(value)
	}
	_, after := c.Traffic()
	c.CheckCost(fmt.Sprintf("bytes sent for %d commands of %d bytes", commands, size), after-before, 3*sent+50_000)
}

// randomText returns text that does not compress to much less.
func randomText(c *world.Cluster, size int) string {
	var b strings.Builder
	for range size {
		b.WriteByte(byte('!' + c.Rand.IntN('~'-'!')))
	}
	return b.String()
}

func count(c *world.Cluster) {
	leader := c.CheckOneLeader()
	messages, _ := c.Traffic()
	c.Check(messages > 0, "replica %d was elected without a message", leader)
	elections := max(1, c.Term(leader)) // some may have ended in split votes
	c.CheckCost("messages until there was a leader, per term", messages/elections, 30)

	const commands = 10
	followers := c.Size() - 1
	heartbeats := func(d time.Duration) int { return followers * (int(d/c.Heartbeat()) + 1) }
	inOneTerm(c, func(leader int) (complete bool) {
		before, begin := c.Sent(leader), c.Now()
		taken := c.StartMany(leader, commands)
		if len(taken) < commands || !applied(c, taken[commands-1]) {
			return false
		}
		c.CheckCost(fmt.Sprintf("messages that the leader sent for %d commands", commands), c.Sent(leader)-before, (4*commands+4)*followers+heartbeats(c.Now()-begin))
		return true
	})
	inOneTerm(c, func(leader int) (complete bool) {
		term, before := c.Term(leader), c.Sent(leader)
		c.Sleep(time.Second)
		idle := c.Sent(leader) - before
		if !c.IsLeader(leader) || c.Term(leader) != term {
			return false
		}
		c.CheckCost("messages that the leader sent in an idle second", idle, 2*heartbeats(time.Second)+16)
		return true
	})
}
