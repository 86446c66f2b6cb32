package glue

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
)

// spellings are the names that fields of the contract's ApplyMsg have in the
// labs' over the years, where they are others.
var spellings = map[string][]string{"CommandIndex": {"Index"}} // until 2017

// A form is how a year's ApplyMsg says what the contract's does.
type form struct {
	msg    reflect.Type
	fields map[int][]int // of the contract's by number, the lab's
	// useSnapshot is the field that says that a message is no command, in the
	// years whose messages do not say that they are one.
	useSnapshot []int
}

// formOf returns the form of a lab's ApplyMsg. Fields that it does not have are
// left out.
func formOf(msg reflect.Type) form {
	if msg.Kind() == reflect.Pointer {
		msg = msg.Elem()
	}
	f := form{msg: msg, fields: map[int][]int{}}
	if msg.Kind() != reflect.Struct {
		return f
	}
	for i, to := range reflect.VisibleFields(reflect.TypeFor[raftiface.ApplyMsg]()) {
		for _, name := range append([]string{to.Name}, spellings[to.Name]...) {
			if from, ok := msg.FieldByName(name); ok && from.Type.Kind() == to.Type.Kind() && from.Type.ConvertibleTo(to.Type) {
				f.fields[i] = from.Index
				break
			}
		}
	}
	if from, ok := msg.FieldByName("UseSnapshot"); ok && from.Type.Kind() == reflect.Bool {
		f.useSnapshot = from.Index
	}
	return f
}

// has reports whether the form has a field of the contract's.
func (f form) has(name string) bool {
	to, _ := reflect.TypeFor[raftiface.ApplyMsg]().FieldByName(name)
	return f.fields[to.Index[0]] != nil
}

func (f form) hasSnapshots() bool {
	return f.has("SnapshotValid") && f.has("Snapshot") && f.has("SnapshotIndex")
}

// fits reports what the form lacks.
func (f form) fits() error {
	if f.has("Command") && f.has("CommandIndex") {
		return nil
	}
	var found []string
	if f.msg.Kind() == reflect.Struct {
		for _, field := range reflect.VisibleFields(f.msg) {
			found = append(found, fmt.Sprint(field.Name, " ", field.Type))
		}
	}
	return fmt.Errorf("expected ApplyMsg to have the fields Command interface{} and CommandIndex int, or Command and Index as until 2017; found %s with %s",
		f.msg, strings.Join(found, ", "))
}

// read makes the contract's message from a lab's.
func (f form) read(msg reflect.Value) (m raftiface.ApplyMsg) {
	msg = reflect.Indirect(msg)
	to := reflect.ValueOf(&m).Elem()
	for i, from := range f.fields {
		to.Field(i).Set(msg.FieldByIndex(from).Convert(to.Field(i).Type()))
	}
	if !f.has("CommandValid") {
		m.CommandValid = f.useSnapshot == nil || !msg.FieldByIndex(f.useSnapshot).Bool()
	}
	return m
}
