package harness

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
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
