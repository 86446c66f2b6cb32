package checker

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The replicated service may use Apply as its state machine, so a mistake in
// it would be on both sides of every comparison. This table is what it is held
// against instead.
func TestSpecification(t *testing.T) {
	none := State{}
	has := func(v string) State { return State{Exists: true, Value: v} }
	for _, tt := range []struct {
		name   string
		before State
		in     Input
		after  State
		out    Output
	}{
		{"get of a missing key", none, Input{Kind: Get}, none, Output{}},
		{"get", has("a"), Input{Kind: Get}, has("a"), Output{Value: "a", Found: true}},
		{"get of an empty value", has(""), Input{Kind: Get}, has(""), Output{Found: true}},
		{"put of a new key", none, Input{Kind: Put, Value: "a"}, has("a"), Output{}},
		{"put over a value", has("a"), Input{Kind: Put, Value: "b"}, has("b"), Output{}},
		{"put of an empty value", has("a"), Input{Kind: Put}, has(""), Output{}},
		{"append to a missing key", none, Input{Kind: Append, Value: "a"}, has("a"), Output{Value: "a"}},
		{"append", has("a"), Input{Kind: Append, Value: "b"}, has("ab"), Output{Value: "ab", Found: true}},
		{"append of nothing creates", none, Input{Kind: Append}, has(""), Output{}},
		{"append of nothing", has("a"), Input{Kind: Append}, has("a"), Output{Value: "a", Found: true}},
		{"cas", has("a"), Input{Kind: CompareAndSet, Expect: "a", Value: "b"}, has("b"), Output{Value: "a", Found: true, Swapped: true}},
		{"cas to the same value", has("a"), Input{Kind: CompareAndSet, Expect: "a", Value: "a"}, has("a"), Output{Value: "a", Found: true, Swapped: true}},
		{"cas of another value", has("c"), Input{Kind: CompareAndSet, Expect: "a", Value: "b"}, has("c"), Output{Value: "c", Found: true}},
		{"cas of a missing key", none, Input{Kind: CompareAndSet, Expect: "a", Value: "b"}, none, Output{}},
		{"cas of a missing key, nothing expected", none, Input{Kind: CompareAndSet, Value: "b"}, none, Output{}},
		{"cas of an empty value", has(""), Input{Kind: CompareAndSet, Value: "b"}, has("b"), Output{Found: true, Swapped: true}},
		{"cas of part of the value", has("ab"), Input{Kind: CompareAndSet, Expect: "a", Value: "b"}, has("ab"), Output{Value: "ab", Found: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after, out := Apply(tt.before, tt.in)
			require.Equal(t, tt.after, after)
			require.Equal(t, tt.out, out)
			require.True(t, possible(tt.in, tt.out))

			m := Model()
			ok, next := m.Step(tt.before, tt.in, tt.out)
			require.True(t, ok)
			require.True(t, m.Equal(tt.after, next))
			require.Equal(t, m.Hash(tt.after), m.Hash(next))
			for _, wrong := range []Output{
				{Value: tt.out.Value + "!", Found: tt.out.Found, Swapped: tt.out.Swapped},
				{Value: tt.out.Value, Found: !tt.out.Found, Swapped: tt.out.Swapped},
				{Value: tt.out.Value, Found: tt.out.Found, Swapped: !tt.out.Swapped},
			} {
				ok, _ := m.Step(tt.before, tt.in, wrong)
				require.False(t, ok, "accepted %+v", wrong)
			}
			ok, next = m.Step(tt.before, tt.in, nil)
			require.True(t, ok, "an answer nobody saw may be anything")
			require.True(t, m.Equal(tt.after, next))
		})
	}
	require.PanicsWithValue(t, `checker: Apply: unknown kind "drop"`, func() { Apply(none, Input{Kind: "drop"}) })
}

func TestPossibleAnswers(t *testing.T) {
	for _, tt := range []struct {
		in  Input
		out Output
	}{
		{Input{Kind: Get}, Output{Value: "a"}},
		{Input{Kind: Get}, Output{Found: true, Swapped: true}},
		{Input{Kind: Put, Value: "a"}, Output{Value: "a"}},
		{Input{Kind: Append, Value: "a"}, Output{Value: "b", Found: true}},
		{Input{Kind: Append, Value: "a"}, Output{Value: "ba"}},
		{Input{Kind: Append, Value: "a"}, Output{}},
		{Input{Kind: Get}, Output{Declined: true}},
		{Input{Kind: CompareAndSet, Expect: "a"}, Output{Value: "b", Found: true, Declined: true}},
		{Input{Kind: CompareAndSet, Expect: "a"}, Output{Value: "a", Found: true}},
		{Input{Kind: CompareAndSet, Expect: "a"}, Output{Value: "b", Found: true, Swapped: true}},
		{Input{Kind: CompareAndSet, Expect: "a"}, Output{Value: "a", Swapped: true}},
	} {
		require.False(t, possible(tt.in, tt.out), "%v %+v", tt.in, tt.out)
	}
}
