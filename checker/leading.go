package checker

import (
	"slices"
	"time"
)

// command is what is known of one command.
type command struct {
	text   string
	asked  []asking  // calls of Start under way
	places []placing // what Start returned, usually one
	// refused is where Start last refused the command, if refusals > 0.
	refused  refusal
	refusals int
	// early is a delivery that cannot be judged while Start is under way.
	early *delivery
	// judged says that a violation of Start Index was found; one is enough.
	judged bool
}

// asking is a call of Start under way, and what had been seen of the replica
// when it began. What was seen then certainly came before what Start returns.
type asking struct {
	replica, life int
	shown         sighting // highest term; term 0: none
	top           placing
	last          position
}

// entryID identifies an entry, by Log Matching.
type entryID struct{ index, term int }

// refusal is a command that Start refused.
type refusal struct {
	at      time.Duration
	replica int
	command *command
}

func (r refusal) fact() Fact { return fact(r.at, r.replica, "refused %s", r.command.text) }

// placing is a command that Start placed in the log.
type placing struct {
	at      time.Duration
	replica int
	life    int
	command *command
	index   int
	term    int
}

func (p placing) fact() Fact {
	return fact(p.at, p.replica, "placed %s at index %d as the leader of term %d", p.command.text, p.index, p.term)
}

// Starting reports that Start is about to be called. It is answered by
// Started or Refused; if neither follows, nothing is assumed about the call.
func (s *Safety) Starting(at time.Duration, replica int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.replica("Starting", replica)
	a := asking{replica: replica, life: r.life, top: r.top, last: r.last}
	if n := len(r.shown); n > 0 {
		a.shown = r.shown[n-1]
	}
	c := s.command(text)
	c.asked = append(c.asked, a)
}

// Started reports that Start returned true, with this index and term.
func (s *Safety) Started(at time.Duration, replica int, text string, index, term int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.replica("Started", replica)
	c := s.command(text)
	a, announced := c.answered(replica)
	placed := placing{at: at, replica: replica, life: r.life, command: c, index: index, term: term}
	c.places = append(c.places, placed)
	defer s.placedLate(c, at)

	if !r.running || announced && a.life != r.life {
		// The replica crashed meanwhile. What it said after that reached
		// nobody, and whether it said this before is not certain.
		return
	}
	seen := sighting{at: at, replica: replica, life: r.life, term: term, leader: true, started: c}
	if a.shown.term > term {
		s.termWentBack(r, a.shown, seen)
	}
	s.led(seen)
	s.show(r, seen)

	id := entryID{index, term}
	first, taken := s.entries[id]
	switch {
	case a.top.term == term && a.top.index >= index:
		s.violated(LeaderAppendOnly, at, a.top.fact(), placed.fact())
	case taken && first.command != c && (first.life == r.life || len(s.replicas) > 1):
		// A cluster of one may lose a term nobody else saw, and lead it again.
		s.violated(LogMatching, at, first.fact(), placed.fact())
	}
	if !taken {
		s.entries[id] = placed
	}
	if term > r.top.term || term == r.top.term && index > r.top.index {
		r.top = placed
	}
	if a.last.index > 0 {
		s.committed(r, a.last, seen)
	}
	s.appended(placed)
}

// Refused reports that Start returned false.
func (s *Safety) Refused(at time.Duration, replica int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replica("Refused", replica)
	c := s.command(text)
	c.answered(replica)
	c.refused = refusal{at: at, replica: replica, command: c}
	c.refusals++
	s.placedLate(c, at)
}

// command returns what is known of a command, which may be nothing.
func (s *Safety) command(text string) *command {
	c := s.commands[text]
	if c == nil {
		c = &command{text: text}
		s.commands[text] = c
	}
	return c
}

// answered ends a call of Start.
func (c *command) answered(replica int) (a asking, announced bool) {
	i := slices.IndexFunc(c.asked, func(a asking) bool { return a.replica == replica })
	if i < 0 {
		return asking{}, false
	}
	a = c.asked[i]
	if c.asked = slices.Delete(c.asked, i, i+1); len(c.asked) == 0 {
		c.asked = nil
	}
	return a, true
}

// committed takes note that entries up to a delivery's index were committed in
// a term no later than that of seen, a sighting of the same life after the
// delivery: the replica learned of the commitment from a leader, whose term it
// had then reached. A leader of a later term has these entries from the day it
// is elected, and so places commands only behind them.
//
// What a life began with does not count. A crash may have kept a snapshot and
// lost the term that came with it.
func (s *Safety) committed(r *instance, p position, seen sighting) {
	if p.index <= r.restored {
		return
	}
	p.seen = seen
	s.commits.addHighest(seen.term, p.index, p)
	if later, ok := s.starts.firstAbove(seen.term); ok && later.index <= p.index {
		s.incomplete(later.value, p, seen.at)
	}
}

// appended checks Leader Completeness for a command just placed.
func (s *Safety) appended(placed placing) {
	s.starts.addLowest(placed.term, placed.index, placed)
	if earlier, ok := s.commits.lastBelow(placed.term); ok && earlier.index >= placed.index {
		s.incomplete(placed, earlier.value, placed.at)
	}
}

// incomplete reports a leader that lacks an entry that was committed by a term
// before its own, as the term shows in which the replica was that delivered it. If
// what the leader placed is what was committed there, nothing is missing: then the
// replica was told of it by the leader's term or a later one, and has not taken
// that over.
func (s *Safety) incomplete(placed placing, p position, at time.Duration) {
	delivered, property := p.fact(), LeaderCompleteness
	if d, ok := s.log[placed.index]; ok && d.command == placed.command {
		property = TermUpdate
	}
	delivered.Text += ", and was in term " + itoa(p.seen.term) + " at " + seconds(p.seen.at)
	s.violated(property, at, delivered, placed.fact())
}
