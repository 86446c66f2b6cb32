package labrpc

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type (
	number    int16
	text      string
	blob      []byte
	octet     uint8
	hidden    struct{ Seen, unseen int }
	withFuncs struct {
		Before int
		F      func()
		P      *func()
		C      chan int
		After  int
	}
	tree struct {
		Value       int
		Left, Right *tree
	}
	forest         struct{ Trees []forest }
	nest           map[string]nest
	list           []list
	generic[T any] struct{ Value T }
	base           struct{ Inherited int }
	derived        struct {
		base
		Own int
	}
	Exported struct{ Inherited int }
	extended struct {
		Exported
		Own int
	}
	scalars struct {
		B    bool
		I    int
		I8   int8
		I16  int16
		I32  int32
		I64  int64
		U    uint
		U8   uint8
		U16  uint16
		U32  uint32
		U64  uint64
		Up   uintptr
		F32  float32
		F64  float64
		C64  complex64
		C128 complex128
		S    string
	}
)

func pointerTo[T any](v T) *T { return &v }

// roundTrip returns what arrives of a value, in a variable that holds another
// value before.
func roundTrip(t testing.TB, v any, before reflect.Value) any {
	m, err := encode(v)
	require.NoError(t, err)
	out := reflect.New(reflect.TypeOf(v)).Elem()
	if before.IsValid() {
		out.Set(before)
	}
	require.NoError(t, decode(m, out))
	return out.Interface()
}

func TestRoundTrip(t *testing.T) {
	tests := map[string]any{
		"bool":              true,
		"smallest integers": scalars{I8: math.MinInt8, I16: math.MinInt16, I32: math.MinInt32, I64: math.MinInt64, I: math.MinInt},
		"largest integers":  scalars{I8: math.MaxInt8, I16: math.MaxInt16, I32: math.MaxInt32, I64: math.MaxInt64, I: math.MaxInt, U: math.MaxUint, U8: 255, U16: 65535, U32: math.MaxUint32, U64: math.MaxUint64, Up: 9},
		"floats":            scalars{F32: math.MaxFloat32, F64: math.SmallestNonzeroFloat64, C64: complex(1, -2), C128: complex(math.Inf(1), 3)},
		"zero":              scalars{},
		"string":            "héllo\x00\xff",
		"empty string":      "",
		"named types": struct {
			N number
			T text
			B blob
			O []octet
		}{-5, "x", blob{1, 2}, []octet{3}},
		"bytes":                      []byte{0, 1, 255},
		"empty bytes":                []byte{},
		"nil bytes":                  []byte(nil),
		"slice":                      []int{1, 2, 3},
		"empty slice":                []int{},
		"nil slice":                  []int(nil),
		"slices of slices":           [][]string{nil, {}, {"a", ""}},
		"array":                      [3]string{"a", "", "c"},
		"empty array":                [0]int{},
		"array of bytes":             [4]byte{1, 2, 3, 4},
		"slice of empty structs":     make([]struct{}, 5),
		"map":                        map[string]int{"a": 1, "": 2},
		"empty map":                  map[string]int{},
		"nil map":                    map[string]int(nil),
		"map of maps":                map[number]map[text][]byte{1: nil, 2: {}, 3: {"x": {1}}},
		"set":                        map[[2]int]struct{}{{1, 2}: {}, {3, 4}: {}},
		"map with interface keys":    map[any]any{1: "int", "1": "string", nil: nil, [1]int{1}: 2.5, number(1): []any{nil}},
		"nil pointer":                struct{ P *int }{},
		"pointer":                    struct{ P **int }{pointerTo(pointerTo(7))},
		"interface":                  struct{ A, B, C, D, E any }{nil, 5, "x", tree{Value: 1}, &tree{Value: 2}},
		"nil pointer in interface":   struct{ A any }{(*tree)(nil)},
		"nil slice in interface":     struct{ A, B any }{[]int(nil), []int{}},
		"interface with methods":     struct{ S fmt.Stringer }{time.Second},
		"interface in interface":     []any{[]any{[]any{1, nil}, "x"}},
		"generics":                   []any{generic[int]{1}, generic[string]{"x"}, generic[generic[int]]{generic[int]{2}}},
		"recursive type":             tree{1, &tree{2, nil, &tree{Value: 3}}, nil},
		"recursive type in slices":   forest{[]forest{{}, {[]forest{}}, {[]forest{{}}}}},
		"recursive map":              nest{"a": nil, "b": {"c": {}}},
		"recursive slice":            list{nil, {}, {{}}},
		"deep, but not too deep":     *deepTree(maxDepth),
		"time":                       time.Date(2024, 2, 29, 12, 34, 56, 789, time.UTC),
		"duration":                   time.Duration(5),
		"time in a map in a pointer": struct{ P *map[string]time.Time }{&map[string]time.Time{"x": time.Unix(1e9, 0).UTC()}},
		"gob's own methods":          []*big.Int{big.NewInt(-1), new(big.Int).Lsh(big.NewInt(1), 200)},
		"gob's methods by value":     map[string]big.Int{"x": *big.NewInt(77)},
		"methods of the pointer":     []any{url.URL{Scheme: "http", Host: "raft"}, &url.URL{Path: "/x"}},
		"fields that are not sent":   withFuncs{Before: 1, After: 2},
		"embedded struct":            extended{Exported{1}, 2},
		"empty struct":               struct{}{},
	}
	for name, v := range tests {
		t.Run(name, func(t *testing.T) {
			got := roundTrip(t, v, reflect.Value{})
			require.True(t, reflect.DeepEqual(v, got), "sent %#v\n got %#v", v, got)

			// Nothing shines through from before.
			for other, before := range tests {
				if reflect.TypeOf(before) == reflect.TypeOf(v) {
					got := roundTrip(t, v, reflect.ValueOf(before))
					require.True(t, reflect.DeepEqual(v, got), "over %s: sent %#v\n got %#v", other, v, got)
				}
			}
		})
	}
}

