package trial

import (
	"context"
	"fmt"
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
	// Measure has the nodes' work measured while nobody asks anything of them.
	Measure bool
	// Processors are how many there are, and Scale how many times as long as usual
	// everything may take, 1 or more. What is measured raises it.
	Processors int
	Scale      float64
}

// How long things may take, on a machine that the nodes leave room on.
const (
	requestWithin = time.Second      // an answer, until a client gives up
	initWithin    = 20 * time.Second // init_ok
	calmWithin    = 15 * time.Second // the first write that is served
	othersWithin  = 2 * time.Second  // a write by the other nodes, after the first
	serveWithin   = 10 * time.Second // a write, and what was written, after the last fault
)

// clientsOfNode is how many clients there are for each node.
const clientsOfNode = 4

// Record is what happened.
type Record struct {
	Story       string
	Seed        uint64
	Nodes       []string
	Weather     Weather
	Events      []Event
	History     checker.History
	Finding     *Finding // the first, which ended the story; nil if none
	Interrupted bool
	Took        time.Duration
	Idle        []Load // of the nodes, if that was measured and is known
	Scale       float64
	Errors      map[string]int // how often each was answered
	Messages    int            // between nodes, that arrived
	Lost        int            // between nodes, by faults
	Overflow    int            // that there was no room for
	Notes       []string
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
}

// Run runs a story, until it is told or the context ends. The nodes have ended when it
// returns. An error is for nodes that cannot be started.
func Run(ctx context.Context, c Config) (*Record, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	t := &trial{Config: c, began: time.Now(), keys: newKeys(), stop: stop}
	if t.Length == 0 {
		t.Length = c.Story.Length
	}
	t.Scale = max(1, t.Scale)
	t.recorder = checker.NewRecorder(t.now)
	t.net = newNetwork(c.Launch, c.Nodes, c.Seed, t.fail)
	t.askers = map[string]*client{}
	for _, id := range t.net.ids {
		t.askers[id] = t.net.newClient()
	}
	t.record = Record{Story: c.Story.Name, Seed: c.Seed, Nodes: t.net.ids, Weather: c.Story.Weather, Errors: map[string]int{}}
	outer := context.Cause(ctx)
	err := t.tell(ctx)
	t.net.close()
	r := &t.record
	r.Interrupted = outer != nil || err == nil && r.Finding == nil && ctx.Err() != nil
	r.History, r.Took, r.Scale = t.recorder.History(), t.now(), t.Scale
	r.Messages, r.Lost, r.Overflow = t.net.delivered, t.net.lost, t.net.overflow
	return r, err
}

// tell is the story: a calm beginning, faults, recovery.
func (t *trial) tell(ctx context.Context) error {
	if err := t.start(ctx, t.net.ids); err != nil {
		return err
	}
	all := t.calm(ctx)
	if t.Measure {
		t.measure(ctx)
	}
	working, rest := context.WithCancel(ctx)
	defer rest()
	var clients sync.WaitGroup
	for range clientsOfNode * t.Nodes {
		c := t.net.newClient()
		clients.Go(func() { t.work(working, c) })
	}
	t.play(ctx)
	t.recover(ctx, all)
	rest()
	clients.Wait()
	t.readAll(ctx, all)
	return nil
}

func (t *trial) now() time.Duration { return time.Since(t.began) }

func (t *trial) scaled(d time.Duration) time.Duration { return time.Duration(t.Scale * float64(d)) }

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

// count counts what a client was answered that was no success.
func (t *trial) count(a protocol.Answer, answered bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !answered:
		t.record.Errors["no answer"]++
	case a.Error != "":
		t.record.Errors["error "+a.Error]++
	}
}

func (t *trial) note(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Notes = append(t.record.Notes, fmt.Sprintf(format, args...))
}

// start begins lives of nodes, and waits until they know who they are. It returns why one
// could not be started.
func (t *trial) start(ctx context.Context, ids []string) error {
	var starts sync.WaitGroup
	errs := make([]error, len(ids))
	for i, id := range ids {
		starts.Go(func() { errs[i] = t.initialize(ctx, id) })
	}
	starts.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) initialize(ctx context.Context, id string) (err error) {
	within, waited := t.scaled(initWithin), t.net.waited()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := func(init protocol.Message) {
		if err = t.net.start(id, init); err != nil {
			cancel()
		}
	}
	_, answered := t.askers[id].ask(ctx, id, within, start,
		func(msg int) protocol.Body {
			return protocol.Body{Type: "init", MsgID: &msg, NodeID: id, NodeIDs: t.net.ids}
		},
		func(b protocol.Body) (protocol.Answer, error) {
			if b.Type != "init_ok" {
				return protocol.Answer{}, fmt.Errorf("expected init_ok in reply to init, got type %q", b.Type)
			}
			return protocol.Answer{}, nil
		})
	switch {
	case answered:
		t.net.setReady(id)
	case ctx.Err() == nil:
		t.late(id, fmt.Sprintf("expected init_ok within %v of init, got nothing", within), waited, within)
	}
	return err
}

// late is the finding that a node did not do what it should have, or that none did.
func (t *trial) late(id, text string, waited, window time.Duration) {
	if id != "" {
		text += t.net.lastWords(id)
	}
	if waited = t.net.waited() - waited; waited > window/5 {
		t.fail(newFinding(Harness, id, fmt.Sprintf("%s\nbut meanwhile the nodes waited for a processor, for %s in all: the machine is too busy to tell", text, seconds(waited))))
		return
	}
	t.fail(newFinding(Progress, id, text))
}
