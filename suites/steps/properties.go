package steps

import (
	"cmp"
	"slices"

	"github.com/raftcheck/raftcheck/checker"
)

// The rules that every correct Raft keeps. Each follows from Figure 2, for messages
// alone. [checker.LeaderAppendOnly] is one more.
const (
	OneVote       checker.Property = "One Vote"
	OfficeWon     checker.Property = "Office Won"
	OneLeader     checker.Property = "One Leader"
	UpToDateVote  checker.Property = "Up-to-Date Vote"
	KeepsEntries  checker.Property = "Keeps Entries"
	NoOlderTerm   checker.Property = "No Older Term"
	BackedAck     checker.Property = "Backed Acknowledgement"
	OneEntry      checker.Property = "One Entry"
	QuorumCommits checker.Property = "Quorum Commits"
	SavedFirst    checker.Property = "Saved First"
)

// Rules returns all of them.
func Rules() []checker.Property {
	return []checker.Property{OneVote, OfficeWon, OneLeader, UpToDateVote, KeepsEntries, NoOlderTerm, BackedAck, OneEntry,
		checker.LeaderAppendOnly, QuorumCommits, SavedFirst}
}

// needAll are the rules by which a message is wrong for what others did not say. If
// some messages are not understood these may have said it.
var needAll = []checker.Property{OfficeWon, UpToDateVote, KeepsEntries, BackedAck, QuorumCommits, SavedFirst}

// IsRule reports whether a property is one of them.
func IsRule(p checker.Property) bool { return slices.Contains(Rules(), p) }

var claims = map[checker.Property]string{
	OneVote:       "a replica votes for one candidate a term, itself included (§5.2)",
	OfficeWon:     "only who has the votes of a quorum leads (§5.2)",
	OneLeader:     "a term has one leader (§5.2)",
	UpToDateVote:  "a vote goes to no log that is older than the voter's (§5.4.1)",
	KeepsEntries:  "who has said that it has an entry keeps it until a later leader replaces it, what it acknowledged across restarts too (Figure 2)",
	NoOlderTerm:   "who has been in a later term takes no part in an earlier one (§5.1)",
	BackedAck:     "a replica takes entries only behind one that it has (§5.3)",
	OneEntry:      "an index and a term are one entry, with one before it (Log Matching, §5.3)",
	QuorumCommits: "the commit index goes as far as a quorum has acknowledged (§5.3, §5.4.2)",
	SavedFirst:    "a replica saves what it promises before it says so: a vote, the entries that it acknowledges (Figure 2)",
}

// ClaimOf says in a sentence what a rule is; it is empty for a property that is none.
func ClaimOf(p checker.Property) string {
	if !IsRule(p) {
		return ""
	}
	return cmp.Or(claims[p], p.Claim())
}
