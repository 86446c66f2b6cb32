package harness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
)

func TestStoryFitsOnAScreen(t *testing.T) {
	lines := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}
	require.Equal(t, lines, withoutMiddle(lines, 10))
	require.Equal(t, []string{"1", "2", "(3 lines left out)", "6", "7", "8", "9", "10"}, withoutMiddle(lines, 8))
	require.Equal(t, []string{"(10 lines left out)"}, withoutMiddle(lines, 1))
}

func TestFirstDifference(t *testing.T) {
	event := func(at int, text string) labrpc.Event {
		return labrpc.Event{At: time.Duration(at), Kind: "fault", From: -1, To: -1, Text: text}
	}
	one := []labrpc.Event{event(1, "a"), event(2, "b"), event(3, "c")}
	other := []labrpc.Event{event(1, "a"), event(2, "x"), event(3, "c")}
	require.Equal(t, "first difference at event 2\n    first run:   0.000000s  fault    b\n    second run:  0.000000s  fault    x",
		firstDifference(one, other, 3, 3))
	require.Equal(t, "first difference at event 3\n    first run:   0.000000s  fault    c\n    second run:  ended",
		firstDifference(one, one[:2], 3, 2))

	// Of a longer run the trace keeps only the latest events.
	require.Equal(t, "first difference at event 102\n    first run:   0.000000s  fault    b\n    second run:  0.000000s  fault    x",
		firstDifference(one, other, 103, 103))
	require.Equal(t, "the traces part among the first 101 events, which are not kept", firstDifference(one[1:], other[1:], 103, 103))

	said := event(2, "b")
	said.Content = "what it says"
	require.Contains(t, firstDifference(one, []labrpc.Event{one[0], said}, 3, 2), "event 3", "contents are not compared")
}
