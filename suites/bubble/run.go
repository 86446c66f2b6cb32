package bubble

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// Run calls f in virtual time and returns when f has, and its goroutines are
// gone or known to be left; or when the run goes beyond its limits, and is then
// abandoned. vitals is called meanwhile, outside the bubble; it must not block.
func Run(t *testing.T, limits Limits, vitals func() Vitals, f func()) Outcome {
	var number atomic.Int64
	outcome := Outcome{End: Returned}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if v := recover(); v != nil {
				outcome.noteLeft(v, int(number.Load()))
			}
		}()
		synctest.Test(t, func(*testing.T) {
			number.Store(int64(currentGoroutine().bubble))
			f()
		})
	}()
	w := newWatchdog(limits, vitals, func() int { return int(number.Load()) })
	if given := w.watch(ended); given != nil {
		go given.dieIfBoundless(limits.Memory, ended)
		return *given
	}
	outcome.At = vitals().Now
	return outcome
}

// noteLeft looks for the goroutines that are left in a bubble, for which synctest
// panicked with v.
func (o *Outcome) noteLeft(v any, bubble int) {
	left := slices.DeleteFunc(inBubble(allGoroutines(), bubble), func(g goroutine) bool { _, ok := g.foreign(); return !ok })
	if len(left) == 0 {
		*o = Outcome{End: Panicked, Facts: []string{fmt.Sprintf("synctest panicked, though no goroutine was left: %v", v)}, Goroutines: string(debug.Stack())}
		return
	}
	g := preferImplementation(left)[0]
	f, _ := g.foreign()
	o.Left, o.Goroutines = len(left), describe(left)
	o.Facts = []string{fmt.Sprintf("such as one in %q at %s (%s)", g.state, f.function, f.position)}
}

// Others describes the goroutines of the caller's bubble, but for the caller, for
// people.
func Others() string { return describe(bubbleGoroutines()) }

// Place names where the first goroutine of a dump is, and its callers: of the
// goroutine that crashed, in what the runtime writes when it ends a process. It
// is empty if the dump has none.
func Place(dump string) string {
	all := parseGoroutines(dump)
	if len(all) == 0 {
		return ""
	}
	return all[0].path()
}

// Foreign is [Place] of the implementation's frames alone, without those of the
// harness that called it.
func Foreign(dump string) string {
	all := parseGoroutines(dump)
	if len(all) == 0 {
		return ""
	}
	return all[0].foreignPath()
}

// Inside says where a goroutine of the caller's bubble is that has called a method of
// the implementation, "" if there is none.
func Inside(method string) string {
	for _, g := range bubbleGoroutines() {
		if g.isCalledIn(method) {
			return fmt.Sprintf("%q in %s", g.state, g.foreignPath())
		}
	}
	return ""
}
