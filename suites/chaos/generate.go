package chaos

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// mostOperations bounds a schedule's operations, and with them what a seed costs.
// More of them convict no sooner: what faults do to a cluster shows in few.
const mostOperations = 120

// Generate draws a schedule. It depends on the seed, and on what the
// implementation declares: whether it takes snapshots, hands leadership over and changes
// its members, how long its elections take, and for which sizes of cluster it is made.
func Generate(seed uint64, impl raftiface.Implementation) Schedule {
	g := &generator{
		rand: rand.New(rand.NewPCG(seed, 0xc4a05)),
		pace: float64(impl.Timing.WithDefaults().Election) / float64(raftiface.Timing{}.WithDefaults().Election),
	}
	g.Seed = seed
	g.Replicas = sizeFor(impl, []int{3, 3, 3, 3, 4, 5, 5, 5, 5, 7}[g.rand.IntN(10)])
	if more := min(g.Replicas+1+int(seed%3), 7); impl.Features.Membership && more > g.Replicas && impl.Takes(more) {
		g.Members, g.Replicas = g.Replicas, more
	}
	g.Length = g.span(3*time.Second, 12*time.Second)
	if impl.Features.Snapshots && g.rand.IntN(10) < 7 {
		g.SnapshotEvery = 1 + g.rand.IntN(20)
	}
	faults := g.Length
	g.Length += g.tail()
	g.drawFaults(faults)
	g.drawOperations()
	slices.SortStableFunc(g.Actions, byTime)
	slices.SortStableFunc(g.Operations, func(a, b Operation) int { return cmp.Compare(a.At, b.At) })
	s := g.Schedule
	if impl.Features.LeaderTransfer {
		s = s.transferring(g.pace)
	}
	if impl.Features.Membership {
		s = s.changing(g.pace, impl.Features)
	}
	return s
}

func byTime(a, b Action) int { return cmp.Compare(a.At, b.At) }

// stalling returns the schedule with times in which locks stall. What it has beside
// them, and what is drawn for them, depends on each other in nothing but the seed.
func (s Schedule) stalling() Schedule {
	g := &generator{Schedule: s, rand: rand.New(rand.NewPCG(s.Seed, 0x57a11)), pace: 1}
	g.Actions = slices.Clone(s.Actions)
	for at := g.span(time.Millisecond, 3*time.Second); at < g.Length; {
		lasts := g.span(200*time.Millisecond, 8*time.Second)
		g.add(at, Action{Do: Stall, Count: []int{5, 10, 20, 50}[g.rand.IntN(4)], For: lasts})
		at += lasts + g.span(10*time.Millisecond, 2*time.Second)
	}
	slices.SortStableFunc(g.Actions, byTime)
	return g.Schedule
}

// transferring returns the schedule with transfers of leadership, most of them one at
// a time and some in quick succession. Without them it is what it is for others.
func (s Schedule) transferring(pace float64) Schedule {
	g := &generator{Schedule: s, rand: rand.New(rand.NewPCG(s.Seed, 0x7a45fe4)), pace: pace}
	g.Actions = slices.Clone(s.Actions)
	for at := g.span(10*time.Millisecond, 3*time.Second); at < g.Length; at += g.span(5*time.Millisecond, 3*time.Second) {
		to := Target(g.someone())
		g.add(at, Action{Do: Transfer, Replica: &to})
	}
	slices.SortStableFunc(g.Actions, byTime)
	return g.Schedule
}

// sizeFor returns the size of cluster that the implementation is made for and that
// is nearest to the one given, of two the larger.
func sizeFor(impl raftiface.Implementation, replicas int) int {
	if impl.Takes(replicas) {
		return replicas
	}
	distance := func(n int) int { return max(n-replicas, replicas-n) }
	return slices.MinFunc(impl.Sizes, func(a, b int) int { return cmp.Or(cmp.Compare(distance(a), distance(b)), cmp.Compare(b, a)) })
}

// A generator is a schedule being drawn.
type generator struct {
	Schedule
	rand *rand.Rand
	pace float64 // of the implementation's elections, by those of the labs
}

// span draws a time between two at the pace of the implementation's elections,
// evenly on a logarithmic scale, so that short ones are as common as long ones.
func (g *generator) span(least, most time.Duration) Moment {
	return Moment(time.Duration(g.pace * g.between(least, most)).Round(10 * time.Microsecond))
}

