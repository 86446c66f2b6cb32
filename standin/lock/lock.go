// Package lock has the lock from which the stand-in for package sync makes its
// mutexes.
//
// A goroutine that waits for a [sync.Mutex] is not durably blocked, as package
// [testing/synctest] has it, so virtual time stands still until the holder goes
// on. One that waits for a [Lock] waits on a channel of its own, and time passes.
//
// Locks are handed over in the order in which they were asked for, so that it is
// no matter of chance who is next. Those that have goroutines waiting are known:
// see [Waiting].
package lock

import "sync"

// A Mode is how a lock is held.
type Mode int

const (
	// Writing is for one alone.
	Writing Mode = iota
	// Reading is for any number at a time.
	Reading
)

// A Lock is held by one writer or by any number of readers. The zero Lock is
// free. It may outlive a bubble: only those that wait have channels. Bubbles that
// run at the same time may share one, but time passes in one of them while a
// goroutine of another has the lock.
type Lock struct {
	mu      sync.Mutex // guards the rest, and nobody waits while it is held
	writer  bool
	readers int
	taken   place // by the writer, or by the latest reader
	queue   list
}

// Acquire takes the lock and waits until it can. A writer that waits is ahead of
// readers who come later. The caller may stall before all that, see [Stall]. It is
// called by the methods of package sync's types, and by nothing between them and
// their user.
//
//go:norace
func (l *Lock) Acquire(m Mode) {
	at := caller()
	if stallers.Load() != nil {
		stall(at)
	}
	if w := l.takeOrQueue(m, at); w != nil {
		w.wait()
	}
	raceAcquired(l, m)
}

// TryAcquire takes the lock if it can do so at once. It is called like [Lock.Acquire].
//
//go:norace
func (l *Lock) TryAcquire(m Mode) bool {
	if !l.takeIfFree(m, caller()) {
		return false
	}
	raceAcquired(l, m)
	return true
}

// Release gives the lock to the next in turn. It reports false, and does nothing,
// if the lock is not held in this mode.
//
//go:norace
func (l *Lock) Release(m Mode) bool {
	raceReleased(l, m)
	l.enter()
	defer l.leave()
	switch {
	case m == Writing && l.writer:
		l.writer = false
	case m == Reading && l.readers > 0:
		l.readers--
	default:
		return false
	}
	l.handOver()
	return true
}

// enter begins what is done to the lock's state. The race detector sees nothing
// of it, but only how the lock orders its holders.
//
//go:norace
func (l *Lock) enter() {
	raceIgnore()
	l.mu.Lock()
}

//go:norace
func (l *Lock) leave() {
	l.mu.Unlock()
	raceHeed()
}

//go:norace
func (l *Lock) takeIfFree(m Mode, at place) bool {
	l.enter()
	defer l.leave()
	if !l.freeFor(m) {
		return false
	}
	l.take(m, at)
	return true
}

// takeOrQueue takes the lock, or returns the caller's place in the queue.
//
//go:norace
func (l *Lock) takeOrQueue(m Mode, at place) *waiter {
	l.enter()
	defer l.leave()
	if l.freeFor(m) {
		l.take(m, at)
		return nil
	}
	w := newWaiter(l, m, at)
	l.queue.add(&w.queued)
	register(w)
	return w
}

// freeFor reports whether a newcomer can have the lock at once. If nobody has it,
// those who wait are of other bubbles.
//
//go:norace
func (l *Lock) freeFor(m Mode) bool {
	if m == Reading && l.readers > 0 {
		return l.queue.first() == nil
	}
	return !l.held()
}

//go:norace
func (l *Lock) held() bool { return l.writer || l.readers > 0 }

//go:norace
func (l *Lock) take(m Mode, at place) {
	if m == Writing {
		l.writer = true
	} else {
		l.readers++
	}
	l.taken = at
}

// handOver lets the next in turn go on: a writer, or readers up to a writer. It
// is left to goroutines of other bubbles to see for themselves that the lock is
// free: nobody but their own bubble may touch their channels, and they may have
// ended with it.
//
//go:norace
func (l *Lock) handOver() {
	if l.queue.first() == nil {
		return
	}
	own := currentBubble()
	for n := l.queue.first(); n != nil; n = l.queue.after(n) {
		w := n.waiter
		if w.bubble != own {
			continue
		}
		if l.writer || l.readers > 0 && w.mode == Writing {
			return
		}
		l.grant(w)
		close(w.ready)
	}
}

// grant takes the lock for one who waits, who is in the queue no longer.
//
//go:norace
func (l *Lock) grant(w *waiter) {
	l.queue.remove(&w.queued)
	unregister(w)
	w.granted = true
	l.take(w.mode, w.at)
}
