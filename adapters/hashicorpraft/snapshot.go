package hashicorpraft

import (
	"slices"
)

// A snapshot is what the FSM hands to the library as its state: the content
// that the service handed over, and the commands the FSM has delivered since.
// The library takes its snapshots at the FSM's index, which may be past the
// content's; the commands fill the gap.
type snapshot struct {
	index, term uint64 // of the last entry that content reflects
	content     []byte
	tail        []command // after index, rising
}

// command is an entry that the FSM delivers.
type command struct {
	index, term uint64
	data        []byte
}

// after returns the commands past an index.
func after(commands []command, index uint64) []command {
	i := slices.IndexFunc(commands, func(c command) bool { return c.index > index })
	if i < 0 {
		return nil
	}
	return commands[i:]
}

// head encodes all of the snapshot but its content.
func (s snapshot) head() []byte {
	b := appendNumber(nil, s.index)
	b = appendNumber(b, s.term)
	b = appendNumber(b, uint64(len(s.tail)))
	for _, c := range s.tail {
		b = appendNumber(b, c.index)
		b = appendNumber(b, c.term)
		b = appendString(b, c.data)
	}
	return b
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
	last := s.index
	for range d.count() {
		c := command{index: d.number(), term: d.number(), data: d.string()}
		if c.index <= last {
			d.fail()
		}
		last = c.index
		s.tail = append(s.tail, c)
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