// between draws like span, for the labs' elections.
func (g *generator) between(least, most time.Duration) (nanoseconds float64) {
	return float64(least) * math.Pow(float64(most)/float64(least), g.rand.Float64())
}

// add adds an action, unless it comes after the end.
func (g *generator) add(at Moment, a Action) {
	if at < g.Length {
		a.At = at
		g.Actions = append(g.Actions, a)
	}
}

// tail draws how long clients go on once no new trouble begins. In one world of two all
// ends at once; in the others there is a stretch for what waits for a calm sea: damage
// that is done and shows when somebody leads again, reads or restarts.
func (g *generator) tail() Moment {
	if g.Seed%2 == 0 {
		return 0
	}
	own := &generator{rand: rand.New(rand.NewPCG(g.Seed, 0x7a11)), pace: g.pace}
	return own.span(500*time.Millisecond, 4*time.Second)
}

// drawFaults chooses a subset of the kinds of faults, each with a weight, and
// lets them happen. None begins at end or later.
func (g *generator) drawFaults(end Moment) {
	if g.rand.IntN(2) == 0 {
		g.add(0, Action{Do: Network, Conditions: g.network()})
	}
	var chosen []func(*generator, Moment)
	for _, fault := range faults {
		if g.rand.IntN(2) == 0 {
			weight := 1 + g.rand.IntN(8)
			chosen = append(chosen, slices.Repeat([]func(*generator, Moment){fault}, weight)...)
		}
	}
	if len(chosen) == 0 {
		return
	}
	calm := time.Duration(g.between(40*time.Millisecond, 1200*time.Millisecond)).Round(10 * time.Microsecond)
	for at := g.span(calm, 2*calm); at < end; at += g.span(calm/10, 2*calm) {
		chosen[g.rand.IntN(len(chosen))](g, at)
	}
}

// drawOperations draws what the clients do. All write values that nobody else
// writes, so that every answer says whose it is.
func (g *generator) drawOperations() {
	clients, keys := 1+g.rand.IntN(6), 1+g.rand.IntN(4)
	mix := []int{1 + g.rand.IntN(4), g.rand.IntN(4), g.rand.IntN(4), g.rand.IntN(3)} // at least some reads
	kinds := []checker.Kind{checker.Get, checker.Put, checker.Append, checker.CompareAndSet}
	var choice []checker.Kind
	for i, kind := range kinds {
		choice = append(choice, slices.Repeat([]checker.Kind{kind}, mix[i])...)
	}
	latest := map[string]string{}
	for client := range clients {
		gap := time.Duration(g.between(8*time.Millisecond, 150*time.Millisecond)).Round(10 * time.Microsecond)
		count := 0
		for at := g.span(gap, 10*gap); at < g.Length && len(g.Operations) < mostOperations*(client+1)/clients; at += g.span(gap/4, 2*gap) {
			count++
			input := checker.Input{Kind: choice[g.rand.IntN(len(choice))], Key: string(rune('a' + g.rand.IntN(keys)))}
			value := fmt.Sprintf("%d.%d", client+1, count)
			switch input.Kind {
			case checker.Append:
				input.Value = value + " "
			case checker.CompareAndSet:
				input.Expect, input.Value = latest[input.Key], value
			case checker.Put:
				input.Value = value
			}
			if input.Kind != checker.Get {
				latest[input.Key] = value
			}
			g.Operations = append(g.Operations, Operation{At: at, Client: client + 1, Input: input})
		}
	}
}

// network draws conditions for all links.
func (g *generator) network() *Conditions {
	switch g.rand.IntN(5) {
	case 0:
		return conditionsOf(labrpc.Reliable)
	case 1:
		return conditionsOf(labrpc.Unreliable)
	case 2:
		return conditionsOf(labrpc.Hostile)
	}
	c := Conditions{Delay: Moment(100 * time.Microsecond), Jitter: g.span(time.Millisecond, 40*time.Millisecond)}
	if g.rand.IntN(2) == 0 {
		c.Loss = float64(1+g.rand.IntN(20)) / 100
	}
	if g.rand.IntN(2) == 0 {
		c.Duplicate = float64(1+g.rand.IntN(40)) / 100
	}
	if g.rand.IntN(2) == 0 {
		c.Late, c.LateBy = float64(1+g.rand.IntN(30))/100, g.span(100*time.Millisecond, 2*time.Second)
	}
	return &c
}
