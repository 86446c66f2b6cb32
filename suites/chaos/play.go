package chaos

import (
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// Story returns the schedule as a story for the harness.
func (s Schedule) Story() func(c *world.Cluster) {
	return func(c *world.Cluster) {
		for _, own := range s.byClient() {
			client := c.NewClient()
			c.Go(func() { s.live(c, client, own) })
		}
		for _, a := range s.Actions {
			sleepUntil(c, a.At)
			a.perform(c)
		}
		sleepUntil(c, s.Length)
	}
}

// live does a client's operations, one after the other, as long as faults last.
func (s Schedule) live(c *world.Cluster, client *world.Client, own []Operation) {
	for _, op := range own {
		sleepUntil(c, op.At)
		if c.Now() > time.Duration(s.Length) {
			return
		}
		client.Do(op.Input)
	}
}

// byClient returns each client's operations, in order of first use.
func (s Schedule) byClient() (clients [][]Operation) {
	at := map[int]int{}
	for _, op := range s.Operations {
		i, known := at[op.Client]
		if !known {
			i = len(clients)
			at[op.Client] = i
			clients = append(clients, nil)
		}
		clients[i] = append(clients[i], op)
	}
	return clients
}

func sleepUntil(c *world.Cluster, m Moment) {
	if left := time.Duration(m) - c.Now(); left > 0 {
		c.Sleep(left)
	}
}
