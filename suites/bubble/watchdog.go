package bubble

import (
	"fmt"
	"slices"
	"time"
)

const (
	// starvedPatience is how many times the patience a run may stand still that
	// gets next to no processor time.
	starvedPatience = 8
	// crawlPatience is how many times the patience, in processor time, a run
	// may need for virtual time to be seen passing at all.
	crawlPatience = 8
	// judgedPatience is the patience with a run that has its verdict.
	judgedPatience = time.Second
)

// Limits are what a run may take before it is given up.
type Limits struct {
	// Patience is for how long, in real time, nothing may happen.
	Patience time.Duration
	// Memory is how much of it, in MiB, the process may hold.
	Memory int
}

// Vitals are what a watcher outside sees of a run.
type Vitals struct {
	// Now is the virtual time, as of the latest moment at which the run noted it.
	Now time.Duration
	// Events is how many things have happened: messages, and whatever else the
	// run counts. A run in which something happens is not stuck.
	Events int
	// Judged says that the run has its verdict; nobody waits long for its end.
	Judged bool
}

// A watchdog watches over one run.
type watchdog struct {
	limits Limits
	vitals func() Vitals
	bubble func() int // its number, 0 before it is known

	last     Vitals
	still    Stopwatch     // since anything happened
	stillCPU time.Duration // processor time at that moment
	nowCPU   time.Duration // processor time when virtual time was last seen passing
}

func newWatchdog(l Limits, vitals func() Vitals, bubble func() int) *watchdog {
	cpu := cpuTime()
	return &watchdog{limits: l, vitals: vitals, bubble: bubble, last: Vitals{Now: -1}, stillCPU: cpu, nowCPU: cpu}
}

// watch waits for the end. It returns nil if that came, and the outcome if it
// gave the run up before.
func (w *watchdog) watch(ended chan struct{}) *Outcome {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return nil
		case <-ticker.C:
		}
		if o := w.look(time.Now()); o != nil {
			o.At = w.last.Now
			return o
		}
	}
}

// look returns an outcome if the run has gone beyond its limits.
func (w *watchdog) look(now time.Time) *Outcome {
	if text := tooMuchMemory(w.limits.Memory); text != "" {
		return &Outcome{End: Boundless, Facts: []string{text}}
	}
	seen, cpu := w.vitals(), cpuTime()
	passed := seen.Now != w.last.Now
	happened := passed || seen.Events != w.last.Events && !seen.Judged // a flood is not waited for
	w.last = seen
	if passed {
		w.nowCPU = cpu
	}
	if happened {
		w.still.Restart(now)
		w.stillCPU = cpu
	}
	switch patience := w.patience(); {
	case w.stuck(now, cpu, patience):
		return w.stuckOutcome(patience)
	case cpu-w.nowCPU > crawlPatience*patience:
		return w.crawlingOutcome(cpu - w.nowCPU)
	}
	return nil
}

// patience is how long nothing may happen.
func (w *watchdog) patience() time.Duration {
	if w.last.Judged {
		return min(w.limits.Patience, judgedPatience)
	}
	return w.limits.Patience
}

// stuck reports whether it is the run's doing that nothing happens. On a busy
// machine a run may wait for a processor for long; it can run then, but hardly
// does.
func (w *watchdog) stuck(now time.Time, cpu, patience time.Duration) bool {
	stood := w.still.Look(now)
	if stood <= patience {
		return false
	}
	starved := cpu-w.stillCPU < patience/2 && slices.ContainsFunc(inBubble(allGoroutines(), w.bubble()), goroutine.canRun)
	return !starved || stood > starvedPatience*patience
}

func (w *watchdog) stuckOutcome(patience time.Duration) *Outcome {
	goroutines, diagnosis := lookInto(w.bubble())
	return &Outcome{End: Stuck, Goroutines: describe(goroutines),
		Facts: []string{fmt.Sprintf("virtual time has stood still for %v of real time", patience), diagnosis}}
}

func (w *watchdog) crawlingOutcome(spent time.Duration) *Outcome {
	return &Outcome{End: Crawling, Goroutines: describe(inBubble(allGoroutines(), w.bubble())),
		Facts: []string{fmt.Sprintf("virtual time crawls: in %v of processor time it did not get on from %.6fs to the next look, and the run is at its event number %d",
			spent.Round(time.Second), w.last.Now.Seconds(), w.last.Events)}}
}
