package suites

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// everyNth scenario is a sample of them all.
const everyNth = 12

// TestSameSeedSameTrace runs a sample of the scenarios on one processor and on
// several: the trace may depend on the seed alone.
func TestSameSeedSameTrace(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	n := 0
	for _, suite := range All() {
		for _, sc := range suite.Scenarios {
			if sc.Search != nil {
				continue // hundreds of runs like the others
			}
			n++
			alone := sc.Replicas == 1 // where what is asked comes about in the same instant
			if n%everyNth != 1 && !alone || sc.Stalls {
				continue
			}
			t.Run(suite.Name+"/"+sc.Name, func(t *testing.T) {
				var first harness.Result
				for i, processors := range []int{1, 2, 4} {
					runtime.GOMAXPROCS(processors)
					r, _ := harness.RunSeed(t, reference(sc), suite.Name, sc, 7)
					require.Nil(t, r.Failure)
					r.Wall = 0
					if i == 0 {
						first = r
					}
					require.Equal(t, first, r, "with %d processors", processors)
				}
				runtime.GOMAXPROCS(1)
				other, _ := harness.RunSeed(t, reference(sc), suite.Name, sc, 8)
				require.NotEqual(t, first.Trace, other.Trace, "another seed is another run")
			})
		}
	}
}
