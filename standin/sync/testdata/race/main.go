// Command race adds to a counter, in two goroutines, in a way that its argument
// names. It is built with the race detector.
package main

import (
	"os"
	"time"

	"github.com/raftcheck/raftcheck/standin/sync"
)

var (
	mu      sync.Mutex
	rw      sync.RWMutex
	counter int
)

// order is when the second goroutine begins: not by anything that the detector
// takes for order.
const order = 50 * time.Millisecond

var ways = map[string]func(){
	"no lock": func() { counter++ },
	"lock":    func() { mu.Lock(); counter++; mu.Unlock() },
	"try": func() {
		for !mu.TryLock() {
			time.Sleep(time.Millisecond)
		}
		counter++
		mu.Unlock()
	},
	"write lock":      func() { rw.Lock(); counter++; rw.Unlock() },
	"read lock":       func() { rw.RLock(); counter++; rw.RUnlock() },
	"beside the lock": func() { mu.Lock(); mu.Unlock(); counter++ },
	"readers and a writer": turns(
		func() { rw.RLock(); _ = counter; rw.RUnlock() },
		func() { rw.Lock(); counter++; rw.Unlock() }),
	"readers of what a writer wrote": turns(
		func() { rw.Lock(); counter++; rw.Unlock() },
		func() { rw.RLock(); _ = counter; rw.RUnlock() }),
	"before a lock that is waited for": turns(
		func() { mu.Lock(); time.Sleep(2 * order); mu.Unlock(); counter++ },
		func() { counter++; mu.Lock(); mu.Unlock() }),
	"lock that is waited for": turns(
		func() { mu.Lock(); counter++; time.Sleep(2 * order); counter++; mu.Unlock() },
		func() { mu.Lock(); counter++; mu.Unlock() }),
}

// turns returns a function that is the first one when it is called first.
func turns(first, second func()) func() {
	turn := make(chan func(), 2)
	turn <- first
	turn <- second
	return func() { (<-turn)() }
}

func main() {
	way := ways[os.Args[1]]
	done := make(chan bool)
	for i := range 2 {
		go func() {
			time.Sleep(time.Duration(i) * order)
			way()
			done <- true
		}()
	}
	<-done
	<-done
}
