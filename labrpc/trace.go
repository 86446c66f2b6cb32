package labrpc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// EventKind says what happened in an [Event].
type EventKind string

// The kinds of events that the network adds. Whoever drives the network adds
// kinds of its own with [Trace.Add].
const (
	EventSend    EventKind = "send"    // a datagram entered its link
	EventDeliver EventKind = "deliver" // a copy of it reached the other replica
	EventLost    EventKind = "lost"    // the link lost it, or its sender crashed before it left
	EventCut     EventKind = "cut"     // it met a cut link
	EventDown    EventKind = "down"    // it reached a replica that was not there
	EventHeld    EventKind = "held"    // it waits at the link until that is released
	EventBoot    EventKind = "boot"    // a replica's node came up
	EventHalt    EventKind = "halt"    // a replica's node went down
)

// Event is one entry of a trace.
type Event struct {
	// At is the time since the network was made.
	At time.Duration
	// Kind says what happened.
	Kind EventKind
	// From and To are the ends of the link for the network's own datagram
	// events, -1 where there is none. For events of one replica From is that
	// replica.
	From, To int
	// Datagram identifies the datagram, the same for all its events, zero if
	// the event is not about one.
	Datagram uint64
	// Reply says that the datagram is the reply of a call.
	Reply bool
	// Size is the datagram's length in bytes.
	Size int
	// Text is the method, or whatever else describes the event.
	Text string
	// Content is what the message says, rendered for people and bounded in
	// length; empty without [Config.Contents]. No part of the trace's hash, so
	// that runs with and without it can be compared.
	Content string
	// Note is what [Config.Note] made of the message, for [Config.Watch]. Without
	// [Config.Contents] the trace does not keep it. No part of the trace's hash.
	Note any
	// Saves is how often the replica that sends a message, or is handed one, had
	// saved its state: before it called Send or Call, or its handler returned, or
	// was called. Zero for other events and without [Config.Saves]. What is known of
	// two goroutines of one instant is their order in truth, so this is no part of
	// the trace's hash.
	Saves int
}

// String renders the event as a line of text without a line feed.
func (e Event) String() string {
	s := fmt.Sprintf("%12.6fs  %-8s", e.At.Seconds(), e.Kind)
	switch {
	case e.To >= 0:
		s += fmt.Sprintf(" %d→%d ", e.From, e.To)
	case e.From >= 0:
		s += fmt.Sprintf(" %d   ", e.From)
	}
	s += " " + e.Text
	if e.Reply {
		s += " reply"
	}
	if e.Datagram != 0 {
		s += fmt.Sprintf(" (%d bytes, %016x)", e.Size, e.Datagram)
	}
	return strings.TrimRight(s, " ")
}

// compare orders the events of one instant, whose order of arrival is up to the
// Go scheduler. Only equal events compare as equal.
func (e Event) compare(o Event) int {
	if c := cmp.Compare(e.Kind.rank(), o.Kind.rank()); c != 0 {
		return c // spares most pairs the rest
	}
	return cmp.Or(
		cmp.Compare(e.Kind, o.Kind),
		cmp.Compare(e.From, o.From), cmp.Compare(e.To, o.To),
		cmp.Compare(e.Datagram, o.Datagram), cmp.Compare(e.Text, o.Text),
		cmp.Compare(e.Size, o.Size), compareBools(e.Reply, o.Reply),
	)
}

// rank puts the events of one instant in the order in which they can cause each
// other.
func (k EventKind) rank() int {
	switch k {
	case EventHalt, EventBoot:
		return 0
	case EventHeld, EventDeliver, EventDown:
		return 1
	case EventSend:
		return 3
	case EventCut, EventLost:
		return 4
	}
	return 2
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (e Event) addTo(h digest) digest {
	return h.number(uint64(e.At)).string(string(e.Kind)).
		number(uint64(e.From)).number(uint64(e.To)).
		number(e.Datagram).bool(e.Reply).number(uint64(e.Size)).string(e.Text)
}

// traceLimit is how many of the latest events a trace keeps. The hash covers
// all of them.
const traceLimit = 1 << 18

// blockSize is how many events are kept together.
const blockSize = 1 << 8

// Trace is the record of a run. It is safe for concurrent use.
type Trace struct {
	mu      sync.Mutex
	instant []Event   // the events of the latest instant, as they came
	closed  int       // number of events of earlier instants
	hash    digest    // of the closed events
	kept    [][]Event // the latest of the closed events, in blocks
	watch   func(Event)
	notes   bool // are kept
}

// Add appends an event. Events are to be added in the order of their times;
// those of one time are put in an order of their own.
func (t *Trace) Add(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.instant) > 0 && t.instant[0].At != e.At {
		t.closeInstant()
	}
	t.instant = append(t.instant, e)
}

// sorted returns the events of the latest instant in order. More may come.
func (t *Trace) sorted() []Event {
	if len(t.instant) > 1 {
		slices.SortFunc(t.instant, Event.compare)
	}
	return t.instant
}

// closeInstant hashes and keeps the events of the latest instant.
func (t *Trace) closeInstant() {
	for _, e := range t.sorted() {
		t.hash = e.addTo(t.hash)
		if t.watch != nil {
			t.watch(e)
		}
		if !t.notes {
			e.Note = nil
		}
		t.keep(e)
		t.closed++
	}
	t.instant = t.instant[:0]
}

// keep adds a closed event. A block is dropped when the others suffice.
func (t *Trace) keep(e Event) {
	if t.closed%blockSize == 0 {
		t.kept = append(t.kept, make([]Event, 0, blockSize))
	}
	if len(t.kept) > traceLimit/blockSize+1 {
		t.kept = slices.Delete(t.kept, 0, 1)
	}
	latest := &t.kept[len(t.kept)-1]
	*latest = append(*latest, e)
}

// Hash returns a hash of all events so far. Two runs with the same hash saw the
// same events at the same times.
func (t *Trace) Hash() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.hash
	for _, e := range t.sorted() { // stays open, for more may come
		h = e.addTo(h)
	}
	return uint64(h)
}

// Len returns how many events were added.
func (t *Trace) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed + len(t.instant)
}

// Events returns the events in order: all of them, or the latest 262,144 of a
// longer run.
func (t *Trace) Events() []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	events := append(slices.Concat(t.kept...), t.sorted()...)
	return events[max(0, len(events)-traceLimit):]
}
