package etcdraft

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/harness"
)

func TestCommandRoundTrip(t *testing.T) {
	for _, command := range []any{0, -7, "", "text", []byte{1, 2}, 1.5, true,
		harness.Command{ID: 3, Input: checker.Input{Kind: checker.Put, Key: "k", Value: "v"}},
		harness.SessionCommand{Command: harness.Command{ID: 4}, Session: 2, Number: 1}} {
		require.Equal(t, command, decodeCommand(encodeCommand(command)))
	}
}

func TestCommandThatIsNotRegistered(t *testing.T) {
	require.PanicsWithValue(t, "etcdraft: encode a command of type etcdraft.Message: gob: type not registered for interface: etcdraft.Message",
		func() { encodeCommand(Message{}) })
}
