package agreement

import (
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// writesStop sends no command after the last one. Two followers get that one so
// late that they learn by nothing but heartbeats that it was committed.
func writesStop(c *world.Cluster) {
	for range 5 {
		inOneTerm(c, func(leader int) (complete bool) {
			late := []int{c.NextAfter(leader, 1), c.NextAfter(leader, 2)}
			for _, i := range late {
				c.HoldLink(leader, i)
			}
			taken := c.StartMany(leader, 1+c.Rand.IntN(20))
			if len(taken) == 0 {
				return false
			}
			last := taken[len(taken)-1]
			c.WaitApplied(last, c.Size()-len(late), c.Heartbeat()/2)
			for _, i := range late {
				c.ReleaseLink(leader, i)
			}
			return applied(c, last)
		})
	}
}

// lostAppend loses the one message that carries a command, to one follower or
// to all, and gives no other command.
func lostAppend(c *world.Cluster) {
	all := []int{1, 2}
	for _, lost := range [][]int{{1}, {2}, all, all} {
		inOneTerm(c, func(leader int) (complete bool) {
			for _, n := range lost {
				c.SetLink(leader, c.NextAfter(leader, n), labrpc.Conditions{Loss: 1})
			}
			taken, ok := c.Start(leader)
			c.Sleep(c.Heartbeat() / 10)
			c.SetNetwork(labrpc.Reliable)
			return ok && applied(c, taken)
		})
	}
}
