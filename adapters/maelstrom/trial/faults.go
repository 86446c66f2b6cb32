package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/suites/world"
)

// Event is a fault as it came.
type Event struct {
	Kind    Kind
	At, End time.Duration // since the nodes were started
	Victims []string
	Busiest bool // the first of them had spoken most
}

// String tells the event.
func (e Event) String() string {
	who := strings.Join(e.Victims, ", ")
	if e.Busiest {
		who += " (" + e.Victims[0] + " had spoken most)"
	}
	format := map[Kind]string{
		Partition: "cut off from the others until %s: %s",
		Deafness:  "not reached by the others until %s: %s",
		Pause:     "paused until %s: %s",
		Kill:      "killed, and started again at %s: %s",
	}[e.Kind]
	return seconds(e.At) + "  " + fmt.Sprintf(format, seconds(e.End), who)
}

// play has the faults of the story come and go, and returns when all are gone.
func (t *trial) play(ctx context.Context) {
	t.net.setWeather(t.Story.Weather)
	defer t.net.setWeather(Weather{})
	var faults sync.WaitGroup
	defer faults.Wait()
	began := time.Now()
	for _, sequence := range Plan(t.Story, t.Seed, t.Nodes, t.Length) {
		faults.Go(func() {
			for _, f := range sequence {
				// One that took longer than planned leaves out those whose time has passed.
				if until := f.At - time.Since(began); until > 0 && sleep(ctx, until) {
					t.strike(ctx, f)
				}
			}
		})
	}
	sleep(ctx, t.Length)
}

// strike has one fault come and go.
func (t *trial) strike(ctx context.Context, f Fault) {
	busiest := t.net.busiest()
	defer t.net.busiest() // a new count begins
	e := Event{Kind: f.Kind, At: t.now(), Busiest: f.Busiest && busiest >= 0}
	for _, i := range f.victims(busiest) {
		e.Victims = append(e.Victims, t.net.ids[i])
	}
	t.begin(e)
	sleep(ctx, f.For)
	if ctx.Err() == nil || f.Kind != Kill {
		t.end(ctx, e)
	}
	e.End = t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Events = append(t.record.Events, e)
	slices.SortFunc(t.record.Events, func(a, b Event) int { return int(a.At - b.At) })
}

func (t *trial) begin(e Event) {
	switch e.Kind {
	case Partition, Deafness:
		t.net.cut(e, 1)
	case Pause:
		t.forVictims(e, Node.Pause)
	case Kill:
		for _, id := range e.Victims {
			t.net.kill(id)
		}
	}
}

func (t *trial) end(ctx context.Context, e Event) {
	switch e.Kind {
	case Partition, Deafness:
		t.net.cut(e, -1)
	case Pause:
		t.forVictims(e, Node.Resume)
	case Kill:
		t.start(ctx, e.Victims)
	}
}

// forVictims does something to those that live.
func (t *trial) forVictims(e Event, do func(Node) error) {
	for _, id := range e.Victims {
		if node := t.net.node(id); node != nil {
			if err := do(node); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.fail(Finding{Property: world.Harness, Node: id, Text: fmt.Sprintf("it cannot be stopped and resumed: %v", err)})
			}
		}
	}
}

// cut cuts the links of an event's victims, or mends them.
func (n *network) cut(e Event, more int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, victim := range e.Victims {
		for _, other := range n.ids {
			if slices.Contains(e.Victims, other) {
				continue
			}
			n.link(other, victim).cuts += more
			if e.Kind == Partition {
				n.link(victim, other).cuts += more
			}
		}
	}
}

func (n *network) setWeather(w Weather) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.weather = w
}

// busiest returns which node has said most to the others since this was last asked,
// negative if none has said anything.
func (n *network) busiest() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	most, busiest := 0, -1
	for i, id := range n.ids {
		if p := n.nodes[id]; p.node != nil && p.said > most {
			most, busiest = p.said, i
		}
		n.nodes[id].said = 0
	}
	return busiest
}
