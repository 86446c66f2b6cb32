package world

import (
	"fmt"

	"github.com/raftcheck/raftcheck/checker"
)

// service is the replicated state machine: the key-value store that the checker
// specifies, and what it answered those clients that may ask again.
type service struct {
	applied  int // index of the latest entry or snapshot in state
	state    map[string]checker.State
	sessions map[int]answer // the latest of each session
}

// answer is what the service answered a session's operation, and the index at
// which it performed it.
type answer struct {
	Number int
	Output checker.Output
	Index  int
}

func newService() *service {
	return &service{state: map[string]checker.State{}, sessions: map[int]answer{}}
}

// apply performs the command at an index, unless it is one of a session that
// was performed before. It returns the answer, and the index at which the
// operation took effect.
func (s *service) apply(index int, cmd command) (output checker.Output, effect int) {
	s.applied = index
	sc, ok := cmd.(SessionCommand)
	if !ok {
		return s.perform(cmd.plain().Input), index
	}
	latest := s.sessions[sc.Session]
	if sc.Number > latest.Number {
		latest = answer{sc.Number, s.perform(sc.Input), index}
		s.sessions[sc.Session] = latest
	}
	// A client that has gone on to its next operation waits for no answer to
	// an earlier one, so a number that is too low is given any.
	return latest.Output, latest.Index
}

func (s *service) perform(input checker.Input) checker.Output {
	state, output := checker.Apply(s.state[input.Key], input)
	s.state[input.Key] = state
	return output
}

func (s *service) read(input checker.Input) checker.Output {
	_, output := checker.Apply(s.state[input.Key], input)
	return output
}

// restore returns the service that a snapshot describes; of no bytes, an empty
// one.
func restore(snapshot []byte) (*service, error) {
	if len(snapshot) == 0 {
		return newService(), nil
	}
	s, err := readSnapshot(snapshot)
	if err != nil {
		return nil, fmt.Errorf("%d bytes that are no snapshot of the service: %w", len(snapshot), err)
	}
	return s, nil
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
