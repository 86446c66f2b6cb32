package lock

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// waiting are all waiters for all locks of the process.
var waiting struct {
	mu sync.Mutex
	list
}

//go:norace
func register(w *waiter) {
	waiting.mu.Lock()
	defer waiting.mu.Unlock()
	waiting.add(&w.registered)
}

//go:norace
func unregister(w *waiter) {
	waiting.mu.Lock()
	defer waiting.mu.Unlock()
	waiting.remove(&w.registered)
}

// Waited is a lock that goroutines wait for.
type Waited struct {
	// Readers is how many hold it for reading, 0 if it is held for writing.
	Readers int
	// Taken is where the holder took it, or the latest of the readers.
	Taken string
	// Waiters are those that wait for it, the first in turn first.
	Waiters []Waiter
}

// Waiter is a goroutine that waits for a lock.
type Waiter struct {
	Mode Mode
	At   string // where it asked for the lock
	For  time.Duration
}

// Waiting returns the locks that goroutines of the caller's bubble have waited
// for so long, or longer, those that are waited for longest first. In a deadlock
// the holder of each is among the waiters for another one.
func Waiting(long time.Duration) (all []Waited) {
	now, index := time.Now(), map[*Lock]int{}
	for _, w := range waitersOf(currentBubble()) {
		lasted := now.Sub(w.since)
		if lasted < long {
			continue
		}
		i, known := index[w.lock]
		if !known {
			i = len(all)
			index[w.lock] = i
			all = append(all, w.lock.holder())
		}
		all[i].Waiters = append(all[i].Waiters, Waiter{w.mode, w.at.String(), lasted.Round(time.Millisecond)})
	}
	return all
}

//go:norace
func waitersOf(bubble int) (all []*waiter) {
	raceIgnore()
	defer raceHeed()
	waiting.mu.Lock()
	defer waiting.mu.Unlock()
	for n := waiting.first(); n != nil; n = waiting.after(n) {
		if n.waiter.bubble == bubble {
			all = append(all, n.waiter)
		}
	}
	return all
}

//go:norace
func (l *Lock) holder() Waited {
	l.enter()
	defer l.leave()
	return Waited{Readers: l.readers, Taken: l.taken.String()}
}

// String says who holds the lock and who waits for it, in a line each.
func (w Waited) String() string {
	var b strings.Builder
	switch w.Readers {
	case 0:
		fmt.Fprintf(&b, "a mutex is held since Lock in %s", w.Taken)
	case 1:
		fmt.Fprintf(&b, "a mutex is held since RLock in %s", w.Taken)
	default:
		fmt.Fprintf(&b, "a mutex is held by %d readers, the latest since RLock in %s", w.Readers, w.Taken)
	}
	counts := map[string]int{}
	for _, waiter := range w.Waiters {
		counts[waiter.place()]++
	}
	for _, waiter := range w.Waiters {
		switch n := counts[waiter.place()]; n {
		case 0: // named already
		case 1:
			fmt.Fprintf(&b, "\n  a goroutine has waited for it for %v in %s", waiter.For, waiter.place())
		default:
			fmt.Fprintf(&b, "\n  %d goroutines have waited for it, the first for %v, in %s", n, waiter.For, waiter.place())
		}
		counts[waiter.place()] = 0
	}
	return b.String()
}

func (w Waiter) place() string {
	if w.Mode == Reading {
		return "RLock in " + w.At
	}
	return "Lock in " + w.At
}
