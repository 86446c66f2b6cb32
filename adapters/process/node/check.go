package node

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A checked cluster is one of processes without a fault, whose clock goes from event to
// event. It is no judge: it speaks each event once, and knows the protocol.
type checked struct {
	command    Command
	transcript io.Writer
	impl       raftiface.Implementation
	replicas   []*speaker
	now        time.Duration
	number     int       // of what is pending, to tell those of one instant apart
	pending    []pending // in no order
	spoken     map[string]int
}

// A speaker is a replica of the cluster.
type speaker struct {
	process         *Process
	begun           time.Duration // the clock of its cluster at its init
	state, snapshot []byte
	term            int
	leader          bool
	applied         int
	configurations  int // delivered
	reads           int // answered
}

// Pending is an event that comes: a message, or a timer unless that is stopped.
type pending struct {
	at      time.Duration
	number  int
	replica int
	event   Event
}

const (
	// checkDelay is how long a message takes.
	checkDelay = time.Millisecond
	// checkFor is how long, in the cluster's time, something may take to come about.
	checkFor = 30 * time.Second
	// checkEvents are how many events may come meanwhile: many more than before an
	// election where each replica has a timer that goes off every millisecond.
	checkEvents = 30_000
)

// Check speaks the protocol with a node and writes what is said to transcript. It
// returns what was spoken, or an error with the first answer that is not the protocol,
// or what did not come about.
func Check(c Command, transcript io.Writer) (said string, err error) {
	w := &checked{command: c, transcript: transcript, spoken: map[string]int{}}
	if w.impl, err = Implementation(c); err != nil {
		return "", err
	}
	w.spoken[Hello] = 1
	defer w.close()
	defer func() {
		if v := recover(); v != nil {
			failed, ok := v.(checkFailed)
			if !ok {
				panic(v)
			}
			err = failed.error
		}
	}()
	w.story()
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(w.spoken)) {
		parts = append(parts, fmt.Sprintf("%d %s", w.spoken[kind], kind))
	}
	return fmt.Sprintf("%s %s speaks version %d of the protocol; it was told of %s", w.impl.Name, w.impl.Version, Version, strings.Join(parts, ", ")), nil
}

// checkFailed is what the story of a check panics with.
type checkFailed struct{ error }

func (w *checked) fail(format string, args ...any) { panic(checkFailed{fmt.Errorf(format, args...)}) }

func (w *checked) close() {
	for _, s := range w.replicas {
		if s.process != nil {
			s.process.End()
		}
	}
}

// story brings about each event that the node declares to know.
func (w *checked) story() {
	size := 3
	if !w.impl.Takes(size) {
		size = w.impl.Sizes[0]
	}
	for range size {
		w.replicas = append(w.replicas, &speaker{})
	}
	for i := range size {
		w.boot(i)
	}
	leader := w.leader()
	if w.impl.ElectionsOnly {
		return
	}
	w.commit(leader)
	w.declared(leader)
	last := size - 1
	w.replicas[last].process.End()
	w.boot(last)
	w.commit(w.leader())
	w.change(w.leader())
}

// declared tells of what not every node knows.
func (w *checked) declared(leader int) {
	if w.impl.Features.Snapshots {
		for i, s := range w.replicas {
			w.tell(i, Event{Event: Snapshot, Index: s.applied, Snapshot: []byte("the service's state")})
		}
	}
	if w.impl.Features.ReadIndex {
		w.tell(leader, Event{Event: Read, ID: 1})
		w.until("the leader answers the read", func() bool { return w.replicas[leader].reads > 0 })
	}
	other := w.behind(leader)
	if w.impl.Features.LeaderTransfer && other != leader {
		if w.tell(leader, Event{Event: Transfer, To: &other}).OK {
			w.until("the successor leads", func() bool { return w.replicas[other].leader })
		}
	}
}

// change has a replica leave. That is the end of the story, as it is sent nothing more.
func (w *checked) change(leader int) {
	other := w.behind(leader)
	if !w.impl.Features.Membership || other == leader {
		return
	}
	to := raftiface.Everybody(len(w.replicas)).Without(other)
	if w.tell(leader, Event{Event: Change, Members: membersOf(to)}).OK {
		w.until("the leader delivers a configuration", func() bool { return w.replicas[leader].configurations > 0 })
	}
}

// behind returns another replica, if there is one.
func (w *checked) behind(replica int) int { return (replica + 1) % len(w.replicas) }

