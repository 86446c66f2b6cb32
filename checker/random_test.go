package checker

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// world makes random histories.
type world struct {
	*rand.Rand
	keys, values int // values 0: every value is written once
	kinds        []Kind
	overlap      int // how far, in steps, calls and returns lie from the effect
	lost, never  float64
	declines     bool // compare-and-sets that fail tell no more, every other time
	indexed      bool
}

// history runs n operations one after the other, and gives each an interval
// around the moment it took effect.
func (w world) history(n int) History {
	state := make(map[string]State)
	var h History
	for i := 1; i <= n; i++ {
		effect := time.Duration(i*10) * time.Millisecond
		op := Operation{
			ID: i, Client: w.IntN(20), Replica: w.IntN(4) - 1, Outcome: Done,
			Input:  Input{Kind: w.kinds[w.IntN(len(w.kinds))], Key: fmt.Sprint("k", w.IntN(w.keys))},
			Call:   max(0, effect-time.Duration(w.IntN(10*w.overlap))*time.Millisecond),
			Return: effect + time.Duration(w.IntN(10*w.overlap))*time.Millisecond,
		}
		before := state[op.Input.Key]
		if op.Input.Kind != Get {
			op.Input.Value = fmt.Sprintf("<%d>", i)
			if w.values > 0 {
				op.Input.Value = fmt.Sprint(w.IntN(w.values))
			}
		}
		if op.Input.Kind == CompareAndSet {
			op.Input.Expect = before.Value
			if w.IntN(3) == 0 {
				op.Input.Expect = "?"
			}
		}
		if w.Float64() < w.never {
			op.Outcome = NeverHappened
			h = append(h, op)
			continue
		}
		lost := w.Float64() < w.lost
		if lost {
			op.Outcome, op.Return = Unknown, 0
			if w.IntN(2) == 0 { // it never took effect after all
				h = append(h, op)
				continue
			}
		}
		after, out := Apply(before, op.Input)
		state[op.Input.Key] = after
		if w.indexed {
			op.Index = i
		}
		if w.declines && op.Input.Kind == CompareAndSet && !out.Swapped && w.IntN(2) == 0 {
			out = Output{Declined: true}
		}
		if !lost {
			op.Output = out
		}
		h = append(h, op)
	}
	w.Shuffle(len(h), func(i, j int) { h[i], h[j] = h[j], h[i] })
	return h
}

var allKinds = []Kind{Get, Get, Put, Append, CompareAndSet}
var registerKinds = []Kind{Get, Get, Put, CompareAndSet}

// tamper changes the answer of one operation, its outcome or its index.
func (w world) tamper(h History) {
	op := &h[w.IntN(len(h))]
	switch other := &h[w.IntN(len(h))]; w.IntN(7) {
	case 0:
		op.Output.Value = other.Output.Value
	case 1:
		op.Output.Value = other.Input.Value
		op.Output.Found = true
	case 2:
		op.Output.Found = !op.Output.Found
	case 3:
		op.Output = other.Output
	case 4:
		if op.Outcome != Done {
			op.Outcome = NeverHappened
		}
	case 5:
		op.Output = Output{Declined: true}
	case 6:
		op.Index, other.Index = other.Index, op.Index
	}
}

func TestLegalHistoriesAreOk(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := world{
			Rand: r, keys: 1 + r.IntN(3), values: r.IntN(2) * 4, kinds: allKinds, overlap: 1 + r.IntN(4),
			lost: 0.1 * float64(r.IntN(2)), never: 0.1, indexed: r.IntN(2) == 0, declines: r.IntN(2) == 0,
		}
		if r.IntN(2) == 0 {
			w.kinds = registerKinds
		}
		h := w.history(100)
		result := Check(h, Limits{})
		require.Equal(t, Ok, result.Verdict, "seed %d: %s", seed, result.Explain())
	}
}

// linearizable is the definition, tried out: some order of the operations, with
// any of the unknown ones left out, agrees with time and with Apply.
func linearizable(ops History) bool {
	var all []Operation
	for _, op := range ops {
		if op.Outcome != NeverHappened {
			all = append(all, op)
		}
	}
	states := make(map[string]State)
	var place func(rest []Operation) bool
	place = func(rest []Operation) bool {
		if !slices.ContainsFunc(rest, func(op Operation) bool { return op.Outcome == Done }) {
			return true
		}
		for i, op := range rest {
			tooLate := func(other Operation) bool { return other.Outcome == Done && other.Return < op.Call }
			if slices.ContainsFunc(rest, tooLate) {
				continue
			}
			before := states[op.Input.Key]
			after, out := Apply(before, op.Input)
			said := op.Output
			if said == (Output{Declined: true}) && op.Input.Kind == CompareAndSet && !out.Swapped {
				said = out
			}
			if op.Outcome == Done && said != out {
				continue
			}
			states[op.Input.Key] = after
			if place(slices.Delete(slices.Clone(rest), i, i+1)) {
				return true
			}
			states[op.Input.Key] = before
		}
		return false
	}
	return place(all)
}

// Check, and each of its judges, must say what the definition says.
func TestAgainstTheDefinition(t *testing.T) {
	illegal, clashes, witnesses, chains := 0, 0, 0, 0
	const histories = 15_000
	for seed := range uint64(histories) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := world{
			Rand: r, keys: 1 + r.IntN(2), values: r.IntN(2) * 3, kinds: allKinds, overlap: 1 + r.IntN(3),
			lost: 0.2, never: 0.1, indexed: r.IntN(2) == 0, declines: r.IntN(2) == 0,
		}
		if r.IntN(3) > 0 {
			w.kinds = registerKinds
		}
		h := w.history(3 + r.IntN(5))
		for range r.IntN(3) {
			w.tamper(h)
		}
		want := Illegal
		if linearizable(h) {
			want = Ok
		}
		result := Check(h, Limits{})
		if result.Verdict != want {
			require.Equal(t, want, result.Verdict, "seed %d: %s\n%v", seed, result.Explain(), h)
		}
		if want == Illegal {
			illegal++
			require.False(t, linearizable(before(h, result.finding.at)), "seed %d: not yet illegal at %v\n%v\n%s", seed, result.finding.at, h, result.Explain())
			require.NotEmpty(t, result.Explain())
		}
		for _, k := range byKey(h) {
			legal := linearizable(k.ops)
			all := intervals(k.ops)
			if witnessed(all) {
				witnesses++
				require.True(t, legal, "seed %d: witnessed", seed)
			}
			if f, ok := clash(all); ok {
				clashes++
				require.False(t, legal, "seed %d: %s", seed, f.claim)
			}
			if verdict, decided := chained(all); decided {
				chains++
				require.Equal(t, legal, verdict == Ok, "seed %d: chained\n%v", seed, k.ops)
			}
			verdict, _ := search(all, Limits{}.withDefaults())
			require.Equal(t, legal, verdict == Ok, "seed %d: search", seed)
		}
	}
	t.Logf("%d of %d histories illegal; of their keys %d clashed, %d were witnessed, %d decided by their chains", illegal, histories, clashes, witnesses, chains)
	require.Greater(t, illegal, histories/10)
	require.Less(t, illegal, histories*9/10)
}
