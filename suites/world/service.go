package world

import (
	"encoding/gob"
	"fmt"
	"io"
	"strconv"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
)

// Command is what the service puts into the log. It is registered with
// encoding/gob and the network under a short name, because that goes with every
// entry. The name and the bytes decide on the fate of the messages that carry it.
type Command struct {
	// ID is unique in a run.
	ID int
	// Input is what the client asks for.
	Input checker.Input
}

// SessionCommand is a Command of a client that asks again until it is answered
// (Ongaro's thesis, section 6.3). Each time it is another command, with an ID of
// its own. The service performs the first one, and answers the others as it.
type SessionCommand struct {
	Command
	// Session is the client's. Number counts its operations, from 1.
	Session, Number int
}

// command is what the service finds in the log: a Command or a SessionCommand.
type command interface {
	fmt.Stringer
	plain() Command
}

func init() {
	gob.RegisterName("kv", Command{})
	gob.RegisterName("kvs", SessionCommand{})
	labrpc.RegisterName("kv", Command{})
	labrpc.RegisterName("kvs", SessionCommand{})

	// A type's number in gob's bytes says how many types the process encoded
	// before. What replicas send may hold such bytes, and decides on its fate; so
	// these types come first, whatever a test binary runs.
	encoder := gob.NewEncoder(io.Discard)
	for _, v := range []any{Command{}, SessionCommand{}} {
		if err := encoder.Encode(v); err != nil {
			panic(fmt.Sprintf("world: encode %T: %v", v, err))
		}
	}
}

// String returns the text by which the oracles know the command.
func (cmd Command) String() string { return "#" + strconv.Itoa(cmd.ID) + " " + cmd.Input.String() }

func (cmd Command) plain() Command { return cmd }

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
