package world

import (
	"encoding/binary"
	"errors"

	"github.com/raftcheck/raftcheck/checker"
)

// Commands and snapshots say themselves how they are encoded: each is in every
// message and save that carries it, many times, and whatever an implementation
// encodes it with takes these bytes as they are.

var (
	errEncoding = errors.New("cut short, or not encoded by the service")
	errRest     = errors.New("more bytes than the service encodes")
)

// MarshalBinary implements [encoding.BinaryMarshaler].
func (cmd Command) MarshalBinary() ([]byte, error) { return cmd.append(nil), nil }

// UnmarshalBinary implements [encoding.BinaryUnmarshaler].
func (cmd *Command) UnmarshalBinary(data []byte) error {
	r := reader{rest: data}
	*cmd = r.command()
	return r.end()
}

// MarshalBinary implements [encoding.BinaryMarshaler].
func (cmd SessionCommand) MarshalBinary() ([]byte, error) {
	return appendNumbers(cmd.Command.append(nil), cmd.Session, cmd.Number), nil
}

// UnmarshalBinary implements [encoding.BinaryUnmarshaler].
func (cmd *SessionCommand) UnmarshalBinary(data []byte) error {
	r := reader{rest: data}
	*cmd = SessionCommand{r.command(), r.number(), r.number()}
	return r.end()
}

func (cmd Command) append(b []byte) []byte {
	b = appendNumbers(b, cmd.ID)
	return appendTexts(b, string(cmd.Input.Kind), cmd.Input.Key, cmd.Input.Value, cmd.Input.Expect)
}

func appendNumbers(b []byte, numbers ...int) []byte {
	for _, n := range numbers {
		b = binary.AppendVarint(b, int64(n))
	}
	return b
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, s := range texts {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return b
}

func appendTruths(b []byte, truths ...bool) []byte {
	for _, t := range truths {
		if t {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	return b
}

// A reader takes encoded bytes apart. What it returns is worth nothing if its end
// is an error.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) end() error {
	switch {
	case r.bad:
		return errEncoding
	case len(r.rest) > 0:
		return errRest
	}
	return nil
}

func (r *reader) command() Command {
	id := r.number()
	return Command{id, checker.Input{Kind: checker.Kind(r.text()), Key: r.text(), Value: r.text(), Expect: r.text()}}
}

func (r *reader) number() int {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *reader) text() string {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(len(r.rest)-size) {
		r.bad, r.rest = true, nil
		return ""
	}
	text := string(r.rest[size : size+int(n)])
	r.rest = r.rest[size+int(n):]
	return text
}

func (r *reader) truth() bool {
	if len(r.rest) == 0 || r.rest[0] > 1 {
		r.bad, r.rest = true, nil
		return false
	}
	t := r.rest[0] == 1
	r.rest = r.rest[1:]
	return t
}

// snapshotMark begins every snapshot.
const snapshotMark = "kv"

// snapshot encodes the service. Keys and sessions are sorted, so that replicas
// with the same state take the same snapshot.
func (s *service) snapshot() []byte {
	b := appendNumbers([]byte(snapshotMark), s.applied, len(s.state))
	for _, key := range sortedKeys(s.state) {
		state := s.state[key]
		b = appendTruths(appendTexts(b, key, state.Value), state.Exists)
	}
	b = appendNumbers(b, len(s.sessions))
	for _, session := range sortedKeys(s.sessions) {
		a := s.sessions[session]
		b = appendNumbers(b, session, a.Number, a.Index)
		b = appendTruths(appendTexts(b, a.Output.Value), a.Output.Found, a.Output.Swapped)
	}
	return b
}

// readSnapshot decodes a service.
func readSnapshot(snapshot []byte) (*service, error) {
	s, r := newService(), reader{rest: snapshot}
	if len(snapshot) < len(snapshotMark) || string(snapshot[:len(snapshotMark)]) != snapshotMark {
		return nil, errEncoding
	}
	r.rest = snapshot[len(snapshotMark):]
	s.applied = r.number()
	for range r.number() {
		key, value := r.text(), r.text()
		s.state[key] = checker.State{Value: value, Exists: r.truth()}
		if r.bad {
			break
		}
	}
	for range r.number() {
		session := r.number()
		a := answer{Number: r.number(), Index: r.number()}
		a.Output = checker.Output{Value: r.text(), Found: r.truth(), Swapped: r.truth()}
		s.sessions[session] = a
		if r.bad {
			break
		}
	}
	return s, r.end()
}
