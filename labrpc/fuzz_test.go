package labrpc

import (
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// everything has a field of every kind.
type everything struct {
	Scalars scalars
	Bytes   []byte
	List    []everything
	Array   [2]uint16
	Strings []string
	Empty   []struct{}
	Map     map[string]int32
	Maps    map[float64]map[[2]bool]any
	Pointer *everything
	Any     any
	Time    time.Time
}

// fuzzTypes are the types that arbitrary messages claim their interfaces hold.
var fuzzTypes = []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[everything](), reflect.TypeFor[[]any](),
	reflect.TypeFor[map[any]any](), reflect.TypeFor[*tree](), reflect.TypeFor[string]()}

// Arbitrary bytes never panic and never ask for much memory, and what can be
// decoded comes back from its own encoding.
func FuzzDecode(f *testing.F) {
	for _, v := range []everything{
		{},
		{Bytes: []byte{}, List: []everything{{Any: 1}}, Strings: []string{"a"}, Empty: make([]struct{}, 3)},
		{Map: map[string]int32{"x": 1}, Maps: map[float64]map[[2]bool]any{1: {{true, false}: "y"}}, Pointer: &everything{}},
		{Any: map[any]any{1: []any{"x"}}, Time: time.Unix(5, 6).UTC()},
	} {
		m, err := encode(v)
		require.NoError(f, err)
		f.Add(m.bytes)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v everything
		m := messageFor(t, reflect.ValueOf(v), b, fuzzTypes...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := decode(m, reflect.ValueOf(&v).Elem())
		runtime.ReadMemStats(&after)
		limit := 1<<21 + uint64(len(b))*4*uint64(reflect.TypeFor[everything]().Size())
		require.Less(t, after.TotalAlloc-before.TotalAlloc, limit)
		if err != nil {
			return
		}
		first, err := encode(v)
		require.NoError(t, err)
		var again everything
		require.NoError(t, decode(first, reflect.ValueOf(&again).Elem()))
		second, err := encode(again)
		require.NoError(t, err)
		require.Equal(t, first, second)
	})
}

// Every value comes back as it was.
func FuzzRoundTrip(f *testing.F) {
	f.Add(uint8(0), int64(0), "", []byte(nil), 0.0)
	f.Add(uint8(255), int64(-1), "key", []byte("value"), 1.5)
	f.Fuzz(func(t *testing.T, shape uint8, i int64, s string, b []byte, x float64) {
		if x != x {
			x = 0 // is not equal to itself
		}
		v := everything{Scalars: scalars{I64: i, U8: shape, S: s, F64: x, C128: complex(x, -x)}, Array: [2]uint16{uint16(i), uint16(shape)}}
		if shape&1 != 0 {
			v.Bytes, v.Strings = b, []string{s, "", s}
		}
		if shape&2 != 0 {
			v.Map = map[string]int32{s: int32(i), s + "x": 0}
			v.Maps = map[float64]map[[2]bool]any{x: {{true, false}: s}, x + 1: nil}
		}
		if shape&4 != 0 {
			v.Any = []any{s, i, x, nil, everything{Bytes: []byte{}}}
		}
		if shape&8 != 0 {
			inner := v
			v.Pointer, v.List = &inner, []everything{inner, {}}
		}
		if shape&16 != 0 {
			v.Empty, v.Time = make([]struct{}, shape), time.Unix(i%1e9, 7).UTC()
		}
		got := roundTrip(t, v, reflect.Value{})
		require.True(t, reflect.DeepEqual(v, got), "sent %#v\n got %#v", v, got)
	})
}
