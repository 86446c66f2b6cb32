package hashicorpraft

import (
	"slices"

	"github.com/hashicorp/raft"
)

// A snapshot is what the FSM hands to the library as its state: the content
// that the service handed over, and what the FSM has delivered since.
// The library takes its snapshots at the FSM's index, which may be past the
// content's; the entries between fill the gap.
type snapshot struct {
	index, term uint64 // of the last entry that content reflects
	content     []byte
	members     members // in force there
	tail        []entry // after index, rising
}

// entry is one that the FSM delivers: a command, or a configuration. The library
// tells no term of a configuration.
type entry struct {
	index, term   uint64
	command       []byte
	configuration *raft.Configuration
}

// after returns the entries past an index.
func after(entries []entry, index uint64) []entry {
	i := slices.IndexFunc(entries, func(e entry) bool { return e.index > index })
	if i < 0 {
		return nil
	}
	return entries[i:]
}

// advanced returns the snapshot with a content that reflects the first n entries of
// its tail.
func (s snapshot) advanced(n int, content []byte) snapshot {
	last := s.tail[n-1]
	return snapshot{index: last.index, term: last.term, content: content, members: s.membersBefore(n), tail: s.tail[n:]}
}

// membersBefore returns the configuration in force before entry n of the tail.
func (s snapshot) membersBefore(n int) members {
	for _, e := range slices.Backward(s.tail[:n]) {
		if e.configuration != nil {
			return members{e.index, *e.configuration}
		}
	}
	return s.members
}

// head encodes all of the snapshot but its content.
func (s snapshot) head() []byte {
	b := appendNumber(nil, s.index)
	b = appendNumber(b, s.term)
	b = appendNumber(b, s.members.index)
	b = appendConfiguration(b, s.members.servers)
	b = appendNumber(b, uint64(len(s.tail)))
	for _, e := range s.tail {
		b = appendEntry(b, e)
	}
	return b
}

// What an encoded entry is.
const (
	commandEntry = iota
	configurationEntry
)

func appendEntry(b []byte, e entry) []byte {
	b = appendNumber(b, e.index)
	b = appendNumber(b, e.term)
	if e.configuration != nil {
		return appendConfiguration(appendNumber(b, configurationEntry), *e.configuration)
	}
	return appendString(appendNumber(b, commandEntry), e.command)
}

func (d *decoder) entry() entry {
	e := entry{index: d.number(), term: d.number()}
	switch d.number() {
	case commandEntry:
		e.command = d.string()
	case configurationEntry:
		c := d.configuration()
		e.configuration = &c
	default:
		d.fail()
	}
	return e
}

// encode returns the snapshot as the bytes that the library moves around.
func (s snapshot) encode() []byte { return append(appendString(nil, s.head()), s.content...) }

func decodeSnapshot(encoded []byte) (snapshot, error) {
	d := decoder{rest: encoded}
	head := d.string()
	if d.err != nil {
		return snapshot{}, d.err
	}
	return joinSnapshot(head, d.rest)
}

// joinSnapshot returns the snapshot with a head and a content.
func joinSnapshot(head, content []byte) (snapshot, error) {
	d := decoder{rest: head}
	s := snapshot{index: d.number(), term: d.number(), content: content}
	s.members = members{d.number(), d.configuration()}
	last := s.index
	for range d.count() {
		e := d.entry()
		if e.index <= last {
			d.fail()
		}
		last = e.index
		s.tail = append(s.tail, e)
	}
	if d.err != nil || len(d.rest) > 0 {
		return snapshot{}, errMalformed
	}
	return s, nil
}

// last returns the index of the latest entry that the snapshot reflects.
func (s snapshot) last() uint64 {
	if n := len(s.tail); n > 0 {
		return s.tail[n-1].index
	}
	return s.index
}
