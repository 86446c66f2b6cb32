package labrpc

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// A codec encodes values of one type and decodes them again. Every type has
// one, built on first use.
type codec struct {
	t      reflect.Type
	name   string // under which the type is sent
	encode func(e *encoder, v reflect.Value) error
	decode func(d *decoder, v reflect.Value) error
}

var codecs sync.Map // reflect.Type → *codec

func codecFor(t reflect.Type) (*codec, error) {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec), nil
	}
	b := codecBuilder{}
	c, err := b.build(t)
	if err != nil {
		return nil, err
	}
	for t, c := range b {
		codecs.LoadOrStore(t, c)
	}
	return c, nil
}

// codecBuilder makes codecs for a type and all the types it contains. It holds
// those under construction, so that a type may contain itself.
type codecBuilder map[reflect.Type]*codec

func (b codecBuilder) build(t reflect.Type) (*codec, error) {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec), nil
	}
	if c, ok := b[t]; ok {
		return c, nil
	}
	c := &codec{t: t, name: nameOf(t)}
	b[t] = c
	var err error
	c.encode, c.decode, err = b.functions(t)
	if err != nil {
		return nil, err
	}
	return c, nil
}

type (
	encodeFunc = func(e *encoder, v reflect.Value) error
	decodeFunc = func(d *decoder, v reflect.Value) error
)

func (b codecBuilder) functions(t reflect.Type) (encodeFunc, decodeFunc, error) {
	if c, ok := marshalerFor(t); ok {
		return c.encode, c.decode, nil
	}
	switch t.Kind() {
	case reflect.Struct:
		return b.structure(t)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return encodeByteSlice, decodeByteSlice, nil
		}
		return b.list(t)
	case reflect.Array:
		return b.list(t)
	case reflect.Map:
		return b.mapping(t)
	case reflect.Pointer:
		return b.pointer(t)
	case reflect.Interface:
		return encodeInterface, decodeInterface, nil
	}
	return scalar(t)
}

// structCodec encodes the fields of a struct, in order.
type structCodec struct {
	t      reflect.Type
	fields []fieldCodec
}

type fieldCodec struct {
	*codec
	index int
	name  string
}

func (b codecBuilder) structure(t reflect.Type) (encodeFunc, decodeFunc, error) {
	c := structCodec{t: t}
	for i := range t.NumField() {
		f := t.Field(i)
		if !isSent(f) {
			continue
		}
		fc, err := b.build(f.Type)
		if err != nil {
			return nil, nil, fmt.Errorf("%v.%s: %w", t, f.Name, err)
		}
		c.fields = append(c.fields, fieldCodec{fc, i, f.Name})
	}
	if len(c.fields) == 0 && t.NumField() > 0 {
		return nil, nil, fmt.Errorf("a %v cannot be sent: it has no exported fields (names that start with a capital letter)", t)
	}
	return c.encode, c.decode, nil
}

// isSent reports whether a field is sent, by the rules of encoding/gob.
func isSent(f reflect.StructField) bool {
	kind := indirectType(f.Type).Kind()
	return f.IsExported() && kind != reflect.Func && kind != reflect.Chan
}

func (c structCodec) encode(e *encoder, v reflect.Value) error {
	for _, f := range c.fields {
		if err := f.encode(e, v.Field(f.index)); err != nil {
			return c.at(f, err)
		}
	}
	return nil
}

func (c structCodec) decode(d *decoder, v reflect.Value) error {
	for _, f := range c.fields {
		if err := f.decode(d, v.Field(f.index)); err != nil {
			return c.at(f, err)
		}
	}
	return nil
}

// at says where an error is, unless the way there is too long to be read.
func (c structCodec) at(f fieldCodec, err error) error {
	if _, ok := err.(tooDeepError); ok {
		return err
	}
	return fmt.Errorf("%v.%s: %w", c.t, f.name, err)
}

// marshaler is how values of a type turn themselves into bytes and back. Its
// functions take pointers to the values.
type marshaler struct {
	marshal   func(pointer any) ([]byte, error)
	unmarshal func(pointer any, b []byte) error
}

// The methods of encoding/gob's GobEncoder and GobDecoder.
type (
	gobEncoder interface{ GobEncode() ([]byte, error) }
	gobDecoder interface{ GobDecode([]byte) error }
)

// marshalerFor returns how values of type t marshal themselves. It reports
// false if they don't.
func marshalerFor(t reflect.Type) (m marshaler, ok bool) {
	p := reflect.PointerTo(t)
	switch {
	case p.Implements(reflect.TypeFor[gobEncoder]()) && p.Implements(reflect.TypeFor[gobDecoder]()):
		return marshaler{
			func(pointer any) ([]byte, error) { return pointer.(gobEncoder).GobEncode() },
			func(pointer any, b []byte) error { return pointer.(gobDecoder).GobDecode(b) },
		}, true
	case p.Implements(reflect.TypeFor[encoding.BinaryMarshaler]()) && p.Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]()):
		return marshaler{
			func(pointer any) ([]byte, error) { return pointer.(encoding.BinaryMarshaler).MarshalBinary() },
			func(pointer any, b []byte) error { return pointer.(encoding.BinaryUnmarshaler).UnmarshalBinary(b) },
		}, true
	}
	return marshaler{}, false
}

func (m marshaler) encode(e *encoder, v reflect.Value) error {
	if !v.CanAddr() {
		copied := reflect.New(v.Type()).Elem()
		copied.Set(v)
		v = copied
	}
	b, err := m.marshal(v.Addr().Interface())
	if err != nil {
		return fmt.Errorf("%v: %w", v.Type(), err)
	}
	e.bytes(b)
	return nil
}

func (m marshaler) decode(d *decoder, v reflect.Value) error {
	b, err := d.bytes()
	if err != nil {
		return err
	}
	if err := m.unmarshal(v.Addr().Interface(), slices.Clone(b)); err != nil {
		return fmt.Errorf("%v: %w", v.Type(), err)
	}
	return nil
}
