package protocol

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestParse(t *testing.T) {
	m, err := Parse([]byte(`{"id":3,"src":"n0","dest":"c1","body":{"type":"read_ok"}}`))
	require.NoError(t, err)
	require.Equal(t, "{\"src\":\"n0\",\"dest\":\"c1\",\"body\":{\"type\":\"read_ok\"}}\n", string(m.Line()))
	for line, says := range map[string]string{
		"hello":                              `expected a message, {"src":…,"dest":…,"body":…} (invalid character 'h' looking for beginning of value), got hello`,
		`[]`:                                 "cannot unmarshal array",
		`{"dest":"n1","body":{}}`:            "expected a message with a src, got {",
		`{"src":"n0","body":{}}`:             "expected a message with a dest, got {",
		`{"src":"n0","dest":"n1"}`:           "expected a message with a body, got {",
		`{"src":1,"dest":"n1","body":{}}`:    "cannot unmarshal number",
		"{" + strings.Repeat("a", 400) + "}": "… (402 bytes)",
	} {
		_, err := Parse([]byte(line))
		require.ErrorContains(t, err, says)
	}
}

func TestParseBody(t *testing.T) {
	for raw, says := range map[string]string{
		`{"msg_id":1}`:                 `expected a body with a type, got {"msg_id":1}`,
		`"read_ok"`:                    "cannot unmarshal string",
		`{"type":"x","msg_id":"one"}`:  "cannot unmarshal string",
		`{"type":"x","code":"twenty"}`: "cannot unmarshal string",
	} {
		_, err := ParseBody(json.RawMessage(raw))
		require.ErrorContains(t, err, says)
	}
}

func TestRequests(t *testing.T) {
	for in, body := range map[checker.Input]string{
		{Kind: checker.Get, Key: "1"}:                                        `{"type":"read","key":1}`,
		{Kind: checker.Put, Key: "1", Value: "2"}:                            `{"type":"write","key":1,"value":2}`,
		{Kind: checker.CompareAndSet, Key: "1", Expect: "2", Value: `["a"]`}: `{"type":"cas","key":1,"from":2,"to":["a"]}`,
	} {
		require.JSONEq(t, body, string(Request(in).JSON()))
	}
}

var (
	read  = checker.Input{Kind: checker.Get, Key: "1"}
	write = checker.Input{Kind: checker.Put, Key: "1", Value: "2"}
	cas   = checker.Input{Kind: checker.CompareAndSet, Key: "1", Expect: "2", Value: "3"}
)

func TestUnderstand(t *testing.T) {
	done := func(out checker.Output) Answer { return Answer{Outcome: checker.Done, Output: out} }
	for _, c := range []struct {
		in   checker.Input
		body string
		want Answer
	}{
		{read, `{"type":"read_ok","value":7}`, done(checker.Output{Value: "7", Found: true})},
		{read, `{"type":"read_ok","value":7.0}`, done(checker.Output{Value: "7", Found: true})},
		{read, `{"type":"read_ok","value":"7"}`, done(checker.Output{Value: `"7"`, Found: true})},
		{read, `{"type":"read_ok","value":null}`, done(checker.Output{})},
		{read, `{"type":"error","code":20}`, done(checker.Output{})},
		{write, `{"type":"write_ok"}`, done(checker.Output{})},
		{cas, `{"type":"cas_ok"}`, done(checker.Output{Value: "2", Found: true, Swapped: true})},
		{cas, `{"type":"error","code":20}`, done(checker.Output{})},
		{cas, `{"type":"error","code":22}`, done(checker.Output{Declined: true})},
		{write, `{"type":"error","code":20}`, Answer{Outcome: checker.NeverHappened, Error: "20 key-does-not-exist"}},
		{read, `{"type":"error","code":22}`, Answer{Outcome: checker.NeverHappened, Error: "22 precondition-failed"}},
		{write, `{"type":"error","code":11,"text":"no leader"}`, Answer{Outcome: checker.NeverHappened, Error: "11 temporarily-unavailable"}},
		{write, `{"type":"error","code":14}`, Answer{Outcome: checker.NeverHappened, Error: "14 abort"}},
		{write, `{"type":"error","code":0}`, Answer{Outcome: checker.Unknown, Error: "0 timeout"}},
		{write, `{"type":"error","code":13}`, Answer{Outcome: checker.Unknown, Error: "13 crash"}},
		{write, `{"type":"error","code":1007}`, Answer{Outcome: checker.Unknown, Error: "1007"}},
	} {
		b, err := ParseBody(json.RawMessage(c.body))
		require.NoError(t, err)
		got, err := Understand(c.in, b)
		require.NoError(t, err, c.body)
		require.Equal(t, c.want, got, "%v %s", c.in, c.body)
	}
}

func TestWhatIsNoAnswer(t *testing.T) {
	for _, c := range []struct {
		in         checker.Input
		body, says string
	}{
		{read, `{"type":"write_ok"}`, `expected a read_ok or an error in reply to get(1), got type "write_ok"`},
		{read, `{"type":"read_ok"}`, "expected a read_ok with a value in reply to get(1), got none"},
		{cas, `{"type":"error"}`, `expected an error with a code in reply to cas(1, "2", "3"), got none`},
	} {
		b, err := ParseBody(json.RawMessage(c.body))
		require.NoError(t, err)
		_, err = Understand(c.in, b)
		require.ErrorContains(t, err, c.says)
	}
}
