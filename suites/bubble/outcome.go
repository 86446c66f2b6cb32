package bubble

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// An End is how a run ended.
type End string

const (
	// Returned: the function returned. Goroutines may be left.
	Returned End = "returned"
	// Stuck: nothing happened for as long as the limits allow.
	Stuck End = "stuck"
	// Crawling: things happened, but virtual time hardly passed.
	Crawling End = "crawling"
	// Boundless: the process held more memory than the limits allow.
	Boundless End = "boundless"
	// Panicked: package synctest panicked, though no goroutine was left.
	Panicked End = "panicked"
)

// An Outcome is how a run ended, and why.
type Outcome struct {
	End End
	// At is the virtual time at the latest look before the end.
	At time.Duration
	// Facts say why the run did not end well, each in a line or a few.
	Facts []string
	// Left is how many goroutines were left when the function had returned.
	Left int
	// Goroutines describes those that are left, or that a run was abandoned
	// with, for people.
	Goroutines string
}

// Abandoned reports whether the run was given up. What is left of it may still
// be going on.
func (o Outcome) Abandoned() bool { return o.End != Returned }

// lastWords begins what a process says that ends itself for the memory it holds.
const lastWords = "raftcheck gives up: "

// dieIfBoundless ends the process once it holds twice what it may. It watches
// over what an abandoned run left behind, as long as that has not ended: it goes
// on and cannot be stopped, and before it takes the machine's last memory the
// verdicts of other runs are the lesser loss.
func (o Outcome) dieIfBoundless(limit int, ended chan struct{}) {
	for ; !isClosed(ended); time.Sleep(lookEvery) {
		if tooMuchMemory(2*limit) != "" {
			panic(fmt.Sprintf("%s%s: %s; the run was given up, does not stop and holds %d MiB of memory and %d goroutines by now",
				lastWords, o.End, strings.Join(o.Facts, "; "), memoryHeld(), runtime.NumGoroutine()))
		}
	}
}

// LastWords returns the outcome of a run whose process ended itself for the
// memory it held. It is given the runtime's message about the panic; ok is false
// if that is about something else.
func LastWords(message string) (o Outcome, ok bool) {
	text, ok := strings.CutPrefix(message, "panic: "+lastWords)
	end, fact, _ := strings.Cut(text, ": ")
	return Outcome{End: End(end), Facts: []string{fact}}, ok
}

func isClosed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}
