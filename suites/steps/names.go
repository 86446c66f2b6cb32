package steps

import (
	"reflect"
	"strings"
	"sync"
	"unicode"
)

// A field is one of those that the paper names.
type field int

const (
	term field = iota
	lastLogIndex
	lastLogTerm
	prevLogIndex
	prevLogTerm
	entries
	leaderCommit
	lastIncludedIndex
	lastIncludedTerm
	voteGranted
	success
	preVote
	fieldCount
)

// spellings are how fields are called, the paper's name first, without case,
// underscores and digits.
var spellings = [fieldCount][]string{
	term:              {"term", "currentterm", "leaderterm", "candidateterm", "followerterm", "voterterm", "peerterm", "replyterm"},
	lastLogIndex:      {"lastlogindex", "lastindex"},
	lastLogTerm:       {"lastlogterm", "lastterm"},
	prevLogIndex:      {"prevlogindex", "prevlogentry", "previndex", "previouslogindex", "prev"},
	prevLogTerm:       {"prevlogterm", "prevterm", "previouslogterm"},
	entries:           {"entries", "logentries", "logs", "log", "entry"},
	leaderCommit:      {"leadercommit", "leadercommitindex", "leadercommitidx", "commitindex"},
	lastIncludedIndex: {"lastincludedindex", "lastincludeindex", "lastincindex", "lastsnapshotindex", "snapshotindex", "lastlogindex", "index"},
	lastIncludedTerm:  {"lastincludedterm", "lastincludeterm", "lastincterm", "lastsnapshotterm", "snapshotterm", "lastlogterm", "indexterm"},
	voteGranted:       {"votegranted", "granted", "voted", "grant", "votegrant", "votedgranted", "votedinfavour"},
	success:           {"success", "succ", "ok", "successful"},
	preVote:           {"prevote", "isprevote", "pre"},
}

// plain returns a name without what spellings differ in.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// fields are where a type has what the paper names, itself or in a struct that it
// embeds; nil for what it has not.
type fields [fieldCount][]int

var known sync.Map // of *fields, by type

func fieldsOf(t reflect.Type) *fields {
	if f, ok := known.Load(t); ok {
		return f.(*fields)
	}
	spelt := map[string][]int{}
	for _, field := range reflect.VisibleFields(t) {
		spelt[plain(field.Name)] = field.Index
	}
	f := &fields{}
	for name := range f {
		for _, spelling := range spellings[name] {
			if i, ok := spelt[spelling]; ok {
				f[name] = i
				break
			}
		}
	}
	known.Store(t, f)
	return f
}

// has reports whether there are fields of all names.
func (f *fields) has(names ...field) bool {
	for _, name := range names {
		if f[name] == nil {
			return false
		}
	}
	return true
}

// of returns a field's value; ok is false if there is none.
func (f *fields) of(v reflect.Value, name field) (at reflect.Value, ok bool) {
	switch path := f[name]; len(path) {
	case 0:
		return at, false
	case 1:
		return v.Field(path[0]), true
	default:
		at, err := v.FieldByIndexErr(path)
		return at, err == nil
	}
}

// number returns the value of a field that is a number; ok is false if it is none.
func (f *fields) number(v reflect.Value, name field) (n int, ok bool) {
	at, ok := f.of(v, name)
	if !ok {
		return 0, false
	}
	switch {
	case at.CanInt():
		return int(at.Int()), true
	case at.CanUint():
		return int(at.Uint()), true
	}
	return 0, false
}

// entry returns an entry of which two fields are index and term.
func (f *fields) entry(v reflect.Value, index, term field) (e Entry, ok bool) {
	i, known := f.number(v, index)
	t, also := f.number(v, term)
	return Entry{Index: i, Term: t}, known && also
}

// truth returns the value of a field that is true or false.
func (f *fields) truth(v reflect.Value, name field) (yes, ok bool) {
	at, ok := f.of(v, name)
	if !ok || at.Kind() != reflect.Bool {
		return false, false
	}
	return at.Bool(), true
}

// pointed returns what a pointer leads to in the end.
func pointed(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	return v
}

// core returns the struct that has a term: the message, or a part of it that is
// wrapped with what an implementation adds. It is invalid if there is none.
func core(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	if fieldsOf(v.Type()).has(term) {
		return v
	}
	for i := range v.NumField() {
		if part := pointed(v.Field(i)); part.Kind() == reflect.Struct && fieldsOf(part.Type()).has(term) {
			return part
		}
	}
	return reflect.Value{}
}
