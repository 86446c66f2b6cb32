package checker

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Safety watches a run from outside, by what replicas say and deliver, and
// reports every [Violation] it can prove. A correct Raft never trips it, no
// matter how it is crashed: a rule that is not certain stays silent.
//
// It is safe for concurrent use, and every report costs about the same however
// long the run is. Its memory grows with the commands of the run, by less
// than a kilobyte each.
//
// # What the caller owes
//
// A command is named by a text that is its own: two texts are equal if and
// only if they are the same command.
//
// Every report carries the time since the start of the run. The time of
// [Safety.Observe] and [Safety.Starting] is read before the replica is asked;
// that of all others after what they report. Two reports of the same instant
// are never held against each other unless their order is certain, so in
// virtual time, where asking takes none, nothing more is needed. On the wall
// clock, do not ask one replica for its state from two goroutines at once.
//
// Deliveries of a replica are reported in the order in which they were
// received, and none of an earlier life after [Safety.Restarted]. A command is announced with Starting before Start is called, and a
// snapshot with [Safety.Snapshotted] before it is handed over: what a replica
// delivers may otherwise seem to come from nowhere.
type Safety struct {
	mu       sync.Mutex
	replicas []instance
	commands map[string]*command
	leaders  map[int]*sighting   // term to the replica first seen leading it; nil: reported
	entries  map[entryID]placing // to what Start first placed there
	log      map[int]delivery    // index to the command first delivered there
	skips    map[int]skip        // index to a replica that delivered past it
	jumps    []skip              // skips too wide to be noted by index
	given    map[int][]gift      // index to the snapshots services gave for it
	commits  stairs[position]    // by the term they were committed in, at most
	starts   stairs[placing]     // by term
	found    []Violation
	counts   map[Property]int
}

// instance is one life of a replica, from start to crash.
type instance struct {
	replica int
	life    int // how often the replica was restarted
	running bool
	// wentBack says that this life's terms were reported; one is enough.
	wentBack bool

	// shown are the terms the replica has shown, rising in term and time, as
	// far as they bind this life.
	shown []sighting
	// top is the highest place Start gave out in the latest term it did.
	top placing

	restored int      // index of the snapshot this life began with
	last     position // latest delivery
	before   position // latest delivery at an earlier instant than last
}

// sighting is a replica seen in a term.
type sighting struct {
	at      time.Duration
	replica int
	life    int
	term    int
	leader  bool
	started *command // seen by the answer to this Start; nil: by GetState
}

// fact words the sighting.
func (s sighting) fact() Fact {
	switch {
	case s.started != nil:
		return fact(s.at, s.replica, "took %s as the leader of term %d", s.started.text, s.term)
	case s.leader:
		return fact(s.at, s.replica, "said it is the leader of term %d", s.term)
	}
	return fact(s.at, s.replica, "said it is in term %d", s.term)
}

// NewSafety returns a watcher over replicas 0 to replicas-1, all running, all
// new.
func NewSafety(replicas int) *Safety {
	s := &Safety{
		replicas: make([]instance, replicas),
		commands: make(map[string]*command),
		leaders:  make(map[int]*sighting),
		entries:  make(map[entryID]placing),
		log:      make(map[int]delivery),
		skips:    make(map[int]skip),
		given:    make(map[int][]gift),
		counts:   make(map[Property]int),
	}
	for i := range s.replicas {
		s.replicas[i] = instance{replica: i, running: true}
	}
	return s
}

// kept is how many violations of one property are kept: the first say what
// went wrong, the others are its consequences.
const kept = 8

// Violations returns what was found so far, in order; of each property the
// first eight.
func (s *Safety) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.found...)
}

// First returns the first violation, nil if there is none. It is cheap.
func (s *Safety) First() *Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.found) == 0 {
		return nil
	}
	v := s.found[0]
	return &v
}

// Observe reports what GetState said.
func (s *Safety) Observe(at time.Duration, replica, term int, leader bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.running("Observe", replica)
	if r == nil {
		return
	}
	seen := sighting{at: at, replica: replica, life: r.life, term: term, leader: leader}
	if earlier, ok := r.sighted(at); ok && earlier.term > term {
		s.termWentBack(r, earlier, seen)
	}
	if leader {
		s.led(seen)
	}
	s.show(r, seen)

	p := r.last
	if p.at >= at {
		p = r.before
	}
	if p.index > 0 && p.at < at {
		s.committed(r, p, seen)
	}
}

