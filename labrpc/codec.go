package labrpc

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// A codec encodes values of one type and decodes them again. Every type has
// one, built on first use.
type codec struct {
	encode func(e *encoder, v reflect.Value) error
	decode func(d *decoder, v reflect.Value) error
}

var (
	codecs    sync.Map // reflect.Type → *codec
	wireTypes sync.Map // name → reflect.Type, of every type sent inside an interface
)

func codecFor(t reflect.Type) (*codec, error) {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec), nil
	}
	built := map[reflect.Type]*codec{}
	c, err := buildCodec(t, built)
	if err != nil {
		return nil, err
	}
	for t, c := range built {
		codecs.LoadOrStore(t, c)
	}
	return c, nil
}

// buildCodec makes the codec of t and of every type it contains. built holds
// those under construction, so that a type may contain itself.
func buildCodec(t reflect.Type, built map[reflect.Type]*codec) (*codec, error) {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec), nil
	}
	if c, ok := built[t]; ok {
		return c, nil
	}
	c := new(codec)
	built[t] = c
	var err error
	switch {
	case marshalsItself(t):
		*c = marshalerCodec(t)
	case t.Kind() == reflect.Struct:
		err = c.buildStruct(t, built)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		*c = codec{encodeByteSlice, decodeByteSlice}
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		err = c.buildList(t, built)
	case t.Kind() == reflect.Map:
		err = c.buildMap(t, built)
	case t.Kind() == reflect.Pointer:
		err = c.buildPointer(t, built)
	case t.Kind() == reflect.Interface:
		*c = codec{encodeInterface, decodeInterface}
	default:
		*c, err = scalarCodec(t)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func scalarCodec(t reflect.Type) (codec, error) {
	switch t.Kind() {
	case reflect.Bool:
		return codec{
			func(e *encoder, v reflect.Value) error { e.bool(v.Bool()); return nil },
			func(d *decoder, v reflect.Value) error { x, err := d.bool(); v.SetBool(x); return err },
		}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return codec{
			func(e *encoder, v reflect.Value) error { e.buf = binary.AppendVarint(e.buf, v.Int()); return nil },
			func(d *decoder, v reflect.Value) error {
				x, err := d.varint()
				if v.OverflowInt(x) {
					return fmt.Errorf("%d does not fit a %v", x, t)
				}
				v.SetInt(x)
				return err
			},
		}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return codec{
			func(e *encoder, v reflect.Value) error { e.buf = binary.AppendUvarint(e.buf, v.Uint()); return nil },
			func(d *decoder, v reflect.Value) error {
				x, err := d.uvarint()
				if v.OverflowUint(x) {
					return fmt.Errorf("%d does not fit a %v", x, t)
				}
				v.SetUint(x)
				return err
			},
		}, nil
	case reflect.Float32, reflect.Float64:
		return codec{
			func(e *encoder, v reflect.Value) error { e.float(v.Float()); return nil },
			func(d *decoder, v reflect.Value) error { x, err := d.float(); v.SetFloat(x); return err },
		}, nil
	case reflect.Complex64, reflect.Complex128:
		return codec{
			func(e *encoder, v reflect.Value) error {
				e.float(real(v.Complex()))
				e.float(imag(v.Complex()))
				return nil
			},
			func(d *decoder, v reflect.Value) error {
				re, err1 := d.float()
				im, err2 := d.float()
				v.SetComplex(complex(re, im))
				return errors.Join(err1, err2)
			},
		}, nil
	case reflect.String:
		return codec{
			func(e *encoder, v reflect.Value) error { e.string(v.String()); return nil },
			func(d *decoder, v reflect.Value) error { x, err := d.bytes(); v.SetString(string(x)); return err },
		}, nil
	}
	return codec{}, fmt.Errorf("a %v cannot be sent", t)
}

// buildStruct makes the codec of a struct: its exported fields, in order.
func (c *codec) buildStruct(t reflect.Type, built map[reflect.Type]*codec) error {
	type field struct {
		index int
		name  string
		codec *codec
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Type.Kind() == reflect.Func || f.Type.Kind() == reflect.Chan {
			continue
		}
		fc, err := buildCodec(f.Type, built)
		if err != nil {
			return fmt.Errorf("%v.%s: %w", t, f.Name, err)
		}
		fields = append(fields, field{i, f.Name, fc})
	}
	if len(fields) == 0 && t.NumField() > 0 {
		return fmt.Errorf("%v cannot be sent: it has no exported fields (field names start with a capital letter)", t)
	}
	c.encode = func(e *encoder, v reflect.Value) error {
		for _, f := range fields {
			if err := f.codec.encode(e, v.Field(f.index)); err != nil {
				return fmt.Errorf("%v.%s: %w", t, f.name, err)
			}
		}
		return nil
	}
	c.decode = func(d *decoder, v reflect.Value) error {
		for _, f := range fields {
			if err := f.codec.decode(d, v.Field(f.index)); err != nil {
				return fmt.Errorf("%v.%s: %w", t, f.name, err)
			}
		}
		return nil
	}
	return nil
}

// buildList makes the codec of a slice or an array: its length, zero for a nil
// slice and one more than the length otherwise, and the elements.
func (c *codec) buildList(t reflect.Type, built map[reflect.Type]*codec) error {
	elem, err := buildCodec(t.Elem(), built)
	if err != nil {
		return err
	}
	c.encode = func(e *encoder, v reflect.Value) error {
		if t.Kind() == reflect.Slice && v.IsNil() {
			e.buf = binary.AppendUvarint(e.buf, 0)
			return nil
		}
		e.buf = binary.AppendUvarint(e.buf, uint64(v.Len())+1)
		for i := range v.Len() {
			if err := elem.encode(e, v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	c.decode = func(d *decoder, v reflect.Value) error {
		n, isNil, err := d.length(t.Elem())
		if err != nil {
			return err
		}
		switch {
		case t.Kind() == reflect.Array && (isNil || n != t.Len()):
			return fmt.Errorf("%d elements for a %v", n, t)
		case isNil:
			v.SetZero()
			return nil
		case t.Kind() == reflect.Slice:
			v.Set(reflect.MakeSlice(t, n, n))
		}
		for i := range n {
			if err := elem.decode(d, v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// buildMap makes the codec of a map: as a list of pairs, sorted by the bytes of
// the key, so that equal maps have equal bytes.
func (c *codec) buildMap(t reflect.Type, built map[reflect.Type]*codec) error {
	key, err := buildCodec(t.Key(), built)
	if err != nil {
		return err
	}
	elem, err := buildCodec(t.Elem(), built)
	if err != nil {
		return err
	}
	c.encode = func(e *encoder, v reflect.Value) error {
		if v.IsNil() {
			e.buf = binary.AppendUvarint(e.buf, 0)
			return nil
		}
		type pair struct {
			key   []byte
			value reflect.Value
		}
		pairs := make([]pair, 0, v.Len())
		for it := v.MapRange(); it.Next(); {
			k := encoder{depth: e.depth}
			if err := key.encode(&k, it.Key()); err != nil {
				return err
			}
			pairs = append(pairs, pair{k.buf, it.Value()})
		}
		slices.SortFunc(pairs, func(a, b pair) int { return slices.Compare(a.key, b.key) })
		e.buf = binary.AppendUvarint(e.buf, uint64(len(pairs))+1)
		for _, p := range pairs {
			e.buf = append(e.buf, p.key...)
			if err := elem.encode(e, p.value); err != nil {
				return err
			}
		}
		return nil
	}
	c.decode = func(d *decoder, v reflect.Value) error {
		n, isNil, err := d.length(t.Key())
		if err != nil {
			return err
		}
		if isNil {
			v.SetZero()
			return nil
		}
		v.Set(reflect.MakeMap(t))
		for range n {
			k, x := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			if err := key.decode(d, k); err != nil {
				return err
			}
			if !k.Comparable() {
				return fmt.Errorf("a key of a %v is not comparable", t)
			}
			if err := elem.decode(d, x); err != nil {
				return err
			}
			v.SetMapIndex(k, x)
		}
		return nil
	}
	return nil
}

func (c *codec) buildPointer(t reflect.Type, built map[reflect.Type]*codec) error {
	elem, err := buildCodec(t.Elem(), built)
	if err != nil {
		return err
	}
	c.encode = func(e *encoder, v reflect.Value) error {
		e.bool(!v.IsNil())
		if v.IsNil() {
			return nil
		}
		return e.nested(t, func() error { return elem.encode(e, v.Elem()) })
	}
	c.decode = func(d *decoder, v reflect.Value) error {
		present, err := d.bool()
		if err != nil || !present {
			v.SetZero()
			return err
		}
		v.Set(reflect.New(t.Elem()))
		return d.nested(t, func() error { return elem.decode(d, v.Elem()) })
	}
	return nil
}

// encodeInterface writes the name of the value's type, empty for nil, and the
// value. The type is remembered by that name, so nothing needs registering:
// sender and receiver are one process.
func encodeInterface(e *encoder, v reflect.Value) error {
	if v.IsNil() {
		e.string("")
		return nil
	}
	x := v.Elem()
	name := wireName(x.Type())
	if t, _ := wireTypes.LoadOrStore(name, x.Type()); t != x.Type() {
		return fmt.Errorf("two types are called %s; rename one of them", name)
	}
	c, err := codecFor(x.Type())
	if err != nil {
		return err
	}
	e.string(name)
	return e.nested(x.Type(), func() error { return c.encode(e, x) })
}

func decodeInterface(d *decoder, v reflect.Value) error {
	name, err := d.bytes()
	if err != nil || len(name) == 0 {
		v.SetZero()
		return err
	}
	t, ok := wireTypes.Load(string(name))
	if !ok {
		return fmt.Errorf("no type called %q was ever sent", name)
	}
	x := reflect.New(t.(reflect.Type)).Elem()
	if !x.Type().AssignableTo(v.Type()) {
		return fmt.Errorf("a %v does not fit a %v", x.Type(), v.Type())
	}
	c, err := codecFor(x.Type())
	if err != nil {
		return err
	}
	if err := d.nested(x.Type(), func() error { return c.decode(d, x) }); err != nil {
		return err
	}
	v.Set(x)
	return nil
}

func wireName(t reflect.Type) string {
	if t.PkgPath() != "" {
		return t.PkgPath() + "." + t.Name()
	}
	return t.String()
}

func marshalsItself(t reflect.Type) bool {
	return t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface &&
		t.Implements(reflect.TypeFor[encoding.BinaryMarshaler]()) &&
		reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]())
}

func marshalerCodec(t reflect.Type) codec {
	return codec{
		func(e *encoder, v reflect.Value) error {
			b, err := v.Interface().(encoding.BinaryMarshaler).MarshalBinary()
			if err != nil {
				return fmt.Errorf("%v: %w", t, err)
			}
			e.string(string(b))
			return nil
		},
		func(d *decoder, v reflect.Value) error {
			b, err := d.bytes()
			if err != nil {
				return err
			}
			return v.Addr().Interface().(encoding.BinaryUnmarshaler).UnmarshalBinary(slices.Clone(b))
		},
	}
}

func encodeByteSlice(e *encoder, v reflect.Value) error {
	if v.IsNil() {
		e.buf = binary.AppendUvarint(e.buf, 0)
		return nil
	}
	e.buf = binary.AppendUvarint(e.buf, uint64(v.Len())+1)
	e.buf = append(e.buf, v.Bytes()...)
	return nil
}

func decodeByteSlice(d *decoder, v reflect.Value) error {
	n, isNil, err := d.length(v.Type().Elem())
	if err != nil {
		return err
	}
	if isNil {
		v.SetZero()
		return nil
	}
	v.SetBytes(slices.Clone(d.buf[:n:n]))
	d.buf = d.buf[n:]
	return nil
}

