package trial

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

// attempts are what came of asking a node again and again.
type attempts struct {
	node    string
	served  bool
	answers Tally // what it was answered instead
}

// String tells what came instead.
func (a attempts) String() string {
	return a.node + ": " + cmp.Or(a.answers.String(), "no answer in the time that was left")
}

// answered reports whether the node has said anything at all.
func (a attempts) answered() bool { return a.served || len(a.answers) > min(1, a.answers[noAnswer]) }

// insist asks a node again and again, until it serves or the context ends.
func (t *trial) insist(ctx context.Context, id string, next func() checker.Input) attempts {
	tries := attempts{node: id, answers: Tally{}}
	for ctx.Err() == nil && !tries.served {
		a, answered := t.do(ctx, t.askers[id], id, next())
		if tries.served = a.Served(); tries.served || ctx.Err() != nil {
			break
		}
		tries.answers.count(a, answered)
		sleep(ctx, afterFail)
	}
	return tries
}

// insistOnWrites asks nodes for writes of their own, until so many of them serve or the
// time is up. It returns what came of each, and why it ended.
func (t *trial) insistOnWrites(ctx context.Context, ids []string, enough int, within time.Duration) ([]attempts, error) {
	timed, end := t.within(ctx, within)
	defer end(nil)
	all := make([]attempts, len(ids))
	var asked sync.WaitGroup
	var mu sync.Mutex
	for i, id := range ids {
		asked.Go(func() {
			all[i] = t.insist(timed, id, t.keys.fresh)
			mu.Lock()
			defer mu.Unlock()
			if all[i].served {
				if enough--; enough == 0 {
					end(errEnough)
				}
			}
		})
	}
	asked.Wait()
	return all, context.Cause(timed)
}

// serve waits until one node serves, or every one if all is true, and is over with the
// story if none does. Those that do not serve some time later are left, and why says why
// they were not waited for any more.
func (t *trial) serve(ctx context.Context, all bool, within time.Duration, after string) (left []attempts, why error) {
	enough := 1
	if all {
		enough = t.Nodes
	}
	tries, why := t.insistOnWrites(ctx, t.net.ids, enough, within)
	left = slices.DeleteFunc(slices.Clone(tries), func(a attempts) bool { return a.served })
	if len(left) == t.Nodes {
		text := fmt.Sprintf("expected a node that serves a write within %v after %s, got none", within, after)
		for _, a := range tries {
			text += "\n  " + a.String()
		}
		t.late(ctx, "", text, why)
	}
	if all || len(left) == 0 {
		return left, why
	}
	var ids []string
	for _, a := range left {
		ids = append(ids, a.node)
	}
	tries, why = t.insistOnWrites(ctx, ids, len(ids), othersWithin)
	return slices.DeleteFunc(tries, func(a attempts) bool { return a.served }), why
}

// calm waits until a node serves, on a quiet network. It reports whether all do: nodes
// that are no leader may refuse for good, and these are not held to more later.
func (t *trial) calm(ctx context.Context) (all bool) {
	left, _ := t.serve(ctx, false, calmWithin, "the nodes were started, with a quiet network")
	return len(left) == 0
}

// recover waits until the nodes serve again when all faults are gone. all says that every
// one of them has to; otherwise it is enough if they answer, and one serves.
func (t *trial) recover(ctx context.Context, all bool) {
	after := fmt.Sprintf("the last fault was over, at %s", seconds(t.now()))
	left, why := t.serve(ctx, all, serveWithin, after)
	for _, a := range left {
		switch {
		case all:
			t.late(ctx, a.node, fmt.Sprintf("expected that every node serves a write within %v after %s, as every one did before the faults, got\n  %s", serveWithin, after, a), why)
		case !a.answered():
			t.late(ctx, a.node, fmt.Sprintf("expected an answer within %v after another node served, got none", othersWithin), why)
		default:
			t.note("%s; not every node served before the faults, so this is not judged", a)
		}
	}
}

// readOfEach is how many of the first keys, and of the last, are read in the end.
const readOfEach = 10

// readAll has every node read what was written, when nothing else goes on. all says that
// every one of them has to; otherwise those that refuse are passed over.
func (t *trial) readAll(ctx context.Context, all bool) {
	var readers sync.WaitGroup
	for _, id := range t.net.ids {
		readers.Go(func() {
			for _, key := range t.keys.ends(readOfEach) {
				if ctx.Err() != nil || !t.read(ctx, id, checker.Input{Kind: checker.Get, Key: key}, all) {
					return
				}
			}
		})
	}
	readers.Wait()
}

// read asks a node for a key, and insists on that if the node has to serve. It reports
// whether it does.
func (t *trial) read(ctx context.Context, id string, in checker.Input, has bool) bool {
	if !has {
		a, _ := t.do(ctx, t.askers[id], id, in)
		return a.Served()
	}
	timed, end := t.within(ctx, serveWithin)
	defer end(nil)
	tries := t.insist(timed, id, func() checker.Input { return in })
	if !tries.served {
		t.late(ctx, id, fmt.Sprintf("expected that a node serves the last reads, each within %v, got for %s\n  %s", serveWithin, in, tries), context.Cause(timed))
	}
	return tries.served
}
