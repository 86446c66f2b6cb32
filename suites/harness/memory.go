package harness

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

// memoryHeld returns how much memory the process has from the system and has
// not given back: its heap, the stacks of its goroutines and all else.
func memoryHeld() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// tooMuchMemory returns what to say of a run in a process that holds more than
// it may, nil if it does not. The memory stays held where the run cannot be
// stopped; with -raft.isolate its process ends.
func tooMuchMemory(at time.Duration) *Failure {
	held := memoryHeld() >> 20
	if held <= uint64(*memoryFlag) {
		return nil
	}
	return &Failure{Property: Efficiency, At: at,
		Facts: []string{fmt.Sprintf("the process holds %d MiB of memory and has %d goroutines; more than %d MiB is no scenario's need", held, runtime.NumGoroutine(), *memoryFlag)}}
}

// boundless begins what a process says that ends for the memory it holds. The
// property of the run's failure follows, and a colon.
const boundless = "raftcheck: "

// endIfBoundless ends the process once it holds twice what it may, in MiB. It watches
// over what an abandoned run left behind, as long as that has not ended: it goes
// on and cannot be stopped, and before it takes the machine's last memory the
// other scenarios' verdicts are the lesser loss.
func endIfBoundless(f Failure, limit uint64, ended chan struct{}) {
	for ; !isClosed(ended); time.Sleep(watchEvery) {
		if held := memoryHeld() >> 20; held > 2*limit {
			panic(fmt.Sprintf("%s%s: %s; the run was given up, does not stop and holds %d MiB of memory and %d goroutines by now",
				boundless, f.Property, strings.Join(f.Facts, "; "), held, runtime.NumGoroutine()))
		}
	}
}

// boundlessVerdict returns what endIfBoundless said, if it was that which ended
// a process.
func boundlessVerdict(crash string) (property checker.Property, fact string, ok bool) {
	text, ok := strings.CutPrefix(crash, "panic: "+boundless)
	name, fact, _ := strings.Cut(text, ": ")
	return checker.Property(name), fact, ok
}
