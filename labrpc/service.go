package labrpc

import (
	"fmt"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
)

// A method is one exported method of a receiver that has the shape of an RPC,
//
//	func (r *T) Method(args *Args, reply *Reply)
//
// or of a datagram's handler, which has no reply. args may also be a value, and
// the result may be an error.
type method struct {
	name  string // "T.Method"
	fn    reflect.Value
	args  reflect.Type // without the pointer
	byPtr bool
	reply reflect.Type // without the pointer, nil for a datagram's handler
}

// answer is what a handler answers a call: a reply, or an error.
type answer struct {
	reply   any     // what the caller gets
	message message // the encoded reply
	err     error   // what the handler returned instead of a reply
}

// handlerError renders the error of a handler.
type handlerError struct{ err error }

func (e handlerError) String() string { return fmt.Sprint("error: ", e.err) }

// methodsOf returns the methods of a receiver by name.
func methodsOf(receiver any) (map[string]method, error) {
	v := reflect.ValueOf(receiver)
	if !v.IsValid() {
		return nil, fmt.Errorf("labrpc: cannot serve nil")
	}
	typeName := indirectType(v.Type()).Name()
	if typeName == "" {
		return nil, fmt.Errorf("labrpc: cannot serve a %v: RPC names start with the name of a type, and it has none", v.Type())
	}
	methods := map[string]method{}
	for i := range v.NumMethod() {
		m, ok := asMethod(v.Method(i))
		if !ok {
			continue
		}
		m.name = typeName + "." + v.Type().Method(i).Name
		methods[m.name] = m
	}
	return methods, nil
}

func asMethod(fn reflect.Value) (method, bool) {
	t := fn.Type()
	if !returnsErrorAtMost(t) || t.NumIn() < 1 || t.NumIn() > 2 || t.IsVariadic() {
		return method{}, false
	}
	m := method{fn: fn, args: t.In(0)}
	if m.args.Kind() == reflect.Pointer {
		m.args, m.byPtr = m.args.Elem(), true
	}
	if t.NumIn() == 1 {
		return m, m.byPtr
	}
	if t.In(1).Kind() != reflect.Pointer {
		return method{}, false
	}
	m.reply = t.In(1).Elem()
	return m, true
}

// returnsErrorAtMost reports whether functions of type t return nothing or an
// error.
func returnsErrorAtMost(t reflect.Type) bool {
	return t.NumOut() == 0 || t.NumOut() == 1 && t.Out(0) == reflect.TypeFor[error]()
}

func indirectType(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// accepts reports as an error why the method cannot take a message that was
// sent with the given types (without pointers; reply nil for a datagram).
func (m method) accepts(args, reply reflect.Type) error {
	switch {
	case args != m.args:
		takes, sent := tellApart(m.args, args)
		return fmt.Errorf("labrpc: %s takes a *%s, but was sent a *%s", m.name, takes, sent)
	case reply == nil && m.reply != nil:
		return fmt.Errorf("labrpc: %s answers a *%v, so it must be called, but it was sent a datagram", m.name, m.reply)
	case reply != nil && m.reply == nil:
		return fmt.Errorf("labrpc: %s takes a datagram and answers nothing, but it was called for a *%v", m.name, reply)
	case reply != m.reply:
		answers, wanted := tellApart(m.reply, reply)
		return fmt.Errorf("labrpc: %s answers a *%s, but was called for a *%s", m.name, answers, wanted)
	}
	return nil
}

// tellApart returns names for two types that differ even if only the paths of
// their packages do.
func tellApart(a, b reflect.Type) (nameA, nameB string) {
	if a.String() == b.String() {
		return fullName(a), fullName(b)
	}
	return a.String(), b.String()
}

// invoke decodes the arguments, runs the method, and returns the encoded reply,
// which is none for a datagram's handler. A panic becomes a *PanicError.
func (m method) invoke(arguments message) (a answer, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Method: m.name, Value: v, Stack: debug.Stack()}
		}
	}()
	args := reflect.New(m.args)
	if err := decode(arguments, args.Elem()); err != nil {
		return answer{}, fmt.Errorf("labrpc: %s: decode *%v: %w", m.name, m.args, err)
	}
	in := args
	if !m.byPtr {
		in = args.Elem()
	}
	if m.reply == nil {
		m.fn.Call([]reflect.Value{in})
		return answer{}, nil
	}
	reply := reflect.New(m.reply)
	results := m.fn.Call([]reflect.Value{in, reply})
	if len(results) == 1 && !results[0].IsNil() {
		return answer{err: results[0].Interface().(error)}, nil
	}
	a.reply = reply.Interface()
	a.message, err = encode(a.reply)
	if err != nil {
		return answer{}, fmt.Errorf("labrpc: %s: encode reply *%v: %w", m.name, m.reply, err)
	}
	return a, nil
}

// shapes are what a method that serves looks like.
const shapes = "func(args *Args, reply *Reply) or func(message *Message), which may return an error"

// unknownMethod says that no receiver of a replica has the method.
func unknownMethod(name string, replica int, methods map[string]method) error {
	known := "none"
	if len(methods) > 0 {
		known = strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
	}
	return fmt.Errorf("labrpc: replica %d has no method %q of RPC shape, %s; it has %s", replica, name, shapes, known)
}

func collectMethods(receivers []any) (map[string]method, error) {
	all := map[string]method{}
	for _, r := range receivers {
		methods, err := methodsOf(r)
		if err != nil {
			return nil, err
		}
		if len(methods) == 0 {
			return nil, fmt.Errorf("labrpc: %T has no exported method of RPC shape, %s", r, shapes)
		}
		for _, name := range slices.Sorted(maps.Keys(methods)) {
			if _, taken := all[name]; taken {
				return nil, fmt.Errorf("labrpc: two receivers serve %s", name)
			}
			all[name] = methods[name]
		}
	}
	return all, nil
}
