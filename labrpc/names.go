package labrpc

import (
	"fmt"
	"reflect"
	"sync"
)

// names are those that types were given by RegisterName.
var names sync.Map // reflect.Type → string

// RegisterName gives the type of a value the name under which it is sent inside
// interfaces, instead of that of its package and its own. What is sent decides on
// the fate of a message, so a type that has a name of its own can be moved, and
// every seed still gives the same trace. Call it in an init function, before a
// value of the type is sent. It panics if the type has another name already.
func RegisterName(name string, value any) {
	t := reflect.TypeOf(value)
	if had, ok := names.LoadOrStore(t, name); ok && had != name {
		panic(fmt.Sprintf("labrpc: RegisterName(%q, %v): the type has the name %q already", name, t, had))
	}
}

// nameOf returns the name under which a type is sent.
func nameOf(t reflect.Type) string {
	if name, ok := names.Load(t); ok {
		return name.(string)
	}
	return fullName(t)
}

// fullName returns the name of a type with the path of its package.
func fullName(t reflect.Type) string {
	if t.PkgPath() != "" {
		return t.PkgPath() + "." + t.Name()
	}
	return t.String()
}
