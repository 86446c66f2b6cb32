package checker

import (
	"fmt"
	"hash/maphash"

	"github.com/anishathalye/porcupine"
)

// State is the state of one key. The zero State is a key that does not exist.
type State struct {
	Exists bool
	Value  string // empty if the key does not exist
}

// String returns the value, or "no such key".
func (s State) String() string {
	if !s.Exists {
		return "no such key"
	}
	return quote(s.Value)
}

// Apply is the sequential specification: what one operation does to the state
// of its key, and what it answers. It is pure.
//
//   - Get answers the value and whether the key exists.
//   - Put stores a value and answers nothing.
//   - Append adds to the value, creating the key if need be, and answers the
//     new whole value and whether the key existed.
//   - CompareAndSet stores Value if the key exists and holds Expect. It
//     answers what it found, and whether it swapped.
//
// A replicated service can use Apply as its state machine. The model and the
// service then cannot disagree about what the operations mean, so an illegal
// history is the fault of the replication. The price is that a mistake in
// Apply would go unseen, which is why its tests spell out every case.
//
// Apply panics if it does not know in.Kind.
func Apply(s State, in Input) (State, Output) {
	switch in.Kind {
	case Get:
		return s, Output{Value: s.Value, Found: s.Exists}
	case Put:
		return State{Exists: true, Value: in.Value}, Output{}
	case Append:
		value := s.Value + in.Value
		return State{Exists: true, Value: value}, Output{Value: value, Found: s.Exists}
	case CompareAndSet:
		if s.Exists && s.Value == in.Expect {
			return State{Exists: true, Value: in.Value}, Output{Value: s.Value, Found: true, Swapped: true}
		}
		return s, Output{Value: s.Value, Found: s.Exists}
	}
	panic(fmt.Sprintf("checker: Apply: unknown kind %q", string(in.Kind)))
}

// fits reports whether out can be what a service said to in that found the right answer:
// the whole of it, or that a compare-and-set was declined.
func (out Output) fits(in Input, right Output) bool {
	if out.Declined {
		return in.Kind == CompareAndSet && out == Output{Declined: true} && !right.Swapped
	}
	return out == right
}

// Model returns [Apply] as a Porcupine model. Inputs are [Input]; outputs are
// [Output], or nil for an operation whose answer nobody saw, which may be
// anything. States are [State]: the model is partitioned by key.
func Model() porcupine.Model {
	return porcupine.Model{
		Partition: partition,
		Init:      func() any { return State{} },
		Step:      step,
		Equal:     func(a, b any) bool { return a.(State) == b.(State) },
		Hash:      func(s any) uint64 { return maphash.Comparable(seed, s.(State)) },
		DescribeOperation: func(in, out any) string {
			if out == nil {
				return in.(Input).String() + ", outcome unknown"
			}
			return in.(Input).String() + " " + out.(Output).describe(in.(Input))
		},
		DescribeState: func(s any) string { return s.(State).String() },
	}
}

// seed is one for the whole process: equal states must have equal hashes.
var seed = maphash.MakeSeed()

// step takes one step of the model. An operation that changes nothing returns
// the state it was given, boxed as it was: a search takes millions of steps.
func step(state, input, output any) (bool, any) {
	before := state.(State)
	after, out := Apply(before, input.(Input))
	if output != nil && !output.(Output).fits(input.(Input), out) {
		return false, state
	}
	if after == before {
		return true, state
	}
	return true, after
}

// partition groups operations by key.
func partition(ops []porcupine.Operation) [][]porcupine.Operation {
	var parts [][]porcupine.Operation
	at := make(map[string]int)
	for _, op := range ops {
		key := op.Input.(Input).Key
		i, ok := at[key]
		if !ok {
			i = len(parts)
			at[key] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], op)
	}
	return parts
}
