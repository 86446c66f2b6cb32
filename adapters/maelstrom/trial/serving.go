package trial

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

// attempts are what came of asking a node again and again.
type attempts struct {
	node    string
	served  bool
	answers map[string]int // what it was answered instead, and how often
}

// String tells what came instead.
func (a attempts) String() string {
	var said []string
	for _, answer := range slices.Sorted(maps.Keys(a.answers)) {
		said = append(said, fmt.Sprintf("%s (%d times)", answer, a.answers[answer]))
	}
	return a.node + ": " + cmp.Or(strings.Join(said, ", "), "no answer in the time that was left")
}

// answered reports whether the node has said anything at all.
func (a attempts) answered() bool { return a.served || len(a.answers) > a.answers["no answer"] }

// insist asks a node again and again, until it serves or the context ends.
func (t *trial) insist(ctx context.Context, id string, next func() checker.Input) attempts {
	tries := attempts{node: id, answers: map[string]int{}}
	for ctx.Err() == nil {
		a, answered := t.do(ctx, t.askers[id], id, next())
		switch {
		case a.Served():
			tries.served = true
			return tries
		case answered:
			tries.answers["error "+a.Error]++
		case ctx.Err() == nil:
			tries.answers["no answer"]++
		}
		sleep(ctx, afterFail)
	}
	return tries
}

// insistOnWrites asks all nodes for writes of their own, until all serve, or some time after
// the first one that does if others is not 0, or the time is up.
func (t *trial) insistOnWrites(ctx context.Context, within, others time.Duration) []attempts {
	ctx, end := context.WithTimeout(ctx, within)
	defer end()
	all := make([]attempts, t.Nodes)
	var asked sync.WaitGroup
	for i, id := range t.net.ids {
		asked.Go(func() {
			all[i] = t.insist(ctx, id, t.keys.fresh)
			if all[i].served && others > 0 {
				time.AfterFunc(others, end)
			}
		})
	}
	asked.Wait()
	return all
}

func served(a attempts) bool { return a.served }

// calm waits until a node serves, on a quiet network. It reports whether all do: nodes
// that are no leader may refuse for good, and these are not held to more later.
func (t *trial) calm(ctx context.Context) (all bool) {
	within, waited := t.scaled(calmWithin), t.net.waited()
	tries := t.insistOnWrites(ctx, within, t.scaled(othersWithin))
	if ctx.Err() == nil && !slices.ContainsFunc(tries, served) {
		t.nobodyServes(tries, waited, within, "the nodes were started, with a quiet network")
	}
	return !slices.ContainsFunc(tries, func(a attempts) bool { return !a.served })
}

// nobodyServes is the finding that no node does.
func (t *trial) nobodyServes(tries []attempts, waited, within time.Duration, after string) {
	text := fmt.Sprintf("expected a node that serves a write within %v after %s, got none", within, after)
	for _, a := range tries {
		text += "\n  " + a.String()
	}
	t.late("", text, waited, within)
}

// recover waits until the nodes serve again when all faults are gone. all says that every
// one of them has to; otherwise it is enough if they answer, and one serves.
func (t *trial) recover(ctx context.Context, all bool) {
	within, others := t.scaled(serveWithin), t.scaled(othersWithin)
	if all {
		others = 0
	}
	waited := t.net.waited()
	after := fmt.Sprintf("the last fault was over, at %s", seconds(t.now()))
	tries := t.insistOnWrites(ctx, within, others)
	if ctx.Err() == nil && !slices.ContainsFunc(tries, served) {
		t.nobodyServes(tries, waited, within, after)
	}
	for _, a := range tries {
		switch {
		case ctx.Err() != nil || a.served:
		case all:
			t.late(a.node, fmt.Sprintf("expected that every node serves a write within %v after %s, as every one did before the faults, got\n  %s", within, after, a), waited, within)
		case !a.answered():
			t.late(a.node, fmt.Sprintf("expected an answer within %v after %s, got none", others, after), waited, others)
		default:
			t.note("%s", a.String()+"; not every node served before the faults, so this is not judged")
		}
	}
}

// readOfEach is how many of the first keys, and of the last, are read in the end.
const readOfEach = 5

// readAll has every node read what was written, when nothing else goes on. all says that
// every one of them has to; otherwise those that refuse are passed over.
func (t *trial) readAll(ctx context.Context, all bool) {
	var readers sync.WaitGroup
	for _, id := range t.net.ids {
		readers.Go(func() {
			for _, key := range t.keys.ends(readOfEach) {
				if ctx.Err() != nil {
					return
				}
				read := checker.Input{Kind: checker.Get, Key: key}
				if all {
					t.insistOnRead(ctx, id, read)
				} else if a, _ := t.do(ctx, t.askers[id], id, read); !a.Served() {
					return
				}
			}
		})
	}
	readers.Wait()
}

// insistOnRead asks a node until it serves a read.
func (t *trial) insistOnRead(ctx context.Context, id string, read checker.Input) {
	within, waited := t.scaled(serveWithin), t.net.waited()
	timed, end := context.WithTimeout(ctx, within)
	defer end()
	a := t.insist(timed, id, func() checker.Input { return read })
	if !a.served && ctx.Err() == nil {
		t.late(id, fmt.Sprintf("expected that a node serves the last reads, each within %v, got for %s\n  %s", within, read, a), waited, within)
	}
}

// measure looks how much the nodes work while nothing is asked of them, and gives them
// more time if there are not processors enough for them.
func (t *trial) measure(ctx context.Context) {
	before := map[string]Load{}
	for _, id := range t.net.ids {
		before[id] = t.net.work(id)
	}
	began := t.now()
	sleep(ctx, idleFor)
	took := float64(t.now() - began)
	total := 0.0
	for _, id := range t.net.ids {
		l := t.net.work(id)
		if !l.known || ctx.Err() != nil {
			continue
		}
		l.Ran = max(0, float64(l.ran-before[id].ran)/took)
		l.Waited = max(0, float64(l.waited-before[id].waited)/took)
		total += l.Ran + l.Waited
		t.record.Idle = append(t.record.Idle, l)
	}
	if t.Processors > 0 {
		t.Scale = max(t.Scale, total/float64(t.Processors))
	}
}

// idleFor is how long nothing is asked of nodes that are measured.
const idleFor = time.Second
