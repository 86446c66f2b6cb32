package checker

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"time"
)

// how a replica came to an index.
type how int

const (
	nowhere   how = iota
	applied       // a command was delivered
	installed     // a snapshot was delivered
	restored      // its service restored a snapshot before it was started
)

// position is how far a replica had come at some time.
type position struct {
	at      time.Duration
	replica int
	index   int
	how     how
	command *command // if applied
	seen    sighting // if in Safety.commits: a later sighting of the replica
}

func (p position) fact() Fact {
	switch p.how {
	case applied:
		return fact(p.at, p.replica, "applied %s at index %d", p.command.text, p.index)
	case installed:
		return fact(p.at, p.replica, "delivered a snapshot at index %d", p.index)
	case restored:
		return fact(p.at, p.replica, "was restarted with the snapshot at index %d", p.index)
	}
	return fact(p.at, p.replica, "was started with an empty log")
}

// delivery is a command delivered at an index.
type delivery struct {
	at      time.Duration
	replica int
	index   int
	command *command
}

func (d delivery) fact() Fact {
	return fact(d.at, d.replica, "applied %s at index %d", d.command.text, d.index)
}

// skip is a replica that delivered nothing at the indexes between two
// positions: right for entries that are not commands, and only for them.
type skip struct {
	from position
	to   delivery
}

func (k skip) fact() Fact {
	f := k.to.fact()
	if k.from.index == 0 {
		f.Text += ", as the first"
	} else {
		f.Text += ", the next after index " + itoa(k.from.index)
	}
	return f
}

// widest is the widest skip that is noted index by index. A correct Raft skips
// an index or two a term.
const widest = 256

// Applied reports that a command was delivered.
func (s *Safety) Applied(at time.Duration, replica, index int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.running("Applied", replica)
	if r == nil {
		return
	}
	d := delivery{at: at, replica: replica, index: index, command: s.command(text)}
	s.startedThere(d)
	s.entry(r, d)
}

// Configured reports that a configuration was delivered, which nobody gives to
// Start. Its text names it as that of a command does, so the index is part of it.
func (s *Safety) Configured(at time.Duration, replica, index int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.running("Configured", replica); r != nil {
		s.entry(r, delivery{at: at, replica: replica, index: index, command: s.command(text)})
	}
}

// entry checks what holds for the delivery of any entry.
func (s *Safety) entry(r *instance, d delivery) {
	if d.index <= r.last.index {
		s.violated(ApplyOrder, d.at, r.last.fact(), d.fact())
		s.alone(d)
		return
	}
	s.alone(d)
	if d.index > r.last.index+1 {
		s.skipped(skip{from: r.last, to: d})
	}
	r.reach(position{at: d.at, replica: d.replica, index: d.index, how: applied, command: d.command})
}

// Installed reports that a snapshot was delivered.
func (s *Safety) Installed(at time.Duration, replica, index int, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.running("Installed", replica)
	if r == nil {
		return
	}
	p := position{at: at, replica: replica, index: index, how: installed}
	s.genuine(p, content)
	if index < r.last.index {
		s.violated(SnapshotMonotonicity, at, r.last.fact(), p.fact())
		return
	}
	r.reach(p)
}

// Snapshotted reports that a service is about to give a snapshot of its state
// up to index to its replica. Services may give different bytes for one index.
func (s *Safety) Snapshotted(at time.Duration, replica, index int, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replica("Snapshotted", replica)
	g := gift{at: at, replica: replica, size: len(content), digest: maphash.Bytes(seed, content)}
	if !slices.ContainsFunc(s.given[index], g.same) {
		s.given[index] = append(s.given[index], g)
	}
}

// reach moves the replica's position forward.
func (r *instance) reach(p position) {
	if r.last.at < p.at {
		r.before = r.last
	}
	r.last = p
}

// alone checks State Machine Safety for a delivery: no replica delivered
// another command there, or nothing.
func (s *Safety) alone(d delivery) {
	first, ok := s.log[d.index]
	switch {
	case !ok:
		s.log[d.index] = d
		if k, ok := s.skips[d.index]; ok {
			s.violated(StateMachineSafety, d.at, k.fact(), d.fact())
			delete(s.skips, d.index)
		}
		for _, k := range s.jumps {
			if k.from.index < d.index && d.index < k.to.index {
				s.violated(StateMachineSafety, d.at, k.fact(), d.fact())
				break
			}
		}
	case first.command != d.command:
		s.violated(StateMachineSafety, d.at, first.fact(), d.fact())
	}
}

// skipped checks State Machine Safety for the indexes a replica skipped.
func (s *Safety) skipped(k skip) {
	if k.to.index-k.from.index > widest {
		s.jumped(k)
		return
	}
	for i := k.from.index + 1; i < k.to.index; i++ {
		if d, ok := s.log[i]; ok {
			s.violated(StateMachineSafety, k.to.at, d.fact(), k.fact())
			return
		}
	}
	for i := k.from.index + 1; i < k.to.index; i++ {
		if _, ok := s.skips[i]; !ok {
			s.skips[i] = k
		}
	}
}

// jumped is skipped for a wide skip. It looks at every delivery so far, so a
// few must do.
func (s *Safety) jumped(k skip) {
	if len(s.jumps) >= kept {
		return
	}
	s.jumps = append(s.jumps, k)
	lowest := delivery{index: k.to.index}
	for i, d := range s.log {
		if k.from.index < i && i < lowest.index {
			lowest = d
		}
	}
	if lowest.index < k.to.index {
		s.violated(StateMachineSafety, k.to.at, lowest.fact(), k.fact())
	}
}

// startedThere checks Start Index for a delivery.
func (s *Safety) startedThere(d delivery) {
	c := d.command
	if c.judged || slices.ContainsFunc(c.places, func(p placing) bool { return p.index == d.index }) {
		return
	}
	if len(c.asked) > 0 {
		if c.early == nil {
			c.early = &d
		}
		return
	}
	c.judged = true
	switch {
	case len(c.places) > 0:
		s.violated(StartIndex, d.at, c.places[len(c.places)-1].fact(), d.fact())
	case c.refusals > 0:
		s.violated(StartIndex, d.at, c.refused.fact(), d.fact())
	default:
		f := d.fact()
		f.Text += ", which nobody ever gave to Start"
		s.violated(StartIndex, d.at, f)
	}
}

// placedLate checks Start Index for a delivery that came before Start had
// returned.
func (s *Safety) placedLate(c *command, at time.Duration) {
	if d := c.early; d != nil && len(c.asked) == 0 {
		c.early = nil
		s.startedThere(*d)
	}
}

// gift is a snapshot that a service gave to its replica.
type gift struct {
	at      time.Duration
	replica int
	size    int
	digest  uint64
}

func (g gift) same(other gift) bool { return g.size == other.size && g.digest == other.digest }

// genuine checks Snapshot Content for a delivered snapshot.
func (s *Safety) genuine(p position, content []byte) {
	got := gift{size: len(content), digest: maphash.Bytes(seed, content)}
	given := s.given[p.index]
	if slices.ContainsFunc(given, got.same) {
		return
	}
	f := p.fact()
	f.Text += fmt.Sprintf(" of %d bytes, which no service gave for that index", got.size)
	facts := []Fact{f}
	if len(given) > 0 {
		g := given[0]
		facts = append(facts, fact(g.at, g.replica, "was given a snapshot for index %d, of %d bytes", p.index, g.size))
	}
	s.violated(SnapshotContent, p.at, facts...)
}

func itoa(i int) string { return strconv.Itoa(i) }
