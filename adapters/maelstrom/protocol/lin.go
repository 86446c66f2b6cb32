package protocol

import (
	"encoding/json"
	"fmt"

	"github.com/raftcheck/raftcheck/checker"
)

// Request returns what a client asks for, as a body. Keys and values of the input are
// JSON.
func Request(in checker.Input) Body {
	b := Body{Key: json.RawMessage(in.Key)}
	switch in.Kind {
	case checker.Get:
		b.Type = "read"
	case checker.Put:
		b.Type, b.Value = "write", json.RawMessage(in.Value)
	case checker.CompareAndSet:
		b.Type, b.From, b.To = "cas", json.RawMessage(in.Expect), json.RawMessage(in.Value)
	default:
		panic(fmt.Sprintf("protocol: lin-kv has no %s", in.Kind))
	}
	return b
}

// Answer is what a client learns from what a node says.
type Answer struct {
	Outcome checker.Outcome
	Output  checker.Output
	// Error is the error that the node answered, for people; empty if it did not.
	Error string
}

// Served reports whether the operation was carried out.
func (a Answer) Served() bool { return a.Outcome == checker.Done }

// The errors that say what a key holds.
const (
	KeyDoesNotExist    = 20
	PreconditionFailed = 22
)

// NotSupported and Malformed are the errors of services.
const (
	NotSupported = 10
	Malformed    = 12
)

// definite are the names of the errors that say that the operation did not happen, and
// never will. Of all others that is not known.
var definite = map[int]string{
	1: "node-not-found", NotSupported: "not-supported", 11: "temporarily-unavailable", Malformed: "malformed-request",
	14: "abort", KeyDoesNotExist: "key-does-not-exist", 21: "key-already-exists", PreconditionFailed: "precondition-failed", 30: "txn-conflict",
}

// indefinite are the names of others.
var indefinite = map[int]string{0: " timeout", 13: " crash"}

// Understand returns what the answer to a request means.
func Understand(in checker.Input, b Body) (Answer, error) {
	request := Request(in).Type
	switch b.Type {
	case "error":
		return understandError(in, b)
	case request + "_ok":
	default:
		return Answer{}, fmt.Errorf("expected a %s_ok or an error in reply to %s, got type %q", request, in, b.Type)
	}
	a := Answer{Outcome: checker.Done}
	switch in.Kind {
	case checker.Get:
		if len(b.Value) == 0 {
			return Answer{}, fmt.Errorf("expected a read_ok with a value in reply to %s, got none", in)
		}
		if value := Canonical(b.Value); value != "null" {
			a.Output = checker.Output{Value: value, Found: true}
		}
	case checker.CompareAndSet:
		a.Output = checker.Output{Value: in.Expect, Found: true, Swapped: true}
	}
	return a, nil
}

// understandError tells errors that are observations, as that there is no such key, from
// those that say what became of the operation.
func understandError(in checker.Input, b Body) (Answer, error) {
	if b.Code == nil {
		return Answer{}, fmt.Errorf("expected an error with a code in reply to %s, got none", in)
	}
	code := *b.Code
	switch {
	case in.Kind != checker.Put && code == KeyDoesNotExist:
		return Answer{Outcome: checker.Done}, nil
	case in.Kind == checker.CompareAndSet && code == PreconditionFailed:
		return Answer{Outcome: checker.Done, Output: checker.Output{Declined: true}}, nil
	case definite[code] != "":
		return Answer{Outcome: checker.NeverHappened, Error: fmt.Sprintf("%d %s", code, definite[code])}, nil
	}
	return Answer{Outcome: checker.Unknown, Error: fmt.Sprintf("%d%s", code, indefinite[code])}, nil
}