// Two values from one message share no memory, with each other or with it.
func TestDecodedValuesAreApart(t *testing.T) {
	v := everything{Bytes: []byte("bytes"), Any: []byte("any"), Map: map[string]int32{"key": 1}}
	m, err := encode(v)
	require.NoError(t, err)
	var a, b everything
	require.NoError(t, decode(m, reflect.ValueOf(&a).Elem()))
	require.NoError(t, decode(m, reflect.ValueOf(&b).Elem()))
	a.Bytes[0], a.Any.([]byte)[0], a.Map["key"] = 'x', 'x', 2
	clear(m.bytes)
	require.Equal(t, v, b)
}

func deepTree(depth int) *tree {
	t := &tree{}
	for range depth - 1 {
		t = &tree{Left: t}
	}
	return t
}

func TestRoundTripOfWhatIsNotEqual(t *testing.T) {
	require.True(t, math.IsNaN(roundTrip(t, math.NaN(), reflect.Value{}).(float64)))
	require.True(t, math.Signbit(roundTrip(t, math.Copysign(0, -1), reflect.Value{}).(float64)))
	require.Len(t, roundTrip(t, map[float64]int{math.NaN(): 1, math.Float64frombits(0x7ff8000000000002): 2}, reflect.Value{}), 2)
	require.Len(t, roundTrip(t, map[*int]int{pointerTo(1): 1, pointerTo(1): 2}, reflect.Value{}), 2)
	require.Equal(t, derived{Own: 2}, roundTrip(t, derived{base{1}, 2}, reflect.Value{}), "a struct that is embedded by a hidden name is hidden")

	// Hidden and function fields stay as they are.
	require.Equal(t, hidden{Seen: 1, unseen: 9}, roundTrip(t, hidden{1, 2}, reflect.ValueOf(hidden{8, 9})))
	now := time.Now()
	require.True(t, now.Equal(roundTrip(t, now, reflect.Value{}).(time.Time)))
}

// Types of one name, as functions of a test file easily have them, stay apart.
func TestRoundTripOfTypesOfOneName(t *testing.T) {
	one := func() any { type command struct{ A int }; return command{1} }()
	two := func() any { type command struct{ B string }; return command{"x"} }()
	require.Equal(t, fullName(reflect.TypeOf(one)), fullName(reflect.TypeOf(two)))
	both := []any{one, two, one}
	require.Equal(t, both, roundTrip(t, both, reflect.Value{}))
}

