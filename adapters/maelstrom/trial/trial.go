package trial

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
	"github.com/raftcheck/raftcheck/checker"
)

// Config is what is run.
type Config struct {
	Launch Launch
	Nodes  int
	Story  Story
	Seed   uint64
	Length time.Duration // how long the faults go on; 0 is the story's
}

// clientsOfNode is how many clients there are for each node.
const clientsOfNode = 4

// Record is what happened.
type Record struct {
	Story       Story
	Seed        uint64
	Events      []Event
	History     checker.History
	Finding     *Finding // the first, which ended the story; nil if none
	Interrupted bool
	Took        time.Duration
	Errors      Tally
	Messages    int // between nodes, that arrived
	Lost        int // by faults, or as too much was under way
	Notes       []string
}

// A Tally is how often clients were answered what is no success.
type Tally map[string]int

const noAnswer = "no answer"

func (t Tally) count(a protocol.Answer, answered bool) {
	switch {
	case !answered:
		t[noAnswer]++
	case a.Error != "":
		t["error "+a.Error]++
	}
}

// String tells the tally.
func (t Tally) String() string {
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(t)) {
		parts = append(parts, fmt.Sprintf("%s (%d times)", what, t[what]))
	}
	return strings.Join(parts, ", ")
}

// trial is a story that is being run.
type trial struct {
	Config
	began    time.Time
	net      *network
	recorder *checker.Recorder
	keys     *keys
	askers   map[string]*client // who asks a node on behalf of the story
	stop     context.CancelFunc

	mu     sync.Mutex
	record Record
	broken error // why a node could not be started
}

// Run runs a story, until it is told or the context ends. The nodes have ended when it
// returns. An error is for nodes that cannot be started.
func Run(ctx context.Context, c Config) (*Record, error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	if c.Length == 0 {
		c.Length = c.Story.Length
	}
	t := &trial{Config: c, began: time.Now(), keys: newKeys(), askers: map[string]*client{}, stop: stop}
	t.recorder = checker.NewRecorder(t.now)
	t.net = newNetwork(c.Launch, c.Nodes, c.Seed, t.fail)
	for _, id := range t.net.ids {
		t.askers[id] = t.net.newClient()
	}
	t.record = Record{Story: c.Story, Seed: c.Seed, Errors: Tally{}}
	t.tell(inner)
	r := &t.record
	r.Interrupted = ctx.Err() != nil
	t.net.close()
	r.History, r.Took = t.recorder.History(), t.now()
	r.Messages, r.Lost = t.net.delivered, t.net.lost
	return r, t.broken
}

// tell is the story: a calm beginning, faults, recovery.
func (t *trial) tell(ctx context.Context) {
	t.start(ctx, t.net.ids)
	all := t.calm(ctx)
	if t.Story.IsSteady() {
		t.watchIdle(ctx)
	}
	working, rest := context.WithCancel(ctx)
	defer rest()
	var clients sync.WaitGroup
	for range clientsOfNode * t.Nodes {
		c := t.net.newClient()
		clients.Go(func() { t.ask(working, c) })
	}
	t.play(ctx)
	t.recover(ctx, all)
	rest()
	clients.Wait()
	t.readAll(ctx, all)
}

func (t *trial) now() time.Duration { return time.Since(t.began) }

// fail ends the story with a finding, unless there is one.
func (t *trial) fail(f Finding) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.record.Finding == nil {
		f.At = t.now()
		t.record.Finding = &f
		t.stop()
	}
}

func (t *trial) note(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Notes = append(t.record.Notes, fmt.Sprintf(format, args...))
}

// start begins lives of nodes, and waits until they know who they are.
func (t *trial) start(ctx context.Context, ids []string) {
	var starts sync.WaitGroup
	for _, id := range ids {
		starts.Go(func() { t.initialize(ctx, id) })
	}
	starts.Wait()
}

func (t *trial) initialize(ctx context.Context, id string) {
	timed, end := t.within(ctx, initWithin)
	defer end(nil)
	start := func(init protocol.Message) {
		if err := t.net.start(id, init); err != nil {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.broken = err
			t.stop()
		}
	}
	_, answered := t.askers[id].ask(timed, id, start, protocol.Body{Type: "init", NodeID: id, NodeIDs: t.net.ids},
		func(b protocol.Body) (a protocol.Answer, err error) {
			if b.Type != "init_ok" {
				err = fmt.Errorf("expected init_ok in reply to init, got type %q", b.Type)
			}
			return a, err
		})
	if answered {
		t.net.setReady(id)
	} else {
		t.late(ctx, id, fmt.Sprintf("expected init_ok within %v of init, got nothing", initWithin), context.Cause(timed))
	}
}
