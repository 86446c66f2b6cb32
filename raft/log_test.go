package raft

import (
	"encoding/gob"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// logOf returns a log with a snapshot up to base and entries of the given terms
// behind it.
func logOf(base, baseTerm int, terms ...int) *raftLog {
	l := &raftLog{base: base, baseTerm: baseTerm}
	l.append(entries(base, terms...)...)
	return l
}

func TestLogIndexes(t *testing.T) {
	var empty raftLog
	require.Equal(t, 0, empty.lastIndex())
	require.Equal(t, 0, empty.lastTerm())

	l := logOf(0, 0, 1, 1, 4)
	require.Equal(t, 3, l.lastIndex())
	require.Equal(t, 4, l.lastTerm())
	require.Equal(t, []int{0, 1, 1, 4}, []int{l.term(0), l.term(1), l.term(2), l.term(3)})
	require.Equal(t, "2 of term 1", l.entry(2).Command)

	l.compact(2, 1)
	require.Equal(t, 3, l.lastIndex())
	require.Equal(t, []int{1, 4}, []int{l.term(2), l.term(3)})
	require.Equal(t, "3 of term 4", l.entry(3).Command)

	l.compact(3, 4)
	require.Equal(t, 3, l.lastIndex())
	require.Equal(t, 4, l.lastTerm())
}

func TestLogMatches(t *testing.T) {
	l := logOf(2, 1, 1, 4)
	for _, tt := range []struct {
		index, term int
		want        bool
	}{
		{0, 0, true}, {1, 1, true}, {2, 1, true},
		{3, 1, true}, {3, 4, false},
		{4, 4, true}, {4, 1, false},
		{5, 4, false},
	} {
		require.Equal(t, tt.want, l.matches(tt.index, tt.term), "%+v", tt)
	}
}

func TestLogTerms(t *testing.T) {
	l := logOf(2, 1, 1, 4, 4, 7)
	for term, want := range map[int]int{1: 3, 2: 4, 4: 4, 5: 6, 7: 6, 8: 7} {
		require.Equal(t, want, l.firstOfTerm(term), "term %d", term)
	}
	for term, want := range map[int]int{1: 3, 4: 5, 7: 6} {
		last, ok := l.lastOfTerm(term)
		require.True(t, ok)
		require.Equal(t, want, last, "term %d", term)
	}
	for _, term := range []int{2, 3, 5, 6, 8} {
		_, ok := l.lastOfTerm(term)
		require.False(t, ok, "term %d", term)
	}
	last, ok := logOf(2, 1, 4).lastOfTerm(1)
	require.True(t, ok)
	require.Equal(t, 2, last, "the snapshot's last entry counts")
}

func TestSliceSharesNoMemoryWithTheLog(t *testing.T) {
	l := logOf(0, 0, 1, 1, 1)
	s := l.slice(2, 3)
	l.truncate(2)
	l.append(entries(1, 2, 2)...)
	require.Equal(t, entries(1, 1, 1), s)
}

func TestCommandThatCannotBeStored(t *testing.T) {
	type unregistered struct{ X int }
	l := logOf(0, 0, 1)
	require.PanicsWithValue(t,
		"raft: a command of type raft.unregistered cannot be stored: gob: type not registered for interface: raft.unregistered",
		func() { l.append(LogEntry{1, unregistered{}}) })
	requireLog(t, 0, 0, entries(0, 1), l)
	l.append(entries(1, 1)...)
	requireLog(t, 0, 0, entries(0, 1, 1), l)
}

// other is another type of command, with a command within.
type other struct{ Entry LogEntry }

func init() { gob.RegisterName("other", other{}) }

// Whatever happens to a log, it and its records are what a list of entries
// would be.
func TestLogAgainstList(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 0))
		l := &raftLog{}
		var list []LogEntry // all entries ever, those in the snapshot too
		base, term := 0, 1
		for range 100 {
			term += rng.IntN(2)
			switch rng.IntN(5) {
			case 0, 1:
				e := entries(len(list), slices.Repeat([]int{term}, rng.IntN(streamLength))...)
				for i := range e { // of several types, each described where it first appears
					switch rng.IntN(20) {
					case 0:
						e[i].Command = command{Seq: i}
					case 1:
						e[i].Command = other{e[i]}
					}
				}
				list = append(list, e...)
				l.append(e...)
			case 2:
				cut := base + 1 + rng.IntN(len(list)-base+1)
				if cut <= len(list) {
					list = list[:cut-1]
					l.truncate(cut)
				}
			case 3:
				if n := rng.IntN(len(list) - base + 1); n > 0 {
					base += n
					l.compact(base, list[base-1].Term)
				}
			case 4: // a leader's snapshot, in conflict or behind the end
				if rng.IntN(5) == 0 {
					base += 1 + rng.IntN(len(list)-base+3)
					list = append(list[:min(base-1, len(list))], entries(0, slices.Repeat([]int{term}, base)...)[min(base-1, len(list)):]...)
					list[base-1].Term = term + 1
					l.compact(base, term+1)
					term++
				}
			}
			baseTerm := 0
			if base > 0 {
				baseTerm = list[base-1].Term
			}
			requireLog(t, base, baseTerm, list[base:], l)
		}
	}
}

// requireLog checks a log and its records.
func requireLog(t *testing.T, base, baseTerm int, want []LogEntry, l *raftLog) {
	t.Helper()
	require.Equal(t, base, l.base)
	require.Equal(t, baseTerm, l.baseTerm)
	require.True(t, slices.Equal(want, l.entries), "want %v, got %v", want, l.entries)
	stored, records, err := decodeRecords(l.records.bytes())
	require.NoError(t, err)
	require.True(t, slices.Equal(want, stored), "want %v, got %v", want, stored)
	require.True(t, slices.Equal(l.records.ends, records.ends), "want %v, got %v", l.records.ends, records.ends)
	for i := range l.entries {
		require.Positive(t, l.records.size(i))
	}
}
