// Package labgob stands in for the lab's package of that name: encoding/gob.
package labgob

import (
	"encoding/gob"
	"io"
	"reflect"
)

// LabEncoder is a gob.Encoder.
type LabEncoder struct{ gob *gob.Encoder }

// NewEncoder returns an encoder that writes to w.
func NewEncoder(w io.Writer) *LabEncoder { return &LabEncoder{gob.NewEncoder(w)} }

// Encode writes a value.
func (e *LabEncoder) Encode(v interface{}) error { return e.gob.Encode(v) }

// EncodeValue writes a reflected value.
func (e *LabEncoder) EncodeValue(v reflect.Value) error { return e.gob.EncodeValue(v) }

// LabDecoder is a gob.Decoder.
type LabDecoder struct{ gob *gob.Decoder }

// NewDecoder returns a decoder that reads from r.
func NewDecoder(r io.Reader) *LabDecoder { return &LabDecoder{gob.NewDecoder(r)} }

// Decode reads a value.
func (d *LabDecoder) Decode(v interface{}) error { return d.gob.Decode(v) }

// Register makes a type known that is sent in an interface.
func Register(v interface{}) { gob.Register(v) }

// RegisterName makes a type known under a name.
func RegisterName(name string, v interface{}) { gob.RegisterName(name, v) }