func TestCannotEncode(t *testing.T) {
	loop := &tree{}
	loop.Left = &tree{Right: loop}
	var ring forest
	ring.Trees = []forest{{}, {}}
	ring.Trees[1].Trees = ring.Trees
	self := nest{}
	self["x"] = self
	chain := list{nil}
	chain[0] = chain
	var inside any
	inside = []any{&inside}

	tests := []struct {
		v    any
		want string
	}{
		{nil, "nil cannot be sent"},
		{(*tree)(nil), "nil cannot be sent"},
		{secretive{}, "a labrpc.secretive cannot be sent: it has no exported fields (names that start with a capital letter)"},
		{forestOf[secretive]{}, "labrpc.forestOf[github.com/raftcheck/raftcheck/labrpc.secretive].Trees: " +
			"a labrpc.secretive cannot be sent: it has no exported fields (names that start with a capital letter)"},
		{func() {}, "a func() cannot be sent"},
		{[]chan int{}, "a chan int cannot be sent"},
		{map[string]func(){}, "a func() cannot be sent"},
		{map[any]int{make(chan int): 1}, "a chan int cannot be sent"},
		{struct{ A any }{struct{ B any }{func() {}}}, "struct { A interface {} }.A: struct { B interface {} }.B: a func() cannot be sent"},
		{withFuncs{}, ""},
		{struct{ F func() }{}, "a struct { F func() } cannot be sent: it has no exported fields (names that start with a capital letter)"},
		{picky{7}, "labrpc.picky: seven is not sent"},
		{loop, "a *labrpc.tree is nested more than 10000 deep; does it contain itself?"},
		{ring, "a []labrpc.forest is nested more than 10000 deep; does it contain itself?"},
		{self, "a labrpc.nest is nested more than 10000 deep; does it contain itself?"},
		{chain, "a labrpc.list is nested more than 10000 deep; does it contain itself?"},
		{inside, "a []interface {} is nested more than 10000 deep; does it contain itself?"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%T", test.v), func(t *testing.T) {
			for range 2 { // a second attempt meets what the first has left behind
				_, err := encode(test.v)
				if test.want == "" {
					require.NoError(t, err)
				} else {
					require.EqualError(t, err, test.want)
				}
			}
		})
	}
}

type forestOf[T any] struct{ Trees []T }

// messageFor returns bytes as a message that claims to be for v, with values of
// the given types in interfaces.
func messageFor(t testing.TB, v reflect.Value, bytes []byte, types ...reflect.Type) message {
	c, err := codecFor(v.Type())
	require.NoError(t, err)
	m := message{codec: c, bytes: bytes}
	for _, inner := range types {
		c, err := codecFor(inner)
		require.NoError(t, err)
		m.inner = append(m.inner, c)
	}
	return m
}

func TestCannotDecode(t *testing.T) {
	tests := []struct {
		name  string
		into  any
		bytes string
		types []reflect.Type
		want  string
	}{
		{"nothing", 0, "", nil, "message is cut short"},
		{"too much", false, "\x01\x01", nil, "message has 1 bytes more than a bool"},
		{"a boolean", false, "\x02", nil, "byte 0x2 for a boolean"},
		{"a large number", int8(0), "\x80\x02", nil, "128 does not fit a int8"},
		{"a large unsigned number", uint8(0), "\x80\x02", nil, "256 does not fit a uint8"},
		{"an endless number", 0, strings.Repeat("\xff", 20), nil, "message is cut short"},
		{"a short float", 1.5, "1234567", nil, "message is cut short"},
		{"a short complex", complex(1, 1), "123456781234567", nil, "message is cut short"},
		{"a short string", "", "\x05abcd", nil, "message is cut short"},
		{"a short list", []int{}, "\x05\x01\x01\x01", nil, "message is cut short"},
		{"a huge list", []int{}, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", nil, "message is cut short"},
		{"a huge list of nothing", []struct{}{}, "\xff\xff\xff\xff\x7f", nil, "message is cut short"},
		{"huge bytes", []byte{}, "\xff\xff\xff\xff\x7f", nil, "message is cut short"},
		{"a huge map", map[int]int{}, "\xff\xff\xff\xff\x7f", nil, "message is cut short"},
		{"an array of other length", [2]int{}, "\x04\x01\x01\x01", nil, "3 elements for a [2]int"},
		{"a nil array", [2]int{}, "\x00", nil, "0 elements for a [2]int"},
		{"a pointer", pointerTo(1), "\x01", nil, "message is cut short"},
		{"a field", tree{}, "\x02\x01", nil, "labrpc.tree.Left: labrpc.tree.Value: message is cut short"},
		{"no type", []any{}, "\x02\x03int\x01", nil, "message is cut short"},
		{"another type", []any{}, "\x02\x03int\x01", []reflect.Type{reflect.TypeFor[string]()}, "a int does not fit a interface {}"},
		{"a type that does not fit", []fmt.Stringer{}, "\x02\x03int\x01", []reflect.Type{reflect.TypeFor[int]()}, "a int does not fit a fmt.Stringer"},
		{"a key", map[any]int{}, "\x02\x05[]int\x01", []reflect.Type{reflect.TypeFor[[]int]()}, "a key of a map[interface {}]int is not comparable"},
		{"a deep list", list{}, strings.Repeat("\x02", 20_000), nil, "a labrpc.list is nested more than 10000 deep; does it contain itself?"},
		{"a value that objects", picky{}, "\x01\x03", nil, "labrpc.picky: odd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			into := reflect.New(reflect.TypeOf(test.into)).Elem()
			require.EqualError(t, decode(messageFor(t, into, []byte(test.bytes), test.types...), into), test.want)
		})
	}
}

