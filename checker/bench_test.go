package checker

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

// crowd makes histories of clients that are all at it all the time: as soon as
// one operation has returned, its client calls the next.
type crowd struct {
	clients, keys, operations int
	kinds                     []Kind
	unknown                   int  // so many outcomes; half of these took effect
	indexed                   bool // with the log's order
	stale                     bool // one read in the middle answers what was long replaced
	values                    int  // how many there are; 0 for one of its own a write
}

// serviceKinds is what the suites' clients do.
var serviceKinds = []Kind{Get, Get, Get, Get, Put, Put, Put, Append, Append, CompareAndSet}

func (c crowd) history() History {
	r := rand.New(rand.NewPCG(1, 6))
	h := make(History, c.operations)
	states := make(map[string]State)
	lost := make(map[int]bool)
	for _, i := range r.Perm(c.operations)[:c.unknown] {
		lost[i] = true
	}
	last := make(map[int]int) // a client's latest operation
	for round := 0; round < c.operations; round += c.clients {
		for place, client := range r.Perm(c.clients) {
			i := round + place
			if i >= c.operations {
				break
			}
			h[i] = Operation{ID: i + 1, Client: client, Replica: -1, Outcome: Done, Input: c.input(r, i)}
			op, before := &h[i], states[h[i].Input.Key]
			if op.Input.Kind == CompareAndSet && r.IntN(3) > 0 {
				op.Input.Expect = before.Value
			}
			c.meet(r, h, last, i)
			if lost[i] {
				op.Outcome = Unknown
				if r.IntN(2) == 0 {
					continue
				}
			}
			states[op.Input.Key], op.Output = Apply(before, op.Input)
			if lost[i] {
				op.Output = Output{}
			}
			if c.indexed {
				op.Index = i + 1
			}
		}
	}
	for _, i := range last {
		if h[i].Outcome == Done {
			h[i].Return = effect(i) + ms(1)
		}
	}
	if c.stale {
		c.spoil(h)
	}
	return h
}

// input asks for something at random.
func (c crowd) input(r *rand.Rand, i int) Input {
	in := Input{Kind: c.kinds[r.IntN(len(c.kinds))], Key: fmt.Sprint("k", r.IntN(c.keys))}
	switch {
	case in.Kind == Get:
	case c.values > 0:
		in.Value = fmt.Sprint(r.IntN(c.values))
	default:
		in.Value = fmt.Sprintf("<%d>", i)
	}
	return in
}

// effect is when operation i takes effect.
func effect(i int) time.Duration { return ms(10 * (i + 1)) }

// meet lets a client return from one operation and call the next at a time
// between the effects of both.
func (c crowd) meet(r *rand.Rand, h History, last map[int]int, i int) {
	op := &h[i]
	if before, ok := last[op.Client]; ok {
		gap := effect(i) - effect(before)
		at := effect(before) + 1 + time.Duration(r.Int64N(int64(gap-2)))
		op.Call = at + 1
		if h[before].Outcome == Done {
			h[before].Return = at
		}
	}
	last[op.Client] = i
}

// spoil gives a read in the middle the answer of one long before.
func (c crowd) spoil(h History) {
	old := -1
	for i := c.operations / 2; i < c.operations; i++ {
		if h[i].Input.Kind != Get || h[i].Outcome != Done || !h[i].Output.Found {
			continue
		}
		if old >= 0 && i-old > 10*c.clients {
			h[i].Output = h[old].Output
			return
		}
		if old < 0 {
			old = i
		}
	}
	panic("no read to spoil")
}

// goals are histories that Check is to decide, and within what time.
var goals = []struct {
	name string
	crowd
	want   Verdict
	within time.Duration
}{
	{"legal, 10k operations, 1 key", crowd{clients: 20, keys: 1, operations: 10_000, kinds: serviceKinds, indexed: true}, Ok, time.Second},
	{"legal, 10k operations, 1 key, no log", crowd{clients: 20, keys: 1, operations: 10_000, kinds: serviceKinds}, Ok, time.Second},
	{"legal, 10k operations, 1 key, no log, no appends", crowd{clients: 20, keys: 1, operations: 10_000, kinds: registerKinds}, Ok, time.Second},
	{"legal, 1M operations, 1k keys, 25k unknown", crowd{clients: 50, keys: 1000, operations: 1_000_000, kinds: serviceKinds, unknown: 25_000, indexed: true}, Ok, 5 * time.Second},
	{"illegal, 1k operations, 1 key, 25 unknown", crowd{clients: 20, keys: 1, operations: 1000, kinds: serviceKinds, unknown: 25, stale: true}, Illegal, 5 * time.Second},
	{"illegal, 1k operations, 1 key, 25 unknown, no appends", crowd{clients: 20, keys: 1, operations: 1000, kinds: registerKinds, unknown: 25, stale: true}, Illegal, 5 * time.Second},
	// Nothing but the search is left for this one, and it is too much for it.
	{"legal, 10k operations, 1 key, no log, 4 values", crowd{clients: 20, keys: 1, operations: 10_000, kinds: registerKinds, values: 4}, Ok, 10 * time.Second},
}

// plainTime is how long plain Porcupine is given in a benchmark.
const plainTime = 3 * time.Second

// BenchmarkGoals measures Check, and plain Porcupine beside it.
func BenchmarkGoals(b *testing.B) {
	for _, g := range goals {
		h := g.history()
		b.Run(g.name+"/check", func(b *testing.B) {
			peak, undecided := memoryPeak(), 0
			for b.Loop() {
				r := Check(h, Limits{})
				if r.Verdict == Undecided {
					undecided++
				} else if r.Verdict != g.want {
					b.Fatal(r.Explain())
				}
			}
			report(b, peak, undecided)
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/g.within.Seconds(), "of-goal")
		})
		b.Run(g.name+"/plain porcupine", func(b *testing.B) {
			ops := operations(intervalsAsRecorded(h))
			peak, undecided := memoryPeak(), 0
			for b.Loop() {
				switch r := porcupine.CheckOperationsTimeout(Model(), ops, plainTime); {
				case r == porcupine.Unknown:
					undecided++
				case (r == porcupine.Ok) != (g.want == Ok):
					b.Fatalf("plain Porcupine says %s, want %s", r, g.want)
				}
			}
			report(b, peak, undecided)
		})
	}
}

// intervalsAsRecorded keeps every operation that may count, and settles none.
func intervalsAsRecorded(h History) (all []interval) {
	for _, op := range h {
		switch op.Outcome {
		case Done:
			all = append(all, interval{op: op, end: op.Return})
		case Unknown:
			all = append(all, interval{op: op, end: forever, open: true})
		}
	}
	return all
}

func report(b *testing.B, peak func() uint64, undecided int) {
	b.ReportMetric(float64(peak()>>20), "peak-MiB")
	b.ReportMetric(float64(undecided)/float64(b.N), "undecided/op")
}

// memoryPeak watches how much memory the process holds, the history included,
// until the function it returns is called.
func memoryPeak() (peak func() uint64) {
	debug.FreeOSMemory()
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	var most uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			metrics.Read(samples)
			most = max(most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return most
	}
}

func TestCrowdsAreHistories(t *testing.T) {
	for _, g := range goals {
		if g.operations > 100_000 {
			g.operations, g.unknown = 10_000, 250
		}
		h := g.history()
		require.NoError(t, h.Validate(), g.name)
	}
}
