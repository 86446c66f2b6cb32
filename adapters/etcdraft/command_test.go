package etcdraft

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

func TestCommandRoundTrip(t *testing.T) {
	for _, command := range []any{0, -7, "", "text", []byte{1, 2}, 1.5, true,
		world.Command{ID: 3, Input: checker.Input{Kind: checker.Put, Key: "k", Value: "v"}},
		world.SessionCommand{Command: world.Command{ID: 4}, Session: 2, Number: 1}} {
		require.Equal(t, command, decodeCommand(encodeCommand(command)))
	}
}

func TestCommandThatIsNotRegistered(t *testing.T) {
	require.PanicsWithValue(t, "etcdraft: encode a command of type etcdraft.Message: gob: type not registered for interface: etcdraft.Message",
		func() { encodeCommand(Message{}) })
}