// boot starts a replica on what it has saved.
func (w *checked) boot(i int) {
	process, err := w.command.Run()
	if err != nil {
		w.fail("%w", err)
	}
	s := w.replicas[i]
	*s = speaker{process: process, begun: w.now, state: s.state, snapshot: s.snapshot}
	w.pending = slices.DeleteFunc(w.pending, func(p pending) bool { return p.replica == i && p.event.Event == TimedOut })
	w.tell(i, Event{Event: Init, Protocol: Version, Replica: &i, Replicas: len(w.replicas), Seed: 1 + int64(w.spoken[Init]),
		Members: membersOf(raftiface.Everybody(len(w.replicas))), State: s.state, Snapshot: s.snapshot})
}

// leader waits for an election and returns its winner. Who led before may not have heard
// of it yet.
func (w *checked) leader() (leader int) {
	w.until("a replica says that it leads", func() bool {
		leader = -1
		for i, s := range w.replicas {
			if s.leader && (leader < 0 || s.term > w.replicas[leader].term) {
				leader = i
			}
		}
		return leader >= 0
	})
	return leader
}

// commit gives a command to all replicas. The leader takes it, and all apply it.
func (w *checked) commit(leader int) {
	for i := range w.replicas {
		if i != leader {
			w.tell(i, Event{Event: Start, Command: encodeCommand("of a follower")})
		}
	}
	a := w.tell(leader, Event{Event: Start, Command: encodeCommand("a command")})
	if a.Index == 0 {
		w.fail("replica %d says that it leads, and its answer to start has no index", leader)
	}
	w.until(fmt.Sprintf("all replicas apply the command at index %d", a.Index), func() bool {
		return !slices.ContainsFunc(w.replicas, func(s *speaker) bool { return s.applied < a.Index })
	})
}

// until lets time pass until something has come about.
func (w *checked) until(what string, come func() bool) {
	begin := w.now
	for events := 0; !come(); events++ {
		if events == checkEvents {
			w.fail("expected that %s, but that has not come about with %d events in %v of the cluster's time; are its times in nanoseconds?", what, events, w.now-begin)
		}
		if len(w.pending) == 0 {
			w.fail("expected that %s, but no timer is set and no message is under way at %v", what, w.now)
		}
		next := slices.MinFunc(w.pending, func(a, b pending) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.number, b.number)) })
		if next.at-begin > checkFor {
			w.fail("expected that %s, but that has not come about in %v of the cluster's time; check -v prints what was said", what, checkFor)
		}
		w.pending = slices.DeleteFunc(w.pending, func(p pending) bool { return p.number == next.number })
		w.now = next.at
		w.tell(next.replica, next.event)
	}
}

// tell tells a replica of an event and carries out what it answers.
func (w *checked) tell(i int, e Event) Answer {
	s := w.replicas[i]
	e.Now = w.now - s.begun
	line := e.Line()
	fmt.Fprintf(w.transcript, "%d ← %s", i, line)
	answer, err := s.process.Ask(line)
	var a Answer
	if err == nil {
		fmt.Fprintf(w.transcript, "%d → %s\n", i, answer)
		a, err = Decode(answer, e, len(w.replicas))
	}
	var mistake *Mistake
	switch {
	case errors.As(err, &mistake):
		w.fail("replica %d: the answer to %v is not the protocol: %w\n  event:  %s\n  answer: %s\n%s", i, e, err, shown(line[:len(line)-1]), shown(answer), s.process.Obituary())
	case err != nil:
		w.fail("replica %d, event %v: %w\n  event:  %s\n%s", i, e, err, shown(line[:len(line)-1]), s.process.Obituary())
	}
	w.spoken[e.Event]++
	for _, action := range a.Actions {
		w.carryOut(i, action)
	}
	s.term, s.leader = a.Term, a.Leader
	return a
}

func (w *checked) carryOut(i int, action Action) {
	s := w.replicas[i]
	switch a := action.(type) {
	case *SaveAction:
		if s.state = a.State; a.Snapshot != nil {
			s.snapshot = a.Snapshot
		}
	case *SendAction:
		w.comes(checkDelay, a.To, Event{Event: Received, From: &i, Body: a.Body})
	case *TimerAction:
		w.stop(i, a.ID)
		w.comes(a.After, i, Event{Event: TimedOut, Timer: a.ID})
	case *StopAction:
		w.stop(i, a.ID)
	case *ApplyAction:
		s.applied = a.Index
	case *InstallAction:
		s.applied = a.Index
	case *ConfigurationAction:
		s.applied = a.Index
		s.configurations++
	case *ReadAction:
		s.reads++
	}
}

func (w *checked) comes(after time.Duration, replica int, e Event) {
	w.number++
	w.pending = append(w.pending, pending{w.now + after, w.number, replica, e})
}

func (w *checked) stop(replica int, id string) {
	w.pending = slices.DeleteFunc(w.pending, func(p pending) bool {
		return p.replica == replica && p.event.Event == TimedOut && p.event.Timer == id
	})
}
