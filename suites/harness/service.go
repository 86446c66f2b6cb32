package harness

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"

	"github.com/raftcheck/raftcheck/checker"
)

// Command is what the service puts into the log. It is registered with
// encoding/gob, under a short name, because that goes with every entry.
type Command struct {
	// ID is unique in a run.
	ID int
	// Input is what the client asks for.
	Input checker.Input
}

func init() {
	gob.RegisterName("kv", Command{})

	// A type's number in gob's bytes says how many types the process encoded
	// before. What replicas send holds such bytes, and decides on its fate; so
	// these types come first, whatever a test binary runs.
	encoder := gob.NewEncoder(io.Discard)
	for _, v := range []any{Command{}, snapshotContent{}} {
		if err := encoder.Encode(v); err != nil {
			panic(fmt.Sprintf("harness: encode %T: %v", v, err))
		}
	}
}

// String returns the text by which the oracles know the command.
func (cmd Command) String() string { return fmt.Sprintf("#%d %v", cmd.ID, cmd.Input) }

// service is the replicated state machine: the key-value store that the checker
// specifies.
type service struct {
	applied int // index of the latest entry or snapshot in state
	state   map[string]checker.State
}

func newService() *service { return &service{state: map[string]checker.State{}} }

func (s *service) apply(index int, cmd Command) checker.Output {
	state, output := checker.Apply(s.state[cmd.Input.Key], cmd.Input)
	s.state[cmd.Input.Key] = state
	s.applied = index
	return output
}

func (s *service) read(input checker.Input) checker.Output {
	_, output := checker.Apply(s.state[input.Key], input)
	return output
}

// snapshotContent is what a snapshot consists of. Keys are sorted, so that
// replicas with the same state take the same snapshot.
type snapshotContent struct {
	Index int
	Pairs []snapshotPair
}

type snapshotPair struct {
	Key   string
	State checker.State
}

func (s *service) snapshot() []byte {
	content := snapshotContent{Index: s.applied}
	for _, key := range sortedKeys(s.state) {
		content.Pairs = append(content.Pairs, snapshotPair{key, s.state[key]})
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(content); err != nil {
		panic(fmt.Sprintf("harness: encode snapshot: %v", err))
	}
	return b.Bytes()
}

// restore returns the service that a snapshot describes; of no bytes, an empty
// one.
func restore(snapshot []byte) (*service, error) {
	s := newService()
	if len(snapshot) == 0 {
		return s, nil
	}
	var content snapshotContent
	if err := gob.NewDecoder(bytes.NewReader(snapshot)).Decode(&content); err != nil {
		return nil, fmt.Errorf("%d bytes that are no snapshot of the service: %w", len(snapshot), err)
	}
	s.applied = content.Index
	for _, p := range content.Pairs {
		s.state[p.Key] = p.State
	}
	return s, nil
}
