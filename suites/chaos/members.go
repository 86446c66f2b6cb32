package chaos

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// changing returns the schedule with changes of members: some now and then, some in
// quick succession, as far as the implementation offers them.
func (s Schedule) changing(pace float64, features raftiface.Features) Schedule {
	g := &generator{Schedule: s, rand: rand.New(rand.NewPCG(s.Seed, 0xc4a9e)), pace: pace}
	g.Actions = slices.Clone(s.Actions)
	for at := g.span(10*time.Millisecond, 2*time.Second); at < g.Length; at += g.span(5*time.Millisecond, 700*time.Millisecond) {
		replica := Target(g.someone())
		switch n := g.rand.IntN(10); {
		case n < 2 && features.JointConsensus:
			order := g.rand.Perm(g.Replicas)
			voters := 1 + g.rand.IntN(g.Replicas)
			learners := 0
			if features.Learners {
				learners = g.rand.IntN(g.Replicas - voters + 1)
			}
			g.add(at, Action{Do: Change, Groups: [][]int{sorted(order[:voters]), sorted(order[voters : voters+learners])}})
		case n < 4 && features.Learners:
			g.add(at, Action{Do: Learn, Replica: &replica})
		case n < 7:
			g.add(at, Action{Do: Remove, Replica: g.anyone()})
		default:
			g.add(at, Action{Do: Join, Replica: &replica})
		}
	}
	slices.SortStableFunc(g.Actions, byTime)
	return g.Schedule
}

func sorted(list []int) []int {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// asksLeader asks the leader for a change of what the members are, as far as anybody
// knows, unless nobody would be left to vote.
func asksLeader(change func(raftiface.Membership, Action, int) raftiface.Membership) func(*world.Cluster, Action, int) {
	return func(c *world.Cluster, a Action, replica int) {
		to := change(c.Members(), a, replica)
		if leader, ok := c.Leader(); ok && len(to.Voters) > 0 {
			c.AskChange(leader, to)
		}
	}
}

// membership is the configuration that a [Change] is for.
func (a Action) membership() raftiface.Membership {
	return raftiface.Membership{Voters: a.Groups[0], Learners: a.Groups[1]}
}