// Every beginning of a message is an error, and so is every longer one.
func TestCannotDecodePartOfAMessage(t *testing.T) {
	full := []any{tree{1, &tree{}, nil}, map[string]any{"a": 1.5, "b": []byte("xyz")}, [2]time.Time{}, "text", complex(1, 2)}
	m, err := encode(full)
	require.NoError(t, err)
	for n := range m.bytes {
		require.Error(t, decode(message{m.codec, m.bytes[:n], m.inner}, reflect.ValueOf(new([]any)).Elem()), "%d of %d bytes", n, len(m.bytes))
	}
	require.Error(t, decode(message{m.codec, append(m.bytes, 0), m.inner}, reflect.ValueOf(new([]any)).Elem()))
}

// A damaged length asks for no more memory than the message accounts for.
func TestDecodeAllocatesWithinReason(t *testing.T) {
	for _, into := range []any{[]int{}, []byte{}, "", map[int]int{}, []struct{}{}, [][]struct{}{}} {
		v := reflect.New(reflect.TypeOf(into)).Elem()
		m := messageFor(t, v, []byte("\xff\xff\xff\xff\xff\x7f1234"))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.Error(t, decode(m, v))
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<16), "%T", into)
	}
}

// The same value has the same bytes, in whatever order its maps are walked and
// whatever was encoded before.
func TestBytesAreCanonical(t *testing.T) {
	big := func() any {
		m := map[any]any{}
		for _, i := range rand.Perm(50) {
			m[i] = map[string]int{fmt.Sprint(i): i, "x": -i}
			m[fmt.Sprint(i)] = []any{i, number(i)}
		}
		return []any{m, map[float64]int{math.NaN(): 1, math.NaN(): 2, 3: 3},
			map[*int]string{pointerTo(1): "b", pointerTo(1): "a"}}
	}
	want, err := encode(big())
	require.NoError(t, err)
	for range 50 {
		got, err := encode(big())
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestBytesDoNotDependOnTheProcess(t *testing.T) {
	type local struct{ A any }
	v := []any{local{number(-3)}, tree{Value: 1, Left: &tree{}}, map[string]bool{"b": true, "a": false}}
	m, err := encode(v)
	require.NoError(t, err)
	const pkg = "github.com/raftcheck/raftcheck/labrpc."
	require.Equal(t, "\x04"+
		string(rune(len(pkg)+5))+pkg+"local"+string(rune(len(pkg)+6))+pkg+"number\x05"+
		string(rune(len(pkg)+4))+pkg+"tree\x02\x01\x00\x00\x00\x00"+
		"\x0fmap[string]bool\x03\x01a\x00\x01b\x01", string(m.bytes))
}

// Values that differ have bytes that differ.
func TestBytesTellValuesApart(t *testing.T) {
	values := []any{nil, 0, int64(0), uint(0), "", []int(nil), []int{}, []int{0}, []any{}, []any{nil}, [0]int{}, [1]int{},
		map[int]int(nil), map[int]int{}, (*int)(nil), pointerTo(0), false, 0.0, math.Copysign(0, -1), tree{}, &tree{}, forest{}, struct{}{}}
	seen := map[string]any{}
	for _, v := range values {
		m, err := encode([]any{v})
		require.NoError(t, err)
		other, taken := seen[string(m.bytes)]
		require.False(t, taken, "%#v has the bytes of %#v", v, other)
		seen[string(m.bytes)] = v
	}
}

func TestEncodeFromManyGoroutines(t *testing.T) {
	type a struct {
		B *tree
		M map[string][]any
	}
	done := make(chan any)
	v := a{deepTree(3), map[string][]any{"x": {generic[uint8]{1}, generic[int8]{2}}}}
	for range 8 {
		go func() { done <- roundTrip(t, v, reflect.Value{}) }()
	}
	for range 8 {
		require.Equal(t, v, <-done)
	}
}

type movedHere struct{ N int }

func TestRegisteredNameIsSent(t *testing.T) {
	RegisterName("elsewhere.Moved", movedHere{})
	m, err := encode(&struct{ V any }{movedHere{7}})
	require.NoError(t, err)
	require.Contains(t, string(m.bytes), "elsewhere.Moved")
	var back struct{ V any }
	require.NoError(t, decode(m, reflect.ValueOf(&back).Elem()))
	require.Equal(t, movedHere{7}, back.V)

	RegisterName("elsewhere.Moved", movedHere{}) // again
	require.PanicsWithValue(t, `labrpc: RegisterName("other", labrpc.movedHere): the type has the name "elsewhere.Moved" already`,
		func() { RegisterName("other", movedHere{}) })
}
