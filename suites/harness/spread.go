package harness

import (
	"flag"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"

	"github.com/raftcheck/raftcheck/raftiface"
)

// seedsEach is how many seeds pay for a process.
const seedsEach = 2

// Processes returns over how many processes to spread so many seeds of a
// scenario, where so many processors are free for them: one processor each, and
// no more than the seeds pay for.
func Processes(seeds uint64, processors int) int {
	return int(max(1, min(uint64(processors), seeds/seedsEach)))
}

// children returns how many child processes run so many seeds of a scenario; 0
// if this process does.
func children(seeds uint64) int {
	n := *procsFlag
	if n <= 0 && measured() {
		n = 1
	} else if n <= 0 {
		n = Processes(seeds, runtime.GOMAXPROCS(0))
	}
	n = int(min(uint64(n), seeds))
	if n <= 1 && !*isolateFlag {
		return 0
	}
	return n
}

// measured reports whether go test measures this process, or what it covers.
func measured() bool {
	is := testing.CoverMode() != ""
	flag.Visit(func(f *flag.Flag) {
		is = is || strings.HasPrefix(f.Name, "test.") && strings.HasSuffix(f.Name, "profile") || f.Name == "test.trace"
	})
	return is
}

// runs runs a scenario with the seeds that the flags ask for, in their order.
func runs(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario) iter.Seq[run] {
	first, n := sc.seeds()
	if c := children(n); c > 0 {
		return spread(t, impl, suite, sc, c)
	}
	return func(yield func(run) bool) {
		for seed := first; seed < first+n; seed++ {
			if err := interruption(); err != nil {
				t.Fatalf("interrupted (%v): %s were not judged", err, seedRange(seed, first+n))
			}
			if !yield(runHere(t, impl, suite, sc, seed)) {
				return
			}
		}
	}
}

// spread runs a scenario in n child processes. If one dies the seed it was at
// has its verdict, and another one takes its place.
func spread(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, n int) iter.Seq[run] {
	return func(yield func(run) bool) {
		first, count := sc.seeds()
		end := first + count
		p := newPool(t, impl, suite, sc, first, end, n)
		defer p.stop()
		var missing []string
		for seed := first; seed < end; {
			next, ok := p.await(seed)
			until := end
			if ok {
				until = next.result.Seed
			}
			if until > seed {
				missing = append(missing, seedRange(seed, until))
			}
			seed = until
			if !ok {
				break
			}
			going := yield(next.run)
			close(next.told)
			if !going {
				return
			}
			seed++
		}
		requireAll(t, missing, p.wait())
	}
}

// requireAll fails the test if seeds are missing, or if anything else went wrong
// with the children.
func requireAll(t *testing.T, missing []string, err error) {
	if interrupted := interruption(); interrupted != nil && missing != nil {
		err = fmt.Errorf("interrupted (%v)", interrupted)
	}
	if missing != nil {
		t.Fatalf("%v: %s were not judged", err, strings.Join(missing, ", "))
	}
	if err != nil {
		t.Error(err)
	}
}

// seedRange names the seeds from first on that are before end.
func seedRange(first, end uint64) string { return fmt.Sprintf("seeds %d to %d", first, end-1) }
