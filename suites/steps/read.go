package steps

import (
	"reflect"
	"strings"
	"sync"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A Translator is [raftiface.Implementation.Translate].
type Translator func(method string, content any, reply bool) (m raftiface.Message, ok bool)

// Reader returns a function that returns the [Message] that a message is, nil if it
// is not understood. Of a reply, request is the message that it answers, as the
// function returned it. It is safe for concurrent use. Without a translator messages
// are read by the names of their fields.
func Reader(translate Translator) func(method string, request, content any) any {
	if translate == nil {
		translate = byNames
	}
	return func(method string, request, content any) any {
		if _, failed := content.(error); failed {
			return &Message{} // travels without a content
		}
		asked, isReply := request.(*Message)
		told, ok := translate(method, content, isReply)
		switch {
		case !ok:
			return nil
		case isReply && asked.Kind == raftiface.MessageOther:
			return &Message{} // whatever it says is as little binding
		case isReply && told.Kind != raftiface.MessageOther && told.Kind != asked.Kind+1:
			return nil
		}
		return &Message{Message: told, Request: asked}
	}
}

// byNames reads messages whose fields have the names of Figure 2.
func byNames(method string, content any, reply bool) (m raftiface.Message, ok bool) {
	v, kind := core(pointed(reflect.ValueOf(content))), kindOf(method)
	if !v.IsValid() {
		return m, kind == raftiface.MessageOther
	}
	f := fieldsOf(v.Type())
	m.Commit = -1
	if m.Term, ok = f.number(v, term); !ok {
		return m, false
	}
	if pre, _ := f.truth(v, preVote); pre || kind == raftiface.MessageOther {
		return m, true
	}
	if reply {
		return f.reply(v, m, kind)
	}
	return f.request(v, m, kind)
}

func (f *fields) request(v reflect.Value, m raftiface.Message, kind raftiface.MessageKind) (told raftiface.Message, ok bool) {
	if f.has(prevLogIndex, prevLogTerm) {
		if kind != anyMethod {
			return m, false // sent to the wrong method
		}
		return f.appendEntries(v, m)
	}
	m.Kind = kind
	switch kind {
	case raftiface.MessageRequestVote:
		m.Last, ok = f.entry(v, lastLogIndex, lastLogTerm)
	case raftiface.MessageInstallSnapshot:
		m.Last, ok = f.entry(v, lastIncludedIndex, lastIncludedTerm)
	}
	return m, ok
}

// appendEntries completes an AppendEntries request.
func (f *fields) appendEntries(v reflect.Value, m raftiface.Message) (told raftiface.Message, ok bool) {
	m.Kind = raftiface.MessageAppendEntries
	if m.Prev, ok = f.entry(v, prevLogIndex, prevLogTerm); !ok {
		return m, false
	}
	if commit, told := f.number(v, leaderCommit); told {
		m.Commit = commit
	}
	list, ok := f.of(v, entries)
	if !ok {
		return m, true // heartbeats may have a type of their own
	}
	if list.Kind() != reflect.Slice {
		return m, false
	}
	for n := range list.Len() {
		e, ok := readEntry(list.Index(n), m.Prev.Index+1+n)
		if !ok {
			return m, false
		}
		m.Entries = append(m.Entries, e)
	}
	return m, true
}

// readEntry reads an entry of a log, whose index is that of its place: one of its
// own may be another one, for the service.
func readEntry(v reflect.Value, place int) (e Entry, ok bool) {
	if v = core(pointed(v)); !v.IsValid() {
		return Entry{}, false
	}
	number, ok := fieldsOf(v.Type()).number(v, term)
	return Entry{Index: place, Term: number}, ok
}

func (f *fields) reply(v reflect.Value, m raftiface.Message, kind raftiface.MessageKind) (told raftiface.Message, ok bool) {
	switch kind {
	case raftiface.MessageRequestVote:
		m.Kind = raftiface.MessageRequestVoteReply
		m.Yes, ok = f.truth(v, voteGranted)
	case raftiface.MessageInstallSnapshot:
		m.Kind, ok = raftiface.MessageInstallSnapshotReply, true
	default:
		m.Kind = raftiface.MessageAppendEntriesReply
		m.Yes, ok = f.truth(v, success)
	}
	return m, ok
}

// anyMethod is the kind of methods whose names say nothing: AppendEntries is known by
// its fields.
const anyMethod raftiface.MessageKind = -1

var kinds sync.Map // of methods

// kindOf returns what a method is for by its name; MessageOther for pre-votes, such
// as RequestPreVote or PreRequestVote, and for TimeoutNow (thesis, section 3.10).
func kindOf(method string) raftiface.MessageKind {
	if k, ok := kinds.Load(method); ok {
		return k.(raftiface.MessageKind)
	}
	name, kind := plain(method), anyMethod
	_, behind, pre := strings.Cut(name, "pre")
	switch {
	case pre && strings.Contains(behind, "vote"), strings.Contains(name, "timeoutnow"):
		kind = raftiface.MessageOther
	case strings.Contains(name, "snapshot") || strings.Contains(name, "install"):
		kind = raftiface.MessageInstallSnapshot
	case strings.Contains(name, "vote"):
		kind = raftiface.MessageRequestVote
	}
	kinds.Store(method, kind)
	return kind
}
