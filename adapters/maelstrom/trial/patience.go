package trial

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites/world"
)

// How long things may take. Time in which nodes waited for a processor does not count.
const (
	requestWithin = time.Second      // an answer, until a client gives up: always on the clock
	initWithin    = 20 * time.Second // init_ok
	calmWithin    = 15 * time.Second // the first write that is served
	othersWithin  = 2 * time.Second  // a write by the other nodes, after the first
	serveWithin   = 10 * time.Second // a write, and what was written, after the last fault
)

// mostPatience is how many times as long things may take on the clock.
const mostPatience = 4

// Why something is not waited for any more.
var (
	errEnough = errors.New("enough have come")
	errTime   = errors.New("its time is over")
	errBusy   = errors.New("but the nodes waited for a processor most of the time: the machine is too busy to tell")
)

// within returns a context that ends with errTime when the nodes have had so much time, or
// with errBusy if they hardly get any.
func (t *trial) within(ctx context.Context, d time.Duration) (timed context.Context, end context.CancelCauseFunc) {
	timed, end = context.WithCancelCause(ctx)
	go func() {
		began, before := t.now(), t.work()
		for left := d; left > 0; {
			took := t.now() - began
			if !sleep(timed, min(max(left, 100*time.Millisecond), mostPatience*d-took)) {
				return
			}
			took = t.now() - began
			if left = d - took + min(took, longestWait(before, t.work())); left > 0 && took >= mostPatience*d {
				end(errBusy)
			}
		}
		end(errTime)
	}()
	return timed, end
}

// longestWait returns for how long one of the nodes has waited for a processor since.
func longestWait(before, now map[string]process.Work) (longest time.Duration) {
	for id, w := range now {
		waited := w.Waited
		if waited >= before[id].Waited { // else it is another life
			waited -= before[id].Waited
		}
		longest = max(longest, waited)
	}
	return longest
}

// work returns what the nodes have done, each in this life.
func (t *trial) work() map[string]process.Work {
	all := map[string]process.Work{}
	for _, id := range t.net.ids {
		if node := t.net.node(id); node != nil {
			all[id] = node.Work()
		}
	}
	return all
}

// late ends the story as a node did not do in time what it should have, or none did.
func (t *trial) late(ctx context.Context, id, text string, why error) {
	f := Finding{Property: world.Progress, Node: id, Text: text}
	if id != "" {
		f.Text += words(t.net.node(id))
	}
	if errors.Is(why, errBusy) {
		f.Property, f.Text = world.Harness, f.Text+"\n"+errBusy.Error()
	}
	if ctx.Err() == nil {
		t.fail(f)
	}
}

// idleFor is how long nothing is asked of nodes, to see whether they work all the same,
// and idleWork which share of a processor is too much then.
const (
	idleFor  = time.Second
	idleWork = 0.25
)

// watchIdle notes nodes that wait busily.
func (t *trial) watchIdle(ctx context.Context) {
	before := t.work()
	if !sleep(ctx, idleFor) {
		return
	}
	now := t.work()
	var busy []string
	for _, id := range t.net.ids {
		if share := (now[id].Ran - before[id].Ran).Seconds() / idleFor.Seconds(); share > idleWork {
			busy = append(busy, fmt.Sprintf("%s %.0f%%", id, 100*share))
		}
	}
	if busy != nil {
		t.note("nodes wait busily: of a processor, with nothing to do, takes %s; have them block until there is input, or time is up", strings.Join(busy, ", "))
	}
}
