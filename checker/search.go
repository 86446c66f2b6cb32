package checker

import (
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// budget bounds one search of Porcupine's in time and memory.
//
// Porcupine remembers every state it reached together with the set of
// operations that led there, a bit for each operation of the history. So n
// operations cost at least n*n/8 bytes, and a search that goes wrong takes that
// much for every few steps until the machine has no more. A budget counts the
// bytes. When they, or the time, are used up, it lets every further step fail.
// The search then ends soon, and its answer is worth nothing.
type budget struct {
	deadline time.Time
	memory   int64 // left, in bytes
	each     int64 // what it costs to remember a state
	steps    int
	spent    string // what ran out, empty if nothing did
}

// The parts of a remembered state that do not grow with the history: a map
// slot, a bucket of one, two slice and interface headers, a boxed State.
const stateOverhead = 192

// search asks Porcupine about one key, within limits.
func search(all []interval, limits Limits) (Verdict, *budget) {
	b := newBudget(len(all), limits)
	// Porcupine's own timeout would leave its goroutine running for a while.
	result := porcupine.CheckOperationsTimeout(b.watch(Model()), operations(all), 0)
	return b.verdict(result), b
}

func newBudget(n int, limits Limits) *budget {
	return &budget{
		deadline: time.Now().Add(limits.Time),
		memory:   limits.Memory,
		each:     int64((n+63)/64*8 + stateOverhead),
	}
}

// watch returns the model with every step counted. Porcupine runs the search
// for one key on one goroutine, so nothing is locked.
func (b *budget) watch(m porcupine.Model) porcupine.Model {
	step, equal := m.Step, m.Equal
	m.Step = func(state, input, output any) (bool, any) {
		if b.spent != "" {
			return false, state
		}
		if b.steps++; b.steps%256 == 0 && time.Now().After(b.deadline) {
			b.spent = "time"
			return false, state
		}
		ok, next := step(state, input, output)
		if ok {
			if b.memory -= b.each; b.memory < 0 {
				b.spent = "memory"
				return false, state
			}
		}
		return ok, next
	}
	// Porcupine compares states only to find out whether it has been here
	// before, and remembers nothing then.
	m.Equal = func(x, y any) bool {
		same := equal(x, y)
		if same {
			b.memory += b.each
		}
		return same
	}
	return m
}

// verdict weighs Porcupine's answer. Finding an order proves the history legal
// whatever was used up; not finding one proves nothing then.
func (b *budget) verdict(result porcupine.CheckResult) Verdict {
	switch {
	case result == porcupine.Ok:
		return Ok
	case result == porcupine.Illegal && b.spent == "":
		return Illegal
	}
	return Undecided
}

// operations translates intervals for Porcupine. Its intervals are closed, as
// ours are: an operation that returns in the instant another is called is
// concurrent with it.
func operations(all []interval) []porcupine.Operation {
	ops := make([]porcupine.Operation, len(all))
	for i, v := range all {
		ops[i] = porcupine.Operation{
			ClientId: v.op.Client,
			Input:    v.op.Input,
			Call:     int64(v.op.Call),
			Return:   int64(v.end),
		}
		if !v.open {
			ops[i].Output = v.op.Output
		}
	}
	return ops
}

// shared is watch for a search over several keys, each of which Porcupine gives
// a goroutine.
func (b *budget) shared(m porcupine.Model) porcupine.Model {
	m = b.watch(m)
	step, equal := m.Step, m.Equal
	var mu sync.Mutex
	m.Step = func(state, input, output any) (bool, any) {
		mu.Lock()
		defer mu.Unlock()
		return step(state, input, output)
	}
	m.Equal = func(x, y any) bool {
		mu.Lock()
		defer mu.Unlock()
		return equal(x, y)
	}
	return m
}
