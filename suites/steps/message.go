package steps

// A Kind is what a message is for.
type Kind int

// The kinds are those of Figure 2 and Figure 13.
const (
	VoteRequest Kind = iota + 1
	VoteReply
	AppendRequest
	AppendReply
	InstallRequest
	InstallReply
)

// An Entry is a place in a log.
type Entry struct{ Index, Term int }

// after reports whether a log that ends here is more up to date than one that ends
// there (§5.4.1).
func (e Entry) after(o Entry) bool { return e.Term > o.Term || e.Term == o.Term && e.Index > o.Index }

// A Message is what the abstract Raft understands of one.
type Message struct {
	Kind Kind
	// Term is the sender's.
	Term int
	// Last is a candidate's last entry, or the last one that a snapshot covers.
	Last Entry
	// Prev is the entry before Entries.
	Prev    Entry
	Entries []Entry
	// Commit is the leader's commit index, -1 if it is not told.
	Commit int
	// Yes is VoteGranted, or Success.
	Yes bool
	// Request is what a reply answers.
	Request *Message
}

// end is the last entry that a follower has for certain which has taken the
// request.
func (m *Message) end() Entry {
	switch {
	case m.Kind == InstallRequest:
		return m.Last
	case len(m.Entries) > 0:
		return m.Entries[len(m.Entries)-1]
	}
	return m.Prev
}

// fromLeader reports whether only a leader sends such messages.
func (m *Message) fromLeader() bool { return m.Kind == AppendRequest || m.Kind == InstallRequest }
