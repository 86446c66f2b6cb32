package checker

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Kind names what an operation does to its key.
type Kind string

// The four operations of the key-value service. [Apply] specifies them.
const (
	Get           Kind = "get"
	Put           Kind = "put"
	Append        Kind = "append"
	CompareAndSet Kind = "cas"
)

// valid reports whether Apply knows k.
func (k Kind) valid() bool {
	return k == Get || k == Put || k == Append || k == CompareAndSet
}

// Input is what a client asks for.
type Input struct {
	Kind Kind   `json:"kind"`
	Key  string `json:"key,omitempty"`
	// Value is what Put stores, what Append adds, and what CompareAndSet
	// stores if it finds Expect. A Get has none.
	Value string `json:"value,omitempty"`
	// Expect is the value CompareAndSet must find.
	Expect string `json:"expect,omitempty"`
}

// String returns the call as it would be written down: put(x, "a").
func (in Input) String() string {
	switch in.Kind {
	case Get:
		return "get(" + name(in.Key) + ")"
	case CompareAndSet:
		return "cas(" + name(in.Key) + ", " + quote(in.Expect) + ", " + quote(in.Value) + ")"
	default:
		return string(in.Kind) + "(" + name(in.Key) + ", " + quote(in.Value) + ")"
	}
}

// Output is the service's whole answer. The model compares all of it, "no such
// key" and "not swapped" included: an answer that is only half checked hides
// half of the bugs.
type Output struct {
	// Value is the value found by Get and CompareAndSet, empty if there was
	// none, and the new whole value for Append. A Put answers nothing.
	Value string `json:"value,omitempty"`
	// Found says, for all but Put, that the key existed when the operation
	// took effect.
	Found bool `json:"found,omitempty"`
	// Swapped says that CompareAndSet found what it expected and stored its
	// value.
	Swapped bool `json:"swapped,omitempty"`
	// Declined is the answer of a service that tells less: CompareAndSet did not find
	// what it expected, be it another value or no key. All else is then empty.
	Declined bool `json:"declined,omitempty"`
}

// describe returns the answer to in as a predicate: answered "a".
func (out Output) describe(in Input) string {
	value := quote(out.Value)
	switch {
	case in.Kind == CompareAndSet && out == (Output{Declined: true}):
		return "did not swap"
	case in.Kind == CompareAndSet && out.Swapped && out == (Output{Value: in.Expect, Found: true, Swapped: true}):
		return "swapped"
	case in.Kind == CompareAndSet && !out.Swapped && out.Found:
		return "did not swap, found " + value
	case in.Kind == CompareAndSet && out == (Output{}):
		return "did not swap, no such key"
	case in.Kind == Put && out == (Output{}):
		return "returned"
	case in.Kind == Get && out == (Output{}):
		return "answered no such key"
	case in.Kind == Get && out.Found && !out.Swapped:
		return "answered " + value
	case in.Kind == Append && !out.Swapped && out.Found:
		return "answered " + value
	case in.Kind == Append && !out.Swapped:
		return "answered " + value + " in a new key"
	}
	return fmt.Sprintf("answered value %s, found %t, swapped %t", value, out.Found, out.Swapped)
}

// Outcome is what a client learned about an operation.
type Outcome string

// A client learns one of three things. Telling them apart is what makes a
// history sharp: an operation of unknown outcome may take effect at any later
// time, or never, and so explains away much that would otherwise contradict.
const (
	// Done: the answer arrived.
	Done Outcome = "done"
	// NeverHappened: it is certain that the operation took no effect and never
	// will, as when another command was committed at its log index.
	NeverHappened Outcome = "never"
	// Unknown: the client gave up.
	Unknown Outcome = "unknown"
)

func (o Outcome) valid() bool {
	return o == Done || o == NeverHappened || o == Unknown
}

