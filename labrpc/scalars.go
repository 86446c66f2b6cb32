package labrpc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
)

// scalar returns the codec's functions for a type without parts.
func scalar(t reflect.Type) (encodeFunc, decodeFunc, error) {
	switch t.Kind() {
	case reflect.Bool:
		return encodeBool, decodeBool, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return encodeInt, decodeInt, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return encodeUint, decodeUint, nil
	case reflect.Float32, reflect.Float64:
		return encodeFloat, decodeFloat, nil
	case reflect.Complex64, reflect.Complex128:
		return encodeComplex, decodeComplex, nil
	case reflect.String:
		return encodeString, decodeString, nil
	}
	return nil, nil, fmt.Errorf("a %v cannot be sent", t)
}

func encodeBool(e *encoder, v reflect.Value) error {
	e.bool(v.Bool())
	return nil
}

func decodeBool(d *decoder, v reflect.Value) error {
	x, err := d.bool()
	v.SetBool(x)
	return err
}

func encodeInt(e *encoder, v reflect.Value) error {
	e.buf = binary.AppendVarint(e.buf, v.Int())
	return nil
}

func decodeInt(d *decoder, v reflect.Value) error {
	x, err := d.varint()
	if v.OverflowInt(x) {
		return fmt.Errorf("%d does not fit a %v", x, v.Type())
	}
	v.SetInt(x)
	return err
}

func encodeUint(e *encoder, v reflect.Value) error {
	e.uvarint(v.Uint())
	return nil
}

func decodeUint(d *decoder, v reflect.Value) error {
	x, err := d.uvarint()
	if v.OverflowUint(x) {
		return fmt.Errorf("%d does not fit a %v", x, v.Type())
	}
	v.SetUint(x)
	return err
}

func encodeFloat(e *encoder, v reflect.Value) error {
	e.float(v.Float())
	return nil
}

func decodeFloat(d *decoder, v reflect.Value) error {
	x, err := d.float()
	v.SetFloat(x)
	return err
}

func encodeComplex(e *encoder, v reflect.Value) error {
	e.float(real(v.Complex()))
	e.float(imag(v.Complex()))
	return nil
}

func decodeComplex(d *decoder, v reflect.Value) error {
	re, err1 := d.float()
	im, err2 := d.float()
	v.SetComplex(complex(re, im))
	return errors.Join(err1, err2)
}

func encodeString(e *encoder, v reflect.Value) error {
	e.string(v.String())
	return nil
}

func decodeString(d *decoder, v reflect.Value) error {
	x, err := d.bytes()
	v.SetString(string(x))
	return err
}
