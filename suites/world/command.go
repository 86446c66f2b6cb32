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

// Commands say themselves how they are encoded: they are in every message and save
// that carries them, many times, and whatever an implementation encodes them with
// takes these bytes as they are.

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

func (r *reader) command() Command {
	id := r.number()
	return Command{id, checker.Input{Kind: checker.Kind(r.text()), Key: r.text(), Value: r.text(), Expect: r.text()}}
}
