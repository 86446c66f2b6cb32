package steps

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
)

// ReadObject reads a message that was an object in JSON, decoded with numbers as
// [json.Number], and travels as a datagram: by the names of its fields, as others are
// read, and by its field type, which is called as the paper's RPCs are. That of an
// answer ends with reply, response, result or ack. An answer to AppendEntries or
// InstallSnapshot may say how far the logs agree, in a field matchIndex.
func ReadObject(body map[string]any) (m raftiface.Message, ok bool) {
	named := spelt(body)
	text, _ := named["type"].(string)
	kind := plain(text)
	mentions := func(word string) bool { return strings.Contains(kind, word) }
	if !slices.ContainsFunc(rpcs, mentions) {
		return m, false
	}
	reply := slices.ContainsFunc(answers, func(end string) bool { return strings.HasSuffix(kind, end) })
	m, ok = byNames(kind, structOf(named), reply)
	if reply && (m.Yes || m.Kind == raftiface.MessageInstallSnapshotReply) {
		m.Match, _ = number(named, "matchindex", "match")
	}
	return m, ok
}

var (
	// rpcs are what the types of messages have in their names that are understood.
	rpcs = []string{"vote", "append", "heartbeat", "install", "snapshot", "timeoutnow"}
	// answers are the ends of the types of those.
	answers = []string{"reply", "response", "resp", "result", "ack"}
)

// spelt returns the fields of an object by their names without what spellings differ
// in. Of two that are called alike then it is the last in the order of the alphabet.
func spelt(body map[string]any) map[string]any {
	named := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		named[plain(name)] = body[name]
	}
	return named
}

// number returns the first of some fields that is there, if it is a number.
func number(named map[string]any, names ...string) (n int, ok bool) {
	for _, name := range names {
		if v, there := named[name]; there {
			text, _ := v.(json.Number)
			n, err := text.Int64()
			return int(n), err == nil
		}
	}
	return 0, false
}

// place is what is read of an entry.
type place struct{ Term int }

// structOf returns a struct with those fields of an object that the paper names.
func structOf(named map[string]any) any {
	var fields []reflect.StructField
	var values []reflect.Value
	for _, spellings := range spellings {
		for _, spelling := range spellings {
			v, there := named[spelling]
			if !there {
				continue
			}
			if known := valueOf(v); known.IsValid() {
				name := strings.ToUpper(spellings[0][:1]) + spellings[0][1:]
				fields = append(fields, reflect.StructField{Name: name, Type: known.Type()})
				values = append(values, known)
			}
			break
		}
	}
	s := reflect.New(reflect.StructOf(fields)).Elem()
	for i, v := range values {
		s.Field(i).Set(v)
	}
	return s.Interface()
}

// valueOf returns a value of JSON as a struct would have it, none if the paper has no
// such.
func valueOf(v any) reflect.Value {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return reflect.ValueOf(int(n))
		}
	case bool:
		return reflect.ValueOf(v)
	case []any:
		places := []place{}
		for _, entry := range v {
			body, _ := entry.(map[string]any)
			n, ok := number(spelt(body), spellings[term]...)
			if !ok {
				return reflect.ValueOf([]any{entry})
			}
			places = append(places, place{n})
		}
		return reflect.ValueOf(places)
	}
	return reflect.Value{}
}