// Operation is one call of a client and what became of it.
type Operation struct {
	// ID is the operation's position in the recording, from 1.
	ID int
	// Client is who called, from 0.
	Client int
	// Replica is the replica that was asked, -1 if none was reached.
	Replica int
	// Input is what was asked.
	Input Input
	// Output is the answer. It means something only if Outcome is Done.
	Output Output
	// Call and Return are times since the start of the run. Return means
	// something only if Outcome is not Unknown.
	Call, Return time.Duration
	// Outcome is what the client learned.
	Outcome Outcome
	// Index is the log index at which the operation took effect, 0 if that is
	// not known. It is a hint that makes judging fast (see [Check]); a wrong
	// one costs time and never changes a verdict.
	Index int
}

// String describes the operation in one line: what, who, where, when, answer.
func (op Operation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s by client %d", op.Input, op.Client)
	if op.Replica >= 0 {
		fmt.Fprintf(&b, " on replica %d", op.Replica)
	}
	switch op.Outcome {
	case Done:
		fmt.Fprintf(&b, ", [%s, %s], %s", seconds(op.Call), seconds(op.Return), op.Output.describe(op.Input))
	case NeverHappened:
		fmt.Fprintf(&b, ", called at %s, never took effect", seconds(op.Call))
	default:
		fmt.Fprintf(&b, ", called at %s, outcome unknown", seconds(op.Call))
	}
	if op.Index > 0 {
		fmt.Fprintf(&b, " (log index %d)", op.Index)
	}
	return b.String()
}

// Answer returns what the client was told as a predicate, such as: answered
// "a". It is empty if it was told nothing.
func (op Operation) Answer() string {
	if op.Outcome != Done {
		return ""
	}
	return op.Output.describe(op.Input)
}

// Validate reports the first thing that makes op impossible as a record of a
// call, nil if there is none.
func (op Operation) Validate() error {
	switch in := op.Input; {
	case op.ID < 1:
		return fmt.Errorf("id is %d, want 1 or more", op.ID)
	case op.Client < 0:
		return fmt.Errorf("client is %d, want 0 or more", op.Client)
	case op.Replica < -1:
		return fmt.Errorf("replica is %d, want 0 or more, or -1 for none", op.Replica)
	case op.Index < 0:
		return fmt.Errorf("index is %d, want 1 or more, or 0 for not known", op.Index)
	case !in.Kind.valid():
		return fmt.Errorf("kind is %q, want get, put, append or cas", string(in.Kind))
	case in.Kind == Get && in.Value != "":
		return fmt.Errorf("a get has the value %s, want none", quote(in.Value))
	case in.Kind != CompareAndSet && in.Expect != "":
		return fmt.Errorf("a %s expects %s; only a cas expects a value", in.Kind, quote(in.Expect))
	case !op.Outcome.valid():
		return fmt.Errorf("outcome is %q, want done, never or unknown", string(op.Outcome))
	case op.Call < 0:
		return fmt.Errorf("called at %v, before the run", op.Call)
	case op.Outcome == Done && op.Return < op.Call:
		return fmt.Errorf("returned at %v, before its call at %v", op.Return, op.Call)
	}
	return nil
}

// seconds writes a time for people: at least milliseconds, at most
// microseconds.
func seconds(d time.Duration) string {
	s := strconv.FormatFloat(d.Seconds(), 'f', 6, 64)
	for i := 0; i < 3 && s[len(s)-1] == '0'; i++ {
		s = s[:len(s)-1]
	}
	return s + "s"
}

// longest is the longest value that is written out in full.
const longest = 120

// quote quotes a value; of a long one it keeps both ends, because appends
// differ at the end.
func quote(s string) string {
	if len(s) <= longest {
		return strconv.Quote(s)
	}
	return fmt.Sprintf("%q…%q (%d bytes)", s[:longest/3], s[len(s)-longest/3:], len(s))
}

// name writes a key bare if that cannot be misread.
func name(key string) string {
	if key == "" || strings.ContainsAny(key, " \t\n\",()") {
		return quote(key)
	}
	return key
}
