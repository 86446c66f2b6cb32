package steps

import (
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// An Entry is a place in a log.
type Entry = raftiface.EntryID

// after reports whether a log that ends with a is more up to date than one that ends
// with b (§5.4.1).
func after(a, b Entry) bool { return a.Term > b.Term || a.Term == b.Term && a.Index > b.Index }

// A Message is what the abstract Raft understands of one.
type Message struct {
	raftiface.Message
	// Request is what a reply answers, nil if that is not known.
	Request *Message

	arrived *arrival // of a request, the first, nil if there was none
}

// An arrival is when a message came to a replica, and how often that had saved its
// state before.
type arrival struct {
	at    time.Duration
	saves int
}

// end is the last entry that a follower has for certain which has taken the
// request.
func (m *Message) end() Entry {
	switch {
	case m.Kind == raftiface.MessageInstallSnapshot:
		return m.Last
	case len(m.Entries) > 0:
		return m.Entries[len(m.Entries)-1]
	}
	return m.Prev
}

// fromLeader reports whether only a leader sends such messages.
func (m *Message) fromLeader() bool {
	return m.Kind == raftiface.MessageAppendEntries || m.Kind == raftiface.MessageInstallSnapshot
}

// accepts reports whether the message is a reply that grants a vote, or takes what a
// leader sent, in the term of the request.
func (m *Message) accepts() bool { return m.Yes && m.Request != nil && m.Term <= m.Request.Term }