// Crashed reports that a replica was stopped. Reports that still come from it
// are ignored until it is restarted.
//
// What the replica showed before the time saved is taken to be on its storage:
// pass at itself if saves take no time, and the begin of the oldest unfinished
// save if they do. A term shown later may be lost in the crash. A correct Raft
// may show a term that it is about to save, and the clock does not move
// between the two.
func (s *Safety) Crashed(at time.Duration, replica int, saved time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.running("Crashed", replica)
	if r == nil {
		return
	}
	r.running = false
	r.shown = binding(r.shown, saved, len(s.replicas))
}

// Restarted reports that a replica runs again, its service restored from the
// snapshot at snapshotIndex, 0 for none. A replica that was not reported
// crashed is taken to have lost what it may.
func (s *Safety) Restarted(at time.Duration, replica, snapshotIndex int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.replica("Restarted", replica)
	if r.running {
		r.shown = binding(r.shown, 0, len(s.replicas))
	}
	*r = instance{
		replica: replica, life: r.life + 1, running: true, shown: r.shown, restored: snapshotIndex,
		last: position{at: at, replica: replica, index: snapshotIndex, how: restored},
	}
}

// binding returns the part of shown that a crash cannot undo: what was shown
// before saved, and terms in which the replica led. It asked others for their
// votes then, so its term was on storage. A cluster of one asks nobody.
func binding(shown []sighting, saved time.Duration, replicas int) []sighting {
	for n := len(shown); n > 0; n-- {
		if last := shown[n-1]; last.at < saved || last.leader && replicas > 1 {
			return shown[:n:n]
		}
	}
	return nil
}

// sighted returns the latest sighting before at.
func (r *instance) sighted(at time.Duration) (sighting, bool) {
	for i := len(r.shown) - 1; i >= 0; i-- {
		if r.shown[i].at < at {
			return r.shown[i], true
		}
	}
	return sighting{}, false
}

// show notes a term. Of a term's sightings the first counts, and whether the
// replica ever led it.
func (s *Safety) show(r *instance, seen sighting) {
	if n := len(r.shown); n > 0 {
		last := &r.shown[n-1]
		if seen.term < last.term || seen.at < last.at {
			return
		}
		if seen.term == last.term {
			last.leader = last.leader || seen.leader
			return
		}
	}
	r.shown = append(r.shown, seen)
}

// termWentBack reports a term lower than one shown before.
func (s *Safety) termWentBack(r *instance, earlier, seen sighting) {
	if r.wentBack {
		return
	}
	r.wentBack = true
	now := seen.fact()
	if earlier.life != r.life {
		now.Text += ", after a restart"
	}
	s.violated(TermMonotonicity, seen.at, earlier.fact(), now)
}

// led checks Election Safety, and reports a term once.
func (s *Safety) led(seen sighting) {
	first, ok := s.leaders[seen.term]
	switch {
	case !ok:
		s.leaders[seen.term] = &seen
	case first != nil && first.replica != seen.replica:
		s.violated(ElectionSafety, seen.at, first.fact(), seen.fact())
		s.leaders[seen.term] = nil
	}
}

// violated records a violation. It expects s.mu to be held.
func (s *Safety) violated(p Property, at time.Duration, facts ...Fact) {
	s.counts[p]++
	if s.counts[p] <= kept {
		slices.SortStableFunc(facts, func(a, b Fact) int { return cmp.Compare(a.At, b.At) })
		s.found = append(s.found, Violation{Property: p, At: at, Facts: facts})
	}
}

// replica returns the current instance of a replica.
func (s *Safety) replica(method string, replica int) *instance {
	if replica < 0 || replica >= len(s.replicas) {
		panic(fmt.Sprintf("checker: Safety.%s: replica is %d, want 0 to %d", method, replica, len(s.replicas)-1))
	}
	return &s.replicas[replica]
}

// running returns the current instance of a replica, nil if it is down.
func (s *Safety) running(method string, replica int) *instance {
	if r := s.replica(method, replica); r.running {
		return r
	}
	return nil
}

// fact words a fact.
func fact(at time.Duration, replica int, format string, args ...any) Fact {
	return Fact{At: at, Replica: replica, Text: fmt.Sprintf(format, args...)}
}
