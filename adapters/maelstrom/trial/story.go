package trial

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Declared is what the user says of the nodes beyond Maelstrom's protocol.
type Declared struct {
	Persists   bool // what a node has answered for outlives its process
	Duplicates bool // messages between nodes may arrive twice
}

// Weather is what the network does with each message while a story's faults go on.
type Weather struct {
	Loss  float64       // how likely a message between nodes is lost
	Twice float64       // how likely one between nodes arrives twice
	Delay time.Duration // the longest that most messages take
}

// String tells the weather.
func (w Weather) String() string {
	var parts []string
	if w.Loss > 0 {
		parts = append(parts, fmt.Sprintf("%.0f%% of the messages between nodes get lost", 100*w.Loss))
	}
	if w.Twice > 0 {
		parts = append(parts, fmt.Sprintf("%.0f%% of the messages between nodes arrive twice", 100*w.Twice))
	}
	if w.Delay > 0 {
		parts = append(parts, fmt.Sprintf("messages take up to %v, some %v, and overtake each other", w.Delay, delayed*w.Delay))
	}
	return cmp.Or(strings.Join(parts, ", "), "quiet but for faults")
}

// Story is what is done to the nodes.
type Story struct {
	Name    string
	Length  time.Duration // how long the faults go on
	Weather Weather
	Faults  []Kind // that come, each again and again
	Skip    string // why it is not run; empty if it is
}

// IsSteady reports whether nothing happens in it.
func (s Story) IsSteady() bool { return s.Weather == Weather{} && len(s.Faults) == 0 }

// Stories are all, in the order in which they are run. What is not declared is skipped,
// and left out of Everything. What a late message does shows most under the next leader,
// so there are several where messages are late.
func Stories(d Declared, nodes int) []Story {
	duplicates := Story{Name: "Duplicates", Length: 9 * time.Second, Weather: Weather{Twice: 0.3, Delay: 40 * time.Millisecond}, Faults: []Kind{Partition}}
	kills := Story{Name: "Kills", Length: 12 * time.Second, Faults: []Kind{Kill}}
	all := Story{Name: "Everything", Length: 14 * time.Second, Weather: Weather{Loss: 0.05, Delay: 40 * time.Millisecond}, Faults: []Kind{Partition, Pause}}
	if d.Duplicates {
		all.Weather.Twice = 0.1
	} else {
		duplicates.Skip = "only where -duplicates says that messages between nodes may arrive twice"
	}
	alone := ""
	if nodes < 2 {
		alone = "only where there is more than one node"
		duplicates.Skip = alone
	}
	if d.Persists {
		all.Faults = append(all.Faults, Kill)
	} else {
		kills.Skip = "only where -persists says that nodes keep what they answered for"
	}
	return []Story{
		{Name: "Steady", Length: 3 * time.Second},
		{Name: "Delays", Length: 9 * time.Second, Weather: Weather{Delay: 40 * time.Millisecond}, Faults: []Kind{Partition}},
		{Name: "Losses", Length: 6 * time.Second, Weather: Weather{Loss: 0.2}, Skip: alone},
		duplicates,
		{Name: "Partitions", Length: 12 * time.Second, Faults: []Kind{Partition}, Skip: alone},
		{Name: "Pauses", Length: 10 * time.Second, Faults: []Kind{Pause}},
		kills,
		all,
	}
}

// Kind is a kind of fault.
type Kind string

// The faults.
const (
	Partition Kind = "partition" // the victims and the others do not hear each other
	Deafness  Kind = "deafness"  // the victims do not hear the others
	Pause     Kind = "pause"     // the victims stand still
	Kill      Kind = "kill"      // the victims are killed, and started again
)

// Fault is one of a plan.
type Fault struct {
	Kind    Kind
	At, For time.Duration // since the faults began, and how long
	Order   []int         // of nodes: the first are the victims
	Count   int           // how many
	Busiest bool          // the node that spoke most lately comes first, whatever the order
}

// Plan returns a story's faults, those of each kind one after the other. It is determined
// by its arguments.
func Plan(s Story, seed uint64, nodes int, length time.Duration) (plan [][]Fault) {
	for i, kind := range s.Faults {
		dice := rand.New(rand.NewPCG(seed, uint64(i+1)))
		var sequence []Fault
		for at := between(dice, 200*time.Millisecond, time.Second); ; {
			f := newFault(dice, kind, nodes, len(sequence) == 0)
			if f.At = at; f.At+f.For > length || f.Count == 0 {
				break
			}
			sequence = append(sequence, f)
			at += f.For + between(dice, 500*time.Millisecond, 1200*time.Millisecond)
		}
		plan = append(plan, sequence)
	}
	return plan
}

// newFault draws a fault. Mostly a minority is hit, and often the node that leads, if any
// does: faults that hit others hide what a deposed leader does. The first of a kind always
// hits what is most telling, as there are few: a leader, or all for a kill.
func newFault(dice *rand.Rand, kind Kind, nodes int, first bool) Fault {
	f := Fault{Kind: kind, Order: dice.Perm(nodes), Busiest: dice.IntN(4) > 0 || first}
	switch kind {
	case Partition:
		f.Count, f.For = minority(dice, nodes), between(dice, 2*time.Second, 4*time.Second)
		if dice.IntN(6) == 0 && !first {
			f.Kind = Deafness
		}
	case Pause:
		f.Count, f.For = minority(dice, nodes), between(dice, 500*time.Millisecond, 3*time.Second)
		if nodes == 1 {
			f.Count = 1
		}
	case Kill:
		if f.Count = nodes; dice.IntN(2) == 0 && !first {
			f.Count = 1 + dice.IntN(nodes)
		}
		f.For = between(dice, 100*time.Millisecond, 1500*time.Millisecond)
	}
	return f
}

// minority draws the size of one, none if there is no minority.
func minority(dice *rand.Rand, nodes int) int {
	if nodes < 2 {
		return 0
	}
	return 1 + dice.IntN(max(1, (nodes-1)/2))
}

func between(dice *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(dice.Int64N(int64(most-least)))
}

// victims are the nodes that a fault hits. busiest is negative if nobody is.
func (f Fault) victims(busiest int) []int {
	order := slices.Clone(f.Order)
	if i := slices.Index(order, busiest); f.Busiest && i >= 0 {
		order[0], order[i] = order[i], order[0]
	}
	return order[:f.Count]
}
