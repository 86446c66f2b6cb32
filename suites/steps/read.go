package steps

import (
	"reflect"
	"strings"
	"sync"
	"unicode"
)

// Read returns the [Message] that a message of an implementation is, nil if it is
// none or not understood. Of a reply, request is the message that it answers, as
// Read returned it. It is safe for concurrent use.
func Read(method string, request, content any) any {
	v := core(pointed(reflect.ValueOf(content)))
	if !v.IsValid() || isPreVote(plain(method)) {
		return nil
	}
	f := fieldsOf(v.Type())
	asked, isReply := request.(*Message)
	var m *Message
	switch {
	case isReply:
		m = f.reply(v, asked)
	case request == nil:
		m = f.request(v, plain(method))
	}
	if m == nil {
		return nil
	}
	return m
}

// isPreVote reports whether a method is named for pre-votes, such as RequestPreVote
// or PreRequestVote.
func isPreVote(method string) bool {
	_, behind, pre := strings.Cut(method, "pre")
	return pre && strings.Contains(behind, "vote")
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
	if fieldsOf(v.Type()).has("term") {
		return v
	}
	for i := range v.NumField() {
		if part := pointed(v.Field(i)); part.Kind() == reflect.Struct && fieldsOf(part.Type()).has("term") {
			return part
		}
	}
	return reflect.Value{}
}

// fields are where a type has what the paper names, itself or in a struct that it
// embeds.
type fields map[string][]int

// names are those of the paper, and how they are spelt elsewhere, without case,
// underscores and digits.
var names = map[string][]string{
	"term":              {"term", "currentterm", "leaderterm", "candidateterm"},
	"lastlogindex":      {"lastlogindex", "lastindex"},
	"lastlogterm":       {"lastlogterm", "lastterm"},
	"prevlogindex":      {"prevlogindex", "prevlogentry", "previndex", "previouslogindex", "prev"},
	"prevlogterm":       {"prevlogterm", "prevterm", "previouslogterm"},
	"entries":           {"entries", "logentries", "logs", "log", "entry"},
	"leadercommit":      {"leadercommit", "leadercommitindex", "leadercommitidx", "commitindex"},
	"lastincludedindex": {"lastincludedindex", "lastincludeindex", "lastincindex", "lastsnapshotindex", "snapshotindex", "lastlogindex", "index"},
	"lastincludedterm":  {"lastincludedterm", "lastincludeterm", "lastincterm", "lastsnapshotterm", "snapshotterm", "lastlogterm", "indexterm"},
	"votegranted":       {"votegranted", "granted", "voted", "grant", "votegrant", "votedgranted", "votedinfavour"},
	"success":           {"success", "succ", "ok", "successful"},
	"prevote":           {"prevote", "isprevote", "pre"},
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

var known sync.Map // of fields, by type

func fieldsOf(t reflect.Type) fields {
	if f, ok := known.Load(t); ok {
		return f.(fields)
	}
	spelt := map[string][]int{}
	for _, field := range reflect.VisibleFields(t) {
		spelt[plain(field.Name)] = field.Index
	}
	f := fields{}
	for name, spellings := range names {
		for _, spelling := range spellings {
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
func (f fields) has(names ...string) bool {
	for _, name := range names {
		if _, ok := f[name]; !ok {
			return false
		}
	}
	return true
}

// of returns a field's value; ok is false if there is none.
func (f fields) of(v reflect.Value, name string) (at reflect.Value, ok bool) {
	path, ok := f[name]
	if !ok {
		return at, false
	}
	at, err := v.FieldByIndexErr(path)
	return at, err == nil
}

// number returns the value of a field that is a number; ok is false if it is none.
func (f fields) number(v reflect.Value, name string) (n int, ok bool) {
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
func (f fields) entry(v reflect.Value, index, term string) (e Entry, ok bool) {
	i, known := f.number(v, index)
	t, also := f.number(v, term)
	return Entry{i, t}, known && also
}

// truth returns the value of a field that is true or false.
func (f fields) truth(v reflect.Value, name string) (yes, ok bool) {
	at, ok := f.of(v, name)
	if !ok || at.Kind() != reflect.Bool {
		return false, false
	}
	return at.Bool(), true
}

func (f fields) request(v reflect.Value, method string) *Message {
	term, ok := f.number(v, "term")
	if !ok {
		return nil
	}
	m := &Message{Term: term, Commit: -1}
	switch pre, _ := f.truth(v, "prevote"); {
	case pre:
		return nil
	case f.has("prevlogindex", "prevlogterm"):
		return m.append(f, v)
	case strings.Contains(method, "snapshot") || strings.Contains(method, "install"):
		m.Kind = InstallRequest
		m.Last, ok = f.entry(v, "lastincludedindex", "lastincludedterm")
	case strings.Contains(method, "vote"):
		m.Kind = VoteRequest
		m.Last, ok = f.entry(v, "lastlogindex", "lastlogterm")
	default:
		return nil
	}
	if !ok {
		return nil
	}
	return m
}

// append completes an AppendEntries request, and returns nil if it cannot.
func (m *Message) append(f fields, v reflect.Value) *Message {
	m.Kind = AppendRequest
	var ok bool
	if m.Prev, ok = f.entry(v, "prevlogindex", "prevlogterm"); !ok {
		return nil
	}
	if commit, told := f.number(v, "leadercommit"); told {
		m.Commit = commit
	}
	list, ok := f.of(v, "entries")
	if !ok {
		return m // heartbeats may have a type of their own
	}
	if list.Kind() != reflect.Slice {
		return nil
	}
	for n := range list.Len() {
		e, ok := readEntry(list.Index(n), m.Prev.Index+1+n)
		if !ok {
			return nil
		}
		m.Entries = append(m.Entries, e)
	}
	return m
}

// readEntry reads an entry of a log, whose index is that of its place if it has
// none of its own.
func readEntry(v reflect.Value, place int) (e Entry, ok bool) {
	if v = core(pointed(v)); !v.IsValid() {
		return Entry{}, false
	}
	term, ok := fieldsOf(v.Type()).number(v, "term")
	return Entry{place, term}, ok
}

func (f fields) reply(v reflect.Value, request *Message) *Message {
	term, ok := f.number(v, "term")
	if !ok {
		return nil
	}
	m := &Message{Kind: request.Kind + 1, Term: term, Commit: -1, Request: request}
	switch request.Kind {
	case VoteRequest:
		m.Yes, ok = f.truth(v, "votegranted")
	case AppendRequest:
		m.Yes, ok = f.truth(v, "success")
	}
	if !ok {
		return nil
	}
	return m
}
