package labrpc

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCounters(t *testing.T) {
	inWorld(t, Config{Replicas: 3, Conditions: Conditions{Delay: time.Millisecond, Duplicate: 1}}, func(w *world) {
		require.Empty(t, w.Counters())

		// A ping is a varint and a nil list, two bytes; so is a pong. A note of n
		// letters has n+1.
		_, ok, _ := w.ping(1)
		require.True(t, ok)
		w.Sleep(time.Second)
		w.note("abc")
		w.note("")
		w.SetConditions(Conditions{Loss: 1})
		w.note("lost") // is counted: the replica did send it
		w.Link(2, 0).Cut()
		w.peer(2, 0).Send("server.Note", &note{"cut"})
		w.node(1).Halt()
		w.Sleep(time.Second)
		w.peer(1, 0).Send("server.Note", &note{"never sent"})
		w.Sleep(time.Second)

		require.Equal(t, []Counter{
			{From: 0, To: 1, Method: "server.Note", Messages: 3, Bytes: 4 + 1 + 5},
			{From: 0, To: 1, Method: "server.Ping", Messages: 1, Bytes: 2},
			{From: 1, To: 0, Method: "server.Ping", Messages: 0, Bytes: 2 * 2}, // both copies were answered
			{From: 2, To: 0, Method: "server.Note", Messages: 1, Bytes: 4},
		}, w.Counters())
		messages, bytes := w.Total()
		require.Equal(t, 5, messages)
		require.Equal(t, 10+2+4+4, bytes)
	})
}
