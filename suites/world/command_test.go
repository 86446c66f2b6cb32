package world

import (
	"bytes"
	"encoding/gob"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
)

func TestCommandsRoundTrip(t *testing.T) {
	plain := Command{-3, checker.Input{Kind: checker.CompareAndSet, Key: "k", Value: "ü\x00", Expect: "e"}}
	for _, cmd := range []command{Command{}, plain, SessionCommand{}, SessionCommand{plain, 7, 300}} {
		var b bytes.Buffer
		require.NoError(t, gob.NewEncoder(&b).Encode(&cmd))
		var back command
		require.NoError(t, gob.NewDecoder(&b).Decode(&back))
		require.Equal(t, cmd, back)
	}
}

func FuzzUnmarshalCommand(f *testing.F) {
	for _, cmd := range []SessionCommand{{}, {Command{1, checker.Input{Kind: checker.Put, Key: "k", Value: "v"}}, 7, 300}} {
		b, _ := cmd.MarshalBinary()
		f.Add(b)
		f.Add(b[:len(b)-1])
		f.Add(append(b, 0))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var cmd, again SessionCommand
		if cmd.UnmarshalBinary(data) != nil {
			return
		}
		b, err := cmd.MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalBinary(b))
		require.Equal(t, cmd, again)
	})
}

func TestUnmarshalCommandRefuses(t *testing.T) {
	b, err := Command{1, checker.Input{Kind: checker.Put, Key: "k", Value: "v"}}.MarshalBinary()
	require.NoError(t, err)
	var cmd Command
	require.ErrorIs(t, cmd.UnmarshalBinary(b[:len(b)-1]), errEncoding)
	require.ErrorIs(t, cmd.UnmarshalBinary(append(b, 0)), errRest)
}
