package raft

import (
	"slices"
	"sort"
)

// The most a single AppendEntries carries. An entry larger than that travels
// alone.
const (
	maxBatchEntries = 64
	maxBatchBytes   = 64 << 10
)

// LogEntry is one entry of the log.
type LogEntry struct {
	Term    int // term in which a leader received the command
	Command any // for the state machine; its type is registered with gob
}

// empty reports whether nothing is delivered for the entry (§8).
func (e LogEntry) empty() bool { return e.Command == nil }

// raftLog is a server's log: the entries after the snapshot, the index and term
// of the last one the snapshot covers, and the records of the entries for
// stable storage. Indexes are the paper's and start at 1; nothing outside this
// file computes with positions in entries.
//
//	index   1 … base | base+1 … lastIndex()
//	        snapshot | entries
type raftLog struct {
	base     int        // index of the last entry in the snapshot, 0 without one
	baseTerm int        // its term
	entries  []LogEntry // entries[i] has index base+1+i
	records  records    // records.at(i) is entries[i] encoded
}

func (l *raftLog) lastIndex() int { return l.base + len(l.entries) }

func (l *raftLog) lastTerm() int { return l.term(l.lastIndex()) }

// term returns the term of the entry at index, base ≤ index ≤ lastIndex().
func (l *raftLog) term(index int) int {
	if index == l.base {
		return l.baseTerm
	}
	return l.entry(index).Term
}

// entry returns the entry at index, base < index ≤ lastIndex().
func (l *raftLog) entry(index int) LogEntry { return l.entries[index-l.base-1] }

// matches reports whether the log agrees with that of the current leader up to
// index, where the leader's entry has the given term (Log Matching, §5.3). What
// the snapshot stands for is committed, so every leader since has it.
func (l *raftLog) matches(index, term int) bool {
	switch {
	case index <= l.base:
		return true
	case index > l.lastIndex():
		return false
	default:
		return l.term(index) == term
	}
}

// append adds entries at the end.
func (l *raftLog) append(entries ...LogEntry) {
	for _, e := range entries {
		l.records.append(e)
		l.entries = append(l.entries, e)
	}
}

// merge stores the leader's entries that follow index prev, and reports whether
// that changed the log. It removes what is in conflict with them, and only that
// (§5.3): if the log has them all already, the request may be an old one, and
// what follows them may have been acknowledged since.
func (l *raftLog) merge(prev int, entries []LogEntry) bool {
	for i, e := range entries {
		index := prev + 1 + i
		if l.matches(index, e.Term) {
			continue
		}
		l.truncate(index)
		l.append(entries[i:]...)
		return true
	}
	return false
}

// truncate removes the entries from index on, base < index.
func (l *raftLog) truncate(index int) {
	keep := index - l.base - 1
	clear(l.entries[keep:])
	l.entries = l.entries[:keep]
	l.records.truncate(keep)
}

// compact lets a snapshot stand for everything up to index, base < index, whose
// entry has the given term. The entries behind it stay if they follow that very
// entry; if the log has another one there, or none, all of it goes (§7).
func (l *raftLog) compact(index, term int) {
	drop := len(l.entries)
	if index <= l.lastIndex() && l.term(index) == term {
		drop = index - l.base
	}
	l.records.compact(drop, l.entries)
	l.entries = slices.Clone(l.entries[drop:])
	l.base, l.baseTerm = index, term
}

// firstOfTerm returns the index of the first entry, after the snapshot, whose
// term is at least the given one, lastIndex()+1 if there is none.
func (l *raftLog) firstOfTerm(term int) int {
	return l.base + 1 + sort.Search(len(l.entries), func(i int) bool { return l.entries[i].Term >= term })
}

// lastOfTerm returns the index of the last entry of the given term, the
// snapshot's last entry included, and false if there is none.
func (l *raftLog) lastOfTerm(term int) (index int, ok bool) {
	index = l.firstOfTerm(term+1) - 1
	return index, l.term(index) == term
}

// batch returns the last of the entries from index on that go into one
// AppendEntries, index-1 if there are none, and whether that leaves some for
// another one.
func (l *raftLog) batch(index int) (last int, more bool) {
	size := 0
	for last = index - 1; last < l.lastIndex(); last++ {
		size += l.records.size(last - l.base)
		if last-index+1 == maxBatchEntries || size > maxBatchBytes && last >= index {
			return last, true
		}
	}
	return last, false
}

// slice returns a copy of the entries from first to last. The log may be cut
// and filled anew while a message with them waits to be sent.
func (l *raftLog) slice(first, last int) []LogEntry {
	return slices.Clone(l.entries[first-l.base-1 : last-l.base])
}
