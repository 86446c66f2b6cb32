package checker

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// stairs forget most of what was added, and must answer as if they did not.
func TestStairs(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 6))
		var high, low stairs[int]
		type pair struct{ term, index int }
		var all []pair
		for range 30 {
			p := pair{1 + r.IntN(8), 1 + r.IntN(8)}
			all = append(all, p)
			high.addHighest(p.term, p.index, p.index)
			low.addLowest(p.term, p.index, p.index)
			for term := range 10 {
				highest, lowest := 0, 99
				for _, p := range all {
					if p.term < term {
						highest = max(highest, p.index)
					}
					if p.term > term {
						lowest = min(lowest, p.index)
					}
				}
				h, ok := high.lastBelow(term)
				require.Equal(t, highest > 0, ok)
				require.Equal(t, highest, h.value)
				l, ok := low.firstAbove(term)
				require.Equal(t, lowest < 99, ok)
				if ok {
					require.Equal(t, lowest, l.value)
				}
			}
			for _, s := range []stairs[int]{high, low} {
				for i := 1; i < len(s.steps); i++ {
					require.Less(t, s.steps[i-1].term, s.steps[i].term)
					require.Less(t, s.steps[i-1].index, s.steps[i].index)
				}
			}
		}
	}
}

// A long run: five replicas, 20,000 commands, a term every thousand.
func BenchmarkSafety(b *testing.B) {
	const commands = 20_000
	texts := make([]string, commands)
	for i := range texts {
		texts[i] = Input{Kind: Put, Key: "x", Value: itoa(i)}.String()
	}
	b.ReportAllocs()
	for b.Loop() {
		r := run{NewSafety(5)}
		for i, text := range texts {
			term, leader := 1+i/1000, i/1000%5
			index := i + 1 + i/1000 // a no-op begins each term
			r.start(2*i, leader, text, index, term)
			for replica := range 5 {
				r.apply(2*i, replica, index, text)
				r.see(2*i+1, replica, term, replica == leader)
			}
		}
		if v := r.First(); v != nil {
			b.Fatal(v)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(commands*12), "ns/report")
}
