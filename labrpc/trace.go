package labrpc

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"
	"slices"
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
	EventLost    EventKind = "lost"    // the link lost it
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
	return s
}

// compare orders the events of one instant, whose order of arrival is up to the
// Go scheduler.
func (e Event) compare(o Event) int {
	return cmp.Or(
		cmp.Compare(e.At, o.At), cmp.Compare(e.Kind, o.Kind),
		cmp.Compare(e.From, o.From), cmp.Compare(e.To, o.To),
		cmp.Compare(e.Datagram, o.Datagram), cmp.Compare(e.Text, o.Text),
		cmp.Compare(e.Size, o.Size),
	)
}

// traceLimit is how many of the latest events a trace keeps. The hash covers
// all of them.
const traceLimit = 1 << 18

// Trace is the record of a run. It is safe for concurrent use.
type Trace struct {
	mu      sync.Mutex
	instant []Event // the events of the latest instant, not hashed yet
	kept    []Event // a ring once it is full
	count   int     // events hashed so far
	hash    hash.Hash64
}

func newTrace() *Trace { return &Trace{hash: fnv.New64a()} }

// Add appends an event. Events are to be added in the order of their times.
func (t *Trace) Add(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.instant) > 0 && t.instant[0].At != e.At {
		t.closeInstant()
	}
	t.instant = append(t.instant, e)
}

// closeInstant puts the events of the latest instant in order, hashes and keeps
// them.
func (t *Trace) closeInstant() {
	slices.SortFunc(t.instant, Event.compare)
	for _, e := range t.instant {
		t.addToHash(e)
		if len(t.kept) < traceLimit {
			t.kept = append(t.kept, e)
		} else {
			t.kept[t.count%traceLimit] = e
		}
		t.count++
	}
	t.instant = t.instant[:0]
}

func (t *Trace) addToHash(e Event) {
	var b [128]byte
	buf := binary.AppendVarint(b[:0], int64(e.At))
	buf = binary.AppendVarint(buf, int64(e.From))
	buf = binary.AppendVarint(buf, int64(e.To))
	buf = binary.AppendUvarint(buf, e.Datagram)
	buf = binary.AppendVarint(buf, int64(e.Size))
	buf = append(buf, e.Kind...)
	buf = append(buf, 0)
	buf = append(buf, e.Text...)
	buf = append(buf, 0)
	t.hash.Write(buf)
}

// Hash returns a hash of all events so far. Two runs with the same hash saw the
// same events at the same times.
func (t *Trace) Hash() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closeInstant()
	return t.hash.Sum64()
}

// Len returns how many events were added.
func (t *Trace) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count + len(t.instant)
}

// Events returns the events in order: all of them, or the latest 262,144 of a
// longer run.
func (t *Trace) Events() []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closeInstant()
	if t.count <= traceLimit {
		return slices.Clone(t.kept)
	}
	oldest := t.count % traceLimit
	return slices.Concat(t.kept[oldest:], t.kept[:oldest])
}
