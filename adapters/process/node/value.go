package node

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A Mistake is what a line has that the protocol has not.
type Mistake struct {
	// At is the path to it, such as actions[2].send.to, empty for the whole line.
	At string
	// Expected says what would be right, Got is what there is.
	Expected, Got string
}

// Error says it in a line.
func (m *Mistake) Error() string {
	text := fmt.Sprintf("expected %s, got %s", m.Expected, m.Got)
	if m.At == "" {
		return text
	}
	return m.At + ": " + text
}

// catch has a function return the mistake that it panics with.
func catch(err *error) {
	switch v := recover().(type) {
	case nil:
	case *Mistake:
		*err = v
	default:
		panic(v)
	}
}

// A value is a part of a line. What reads it panics with a [Mistake] if it is something
// else.
type value struct {
	at  string
	raw json.RawMessage
}

// parse checks that a line is JSON. It does that once: what takes the values apart
// relies on it, and so does not read a long state again and again.
func parse(line []byte) value {
	v := value{raw: bytes.TrimSpace(line)}
	if json.Valid(v.raw) {
		return v
	}
	var syntax *json.SyntaxError
	var nothing any
	if err := json.Unmarshal(v.raw, &nothing); errors.As(err, &syntax) && syntax.Offset > 1 {
		panic(&Mistake{At: fmt.Sprintf("byte %d of %d", syntax.Offset, len(v.raw)), Expected: "JSON", Got: fmt.Sprintf("%s (%v)", shown(v.raw), syntax)})
	}
	v.wrong("an object in JSON")
	return v
}

// wrong says what is expected instead of the value.
func (v value) wrong(expected string) {
	panic(&Mistake{At: v.at, Expected: expected, Got: shown(v.raw)})
}

// shownBytes is how much of a value is shown.
const shownBytes = 120

func shown(raw []byte) string {
	text := strings.ToValidUTF8(string(raw[:min(len(raw), shownBytes)]), "?")
	switch {
	case len(raw) == 0:
		return "an empty line"
	case len(raw) > shownBytes:
		return fmt.Sprintf("%s… (%d bytes)", text, len(raw))
	}
	return text
}

// An object is a value that has fields.
type object struct {
	value
	fields map[string]value
}

// anyObject reads an object of whatever fields.
func (v value) anyObject() object {
	if v.raw[0] != '{' {
		v.wrong("an object")
	}
	o := object{v, map[string]value{}}
	for _, field := range elements(v.raw) {
		name, raw := cutName(field)
		at := name
		if v.at != "" {
			at = v.at + "." + name
		}
		o.fields[name] = value{at, raw}
	}
	return o
}

// object reads an object that has none but the known fields.
func (v value) object(known ...string) object {
	o := v.anyObject()
	var unknown []string
	for name := range o.fields {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		panic(&Mistake{At: v.at, Expected: "no field but " + strings.Join(known, ", "), Got: "the field " + slices.Min(unknown)})
	}
	return o
}

// find returns a field that may be left out, or null.
func (o object) find(name string) (v value, told bool) {
	v, told = o.fields[name]
	return v, told && string(v.raw) != "null"
}

// get returns a field that may not be left out.
func (o object) get(name string) value {
	v, told := o.fields[name]
	if !told {
		o.wrong("a field " + name)
	}
	return v
}

// each returns the elements of a list that may be left out.
func (o object) each(name string) []value {
	if v, told := o.find(name); told {
		return v.list()
	}
	return nil
}

// onlyTo is find for a field that is only there in the answers to some events.
func (o object) onlyTo(event, name string, events ...string) (v value, told bool) {
	v, told = o.find(name)
	if told && !slices.Contains(events, event) {
		v.wrong("no such field in the answer to " + event + "; it is for " + strings.Join(events, " and "))
	}
	return v, told
}

func (v value) list() (all []value) {
	if v.raw[0] != '[' {
		v.wrong("a list")
	}
	for i, r := range elements(v.raw) {
		all = append(all, value{fmt.Sprintf("%s[%d]", v.at, i), r})
	}
	return all
}

// largest is the largest integer that JSON carries whatever a language makes of it.
const largest = 1 << 53

// integer reads one that is not below least.
func (v value) integer(least int) int {
	n, err := strconv.ParseInt(string(v.raw), 10, 64)
	if err != nil || n < int64(least) || n > largest {
		v.wrong(fmt.Sprintf("an integer from %d on", least))
	}
	return int(n)
}

func (v value) replica(replicas int) int {
	n, err := strconv.Atoi(string(v.raw))
	if err != nil || n < 0 || n >= replicas {
		v.wrong(fmt.Sprintf("a replica's number, from 0 to %d", replicas-1))
	}
	return n
}

func (v value) truth() bool {
	switch string(v.raw) {
	case "true":
		return true
	case "false":
		return false
	}
	v.wrong("true or false")
	return false
}

func (v value) text() string {
	if v.raw[0] != '"' {
		v.wrong("a string")
	}
	return unquoted(v.raw)
}

// name reads a string that says which: none is empty.
func (v value) name() string {
	name := v.text()
	if name == "" {
		v.wrong("a string that is not empty")
	}
	return name
}

// bytes reads base64, never as nil.
func (v value) bytes() []byte {
	data, err := base64.StdEncoding.DecodeString(v.text())
	if err != nil {
		v.wrong(fmt.Sprintf("bytes in base64, with padding (%v)", err))
	}
	return append([]byte{}, data...)
}

func (v value) command() any {
	command, err := decodeCommand(v.bytes())
	if err != nil {
		v.wrong(fmt.Sprintf("a command as the event start gave it (%v)", err))
	}
	return command
}

func (v value) members(replicas int) raftiface.Membership {
	o := v.object("voters", "learners", "outgoing")
	list := func(name string) (all []int) {
		for _, replica := range o.each(name) {
			all = append(all, replica.replica(replicas))
		}
		return all
	}
	m := raftiface.Membership{Voters: list("voters"), Learners: list("learners"), Outgoing: list("outgoing")}
	if err := m.Validate(replicas); err != nil {
		v.wrong(fmt.Sprintf("a configuration (%v)", err))
	}
	return m
}

// json reads any value, in a form that does not depend on the order in which a node
// writes an object's fields, nor on spaces: what replicas send decides on its fate.
func (v value) json() []byte {
	decoder := json.NewDecoder(bytes.NewReader(v.raw))
	decoder.UseNumber()
	var content any
	if err := decoder.Decode(&content); err != nil {
		v.wrong(fmt.Sprintf("JSON (%v)", err))
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		v.wrong(fmt.Sprintf("JSON (%v)", err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
