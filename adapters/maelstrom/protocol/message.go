package protocol

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Message is what travels: who says it, to whom, and what.
type Message struct {
	Src  string          `json:"src"`
	Dest string          `json:"dest"`
	Body json.RawMessage `json:"body"`
}

// Line returns the message as a line.
func (m Message) Line() []byte {
	line, err := json.Marshal(m)
	if err != nil {
		panic(err) // bodies are valid JSON
	}
	return append(line, '\n')
}

// Parse reads a line that a node wrote. Its error says what was expected, and what came.
func Parse(line []byte) (Message, error) {
	var fields struct {
		Src  *string         `json:"src"`
		Dest *string         `json:"dest"`
		Body json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(line, &fields); err != nil {
		return Message{}, fmt.Errorf(`expected a message, {"src":…,"dest":…,"body":…} (%w), got %s`, err, Shown(line))
	}
	switch {
	case fields.Src == nil:
		return Message{}, fmt.Errorf("expected a message with a src, got %s", Shown(line))
	case fields.Dest == nil:
		return Message{}, fmt.Errorf("expected a message with a dest, got %s", Shown(line))
	case fields.Body == nil:
		return Message{}, fmt.Errorf("expected a message with a body, got %s", Shown(line))
	}
	return Message{Src: *fields.Src, Dest: *fields.Dest, Body: fields.Body}, nil
}

// Body is what bodies of requests and answers may hold.
type Body struct {
	Type      string          `json:"type"`
	MsgID     *int            `json:"msg_id,omitempty"`
	InReplyTo *int            `json:"in_reply_to,omitempty"`
	NodeID    string          `json:"node_id,omitempty"`
	NodeIDs   []string        `json:"node_ids,omitempty"`
	Key       json.RawMessage `json:"key,omitempty"`
	Value     json.RawMessage `json:"value,omitempty"`
	From      json.RawMessage `json:"from,omitempty"`
	To        json.RawMessage `json:"to,omitempty"`
	Create    bool            `json:"create_if_not_exists,omitempty"`
	Code      *int            `json:"code,omitempty"`
	Text      string          `json:"text,omitempty"`
}

// JSON returns the body for a message.
func (b Body) JSON() json.RawMessage {
	raw, err := json.Marshal(b)
	if err != nil {
		panic(err) // its parts are valid JSON
	}
	return raw
}

// ParseBody reads the body of a request or an answer.
func ParseBody(raw json.RawMessage) (b Body, err error) {
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, fmt.Errorf("expected a body with the fields of a request or an answer (%w), got %s", err, Shown(raw))
	}
	if b.Type == "" {
		return b, fmt.Errorf("expected a body with a type, got %s", Shown(raw))
	}
	return b, nil
}

// Canonical writes a value in one way, so that equal values are equal texts: 7.0 is 7.
func Canonical(raw json.RawMessage) string {
	var value any
	if len(raw) == 0 || json.Unmarshal(raw, &value) != nil {
		return string(raw)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it was JSON
	}
	return string(bytes.TrimSpace(text.Bytes()))
}

// longestShown is how much of a line is written out.
const longestShown = 300

// Shown returns what somebody said for people: its beginning, if it is long.
func Shown(line []byte) string {
	if len(line) <= longestShown {
		return string(bytes.ToValidUTF8(line, []byte("?")))
	}
	return fmt.Sprintf("%s… (%d bytes)", bytes.ToValidUTF8(line[:longestShown], []byte("?")), len(line))
}
