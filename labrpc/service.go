package labrpc

import (
	"fmt"
	"reflect"
	"strings"
)

// A method is one exported method of a receiver that has the shape of an RPC,
//
//	func (r *T) Method(args *Args, reply *Reply)
//
// or of a datagram's handler, which has no reply. args may also be a value.
type method struct {
	name  string // "T.Method"
	fn    reflect.Value
	args  reflect.Type // without the pointer
	byPtr bool
	reply reflect.Type // without the pointer, nil for a datagram's handler
}

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
	if t.NumOut() != 0 || t.NumIn() < 1 || t.NumIn() > 2 || t.IsVariadic() {
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
		return fmt.Errorf("labrpc: %s takes a *%v, but was sent a *%v", m.name, m.args, args)
	case reply == nil && m.reply != nil:
		return fmt.Errorf("labrpc: %s answers a *%v, so it must be called, but it was sent a datagram", m.name, m.reply)
	case reply != nil && m.reply == nil:
		return fmt.Errorf("labrpc: %s takes a datagram and answers nothing, but it was called for a *%v", m.name, reply)
	case reply != m.reply:
		return fmt.Errorf("labrpc: %s answers a *%v, but was called for a *%v", m.name, m.reply, reply)
	}
	return nil
}

// invoke decodes the arguments, runs the method, and returns the encoded reply,
// nil for a datagram's handler.
func (m method) invoke(body []byte) ([]byte, error) {
	args := reflect.New(m.args)
	if err := decode(body, args.Elem()); err != nil {
		return nil, fmt.Errorf("labrpc: %s: decode *%v: %w", m.name, m.args, err)
	}
	in := args
	if !m.byPtr {
		in = args.Elem()
	}
	if m.reply == nil {
		m.fn.Call([]reflect.Value{in})
		return nil, nil
	}
	reply := reflect.New(m.reply)
	m.fn.Call([]reflect.Value{in, reply})
	out, err := encode(reply.Interface())
	if err != nil {
		return nil, fmt.Errorf("labrpc: %s: encode reply *%v: %w", m.name, m.reply, err)
	}
	return out, nil
}

// unknownMethod says that no receiver of a replica has the method.
func unknownMethod(name string, replica int, known []string) error {
	return fmt.Errorf("labrpc: replica %d has no method %q of RPC shape; it has %s", replica, name, strings.Join(known, ", "))
}

func collectMethods(receivers []any) (map[string]method, error) {
	all := map[string]method{}
	for _, r := range receivers {
		methods, err := methodsOf(r)
		if err != nil {
			return nil, err
		}
		if len(methods) == 0 {
			return nil, fmt.Errorf("labrpc: %T has no exported method of RPC shape, func(args *Args, reply *Reply) or func(message *Message)", r)
		}
		for name, m := range methods {
			if _, taken := all[name]; taken {
				return nil, fmt.Errorf("labrpc: two receivers serve %s", name)
			}
			all[name] = m
		}
	}
	return all, nil
}
