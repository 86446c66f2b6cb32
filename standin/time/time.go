// Package time takes the place of package time in code that is judged in virtual
// time. Who waits for a while wakes a millisecond late.
//
// On a real clock nobody wakes at the very instant that he waited for, but later.
// Virtual time has that instant, and code that expects it to have passed, and
// looks again as long as it has not, would look for ever.
//
// It has all that the original has. What is not late are tickers, for which the
// next tick comes anyway, waits of no time, which are none, and deadlines of
// package context.
package time

import (
	"math"
	"time"
)

// lateness is how much later than asked for somebody wakes. Package labrpc tells
// what happens apart by its place within a millisecond, which what follows from it
// keeps as long as it waits for whole ones; with any other lateness two replicas
// would come to act at one instant, in an order that is up to the Go scheduler.
const lateness = Millisecond

// late returns for how long somebody really waits.
func late(d Duration) Duration {
	if d <= 0 || d > math.MaxInt64-lateness {
		return d
	}
	return d + lateness
}

// Sleep is like [time.Sleep].
func Sleep(d Duration) { time.Sleep(late(d)) }

// After is like [time.After].
func After(d Duration) <-chan Time { return time.After(late(d)) }

// A Timer is like [time.Timer].
type Timer struct{ *time.Timer }

// NewTimer is like [time.NewTimer].
func NewTimer(d Duration) *Timer { return &Timer{time.NewTimer(late(d))} }

// AfterFunc is like [time.AfterFunc].
func AfterFunc(d Duration, f func()) *Timer { return &Timer{time.AfterFunc(late(d), f)} }

// Reset is like the original's.
func (t *Timer) Reset(d Duration) bool { return t.Timer.Reset(late(d)) }
