package lock

import (
	"bytes"
	"runtime"
	"strconv"
	"time"
)

// A waiter is a goroutine that waits for a lock.
type waiter struct {
	lock   *Lock
	mode   Mode
	at     place
	since  time.Time
	bubble int           // the goroutine's, 0 for none
	ready  chan struct{} // closed when the lock is the waiter's
	// granted says the same; the lock's mutex guards it.
	granted bool

	queued     node // in the lock's queue
	registered node // among all waiters
}

//go:norace
func newWaiter(l *Lock, m Mode, at place) *waiter {
	w := &waiter{lock: l, mode: m, at: at, since: time.Now(), bubble: currentBubble(), ready: make(chan struct{})}
	w.queued.waiter, w.registered.waiter = w, w
	return w
}

// firstLook is when a waiter first looks whether it was not told that the lock is
// free.
const firstLook = time.Millisecond

// wait returns when the lock is the waiter's. Whoever releases it in the same
// bubble says so. One in another bubble cannot, so the waiter looks, too, ever
// more seldom.
func (w *waiter) wait() {
	for pause := firstLook; pause > 0; pause *= 2 {
		timer := time.NewTimer(pause)
		select {
		case <-w.ready:
			timer.Stop()
			return
		case <-timer.C:
			if w.look() {
				return
			}
		}
	}
	<-w.ready
}

// look takes the lock if nobody has it, and reports whether the waiter has it.
//
//go:norace
func (w *waiter) look() bool {
	w.lock.enter()
	defer w.lock.leave()
	if !w.granted && !w.lock.held() {
		w.lock.grant(w)
	}
	return w.granted
}

// currentBubble returns the number of the bubble that the caller is in, 0 if it
// is in none. The head of its own stack trace is the only place that tells:
// "goroutine 7 [running, synctest bubble 3]:".
func currentBubble() int {
	var buf [96]byte
	head, _, _ := bytes.Cut(buf[:runtime.Stack(buf[:], false)], []byte("]:"))
	_, number, _ := bytes.Cut(head, []byte("synctest bubble "))
	n, _ := strconv.Atoi(string(number))
	return n
}
