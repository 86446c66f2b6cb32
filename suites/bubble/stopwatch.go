package bubble

import "time"

// lookEvery is how often a watcher looks, in real time.
const lookEvery = 100 * time.Millisecond

// longestLook is what a stretch between two looks counts for at most.
const longestLook = 10 * lookEvery

// A Stopwatch measures, in real time, how long something has lasted while this
// process ran: a process that is stopped (Ctrl-Z), or whose machine sleeps,
// does not look, and of a stretch between two looks that is longer than a second
// a second counts. The zero Stopwatch begins with the first look. It is used by
// one goroutine.
type Stopwatch struct {
	lasted time.Duration
	looked time.Time
}

// Look returns how long it has lasted by now. It wants to be called every tenth
// of a second or so.
func (s *Stopwatch) Look(now time.Time) (lasted time.Duration) {
	if !s.looked.IsZero() {
		s.lasted += min(now.Sub(s.looked), longestLook)
	}
	s.looked = now
	return s.lasted
}

// Restart has it begin again with this look.
func (s *Stopwatch) Restart(now time.Time) { *s = Stopwatch{looked: now} }
