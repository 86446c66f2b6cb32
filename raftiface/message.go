package raftiface

import "fmt"

// A MessageKind is what a message between replicas is for.
type MessageKind int

// The kinds of Figure 2 and Figure 13, and all others. What a replica says in a
// message of another kind, such as a pre-vote, binds it to nothing.
const (
	MessageOther MessageKind = iota
	MessageRequestVote
	MessageRequestVoteReply
	MessageAppendEntries
	MessageAppendEntriesReply
	MessageInstallSnapshot
	MessageInstallSnapshotReply
)

// An EntryID identifies an entry of a log (§5.3). The zero value is the place before
// the first.
type EntryID struct{ Index, Term int }

// String names the entry for people.
func (e EntryID) String() string { return fmt.Sprintf("index %d of term %d", e.Index, e.Term) }

// A Message is what a message between replicas says, in the paper's terms. See
// [Implementation.Translate].
type Message struct {
	Kind MessageKind
	// Term is the sender's, as the message tells it.
	Term int
	// Last is a candidate's last entry, or the last one that a snapshot covers.
	Last EntryID
	// Prev is the entry before Entries. A heartbeat that carries neither leaves
	// it zero.
	Prev    EntryID
	Entries []EntryID
	// Commit is the leader's commit index, negative if it is not told.
	Commit int
	// Yes is voteGranted, or success.
	Yes bool
	// Match is, in a reply to AppendEntries or InstallSnapshot that travels as a
	// datagram, up to where the log agrees with the leader's then; zero if that is
	// not said. The reply of a [Peer.Call] needs none: it is known what it answers.
	Match int
}
