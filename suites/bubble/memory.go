package bubble

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// memoryHeld returns how much memory, in MiB, the process has from the system and
// has not given back: its heap, the stacks of its goroutines and all else.
func memoryHeld() int {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int((samples[0].Value.Uint64() - samples[1].Value.Uint64()) >> 20)
}

// tooMuchMemory says that the process holds more than it may, "" if it does not: what
// earlier runs have left to the garbage collector does not count. The memory stays held
// where the run cannot be stopped.
func tooMuchMemory(limit int) string {
	if memoryHeld() <= limit {
		return ""
	}
	debug.FreeOSMemory()
	held := memoryHeld()
	if held <= limit {
		return ""
	}
	return fmt.Sprintf("the process holds %d MiB of memory and has %d goroutines; more than %d MiB is no scenario's need", held, runtime.NumGoroutine(), limit)
}
