package labrpc

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (w *world) note(text string) { w.peer(0, 1).Send("server.Note", &note{text}) }

func TestSend(t *testing.T) {
	tests := []struct {
		name      string
		arrange   func(w *world)
		delivered int
		story     string
	}{
		{"arrives", func(w *world) {}, 1, "send deliver"},
		{"is duplicated", func(w *world) { w.SetConditions(Conditions{Delay: time.Millisecond, Duplicate: 1}) },
			2, "send deliver deliver"},
		{"is lost", func(w *world) { w.SetConditions(Conditions{Loss: 1}) }, 0, "send lost"},
		{"meets a cut link", func(w *world) { w.Link(0, 1).Cut() }, 0, "send cut"},
		{"does not mind a cut in the other direction", func(w *world) { w.Link(1, 0).Cut() }, 1, "send deliver"},
		{"goes to a replica that is down", func(w *world) { w.node(1).Halt() }, 0, "send down"},
		{"goes to whichever instance is there", func(w *world) { w.After(time.Millisecond/2, func() { w.restart(1) }) },
			1, "send deliver"},
		{"comes from a replica that is down", func(w *world) { w.node(0).Halt(); w.Sleep(time.Millisecond) }, 0, ""},
		{"outlives its sender", func(w *world) { w.After(time.Millisecond/2, w.node(0).Halt) }, 1, "send deliver"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, Config{Conditions: steady}, func(w *world) {
				test.arrange(w)
				begin := w.Now()
				w.note("hello")
				require.Equal(t, begin, w.Now(), "Send waited")
				w.Sleep(time.Second)
				require.Len(t, w.server(1).noted(), test.delivered)
				require.Equal(t, test.story, w.story())
			})
		})
	}
}

// TestSendInTheInstantOfAHalt has a replica's goroutines act in both orders.
func TestSendInTheInstantOfAHalt(t *testing.T) {
	halts := func(w *world) { w.node(0).Halt() }
	sends := func(w *world) { w.note("last words") }
	stories := []string{}
	for _, order := range [][]func(*world){{halts, sends}, {sends, halts}} {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			for _, act := range order {
				act(w)
			}
			w.Sleep(time.Second)
			require.Empty(t, w.server(1).noted())
			require.Equal(t, "send lost", w.story())
			stories = append(stories, fmt.Sprint(w.Trace().Events(), w.Counters()))
		})
	}
	require.Equal(t, stories[0], stories[1])
}

// TestSendInTheInstantOfAStall has a replica's goroutines act in both orders.
func TestSendInTheInstantOfAStall(t *testing.T) {
	stalls := func(w *world) { w.Stall(0, time.Second) }
	sends := func(w *world) { w.note("hello") }
	stories := []string{}
	for _, order := range [][]func(*world){{stalls, sends}, {sends, stalls}} {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.DeferSends(0)
			for _, act := range order {
				act(w)
			}
			w.Sleep(999 * time.Millisecond)
			require.Empty(t, w.server(1).noted())
			w.Sleep(time.Second)
			require.Equal(t, []string{"hello"}, w.server(1).noted())
			stories = append(stories, fmt.Sprint(w.Trace().Events()))
		})
	}
	require.Equal(t, stories[0], stories[1])
}

func TestSendCopiesItsArguments(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		n := note{"before"}
		w.peer(0, 1).Send("server.Note", &n)
		n.Text = "after"
		w.Sleep(time.Second)
		require.Equal(t, []string{"before"}, w.server(1).noted())
	})
}

func TestLateDatagramsAreOvertaken(t *testing.T) {
	const sent = 200
	late := Conditions{Delay: time.Millisecond, Late: 0.1, LateBy: time.Second}
	inWorld(t, Config{Conditions: late}, func(w *world) {
		for i := range sent {
			w.note(fmt.Sprintf("%03d", i))
			w.Sleep(10 * time.Millisecond)
		}
		w.Sleep(2 * time.Second)
		got := w.server(1).noted()
		require.Len(t, got, sent)
		require.False(t, slices.IsSorted(got), "nothing was overtaken")

		overtaken := 0
		for i := 1; i < sent; i++ {
			if got[i] < got[i-1] {
				overtaken++
			}
		}
		require.InDelta(t, sent/10, overtaken, sent/20)
	})
}

// With the same delay for all, datagrams keep their order.
func TestSteadyLinkKeepsOrder(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		var sent []string
		for i := range 50 {
			sent = append(sent, fmt.Sprint(i))
			w.note(sent[i])
			w.Sleep(time.Microsecond)
		}
		w.Sleep(time.Second)
		require.Equal(t, sent, w.server(1).noted())
	})
}

func TestLinksAreDirected(t *testing.T) {
	inWorld(t, Config{Replicas: 3, Conditions: steady}, func(w *world) {
		w.Link(0, 1).Cut()
		require.True(t, w.Link(0, 1).IsCut())
		require.False(t, w.Link(1, 0).IsCut())
		for from := range 3 {
			for to := range 3 {
				w.peer(from, to).Send("server.Note", &note{fmt.Sprintf("%d→%d", from, to)})
				w.Sleep(time.Microsecond)
			}
		}
		w.Sleep(time.Second)
		require.Equal(t, []string{"0→0", "1→0", "2→0"}, w.server(0).noted())
		require.Equal(t, []string{"1→1", "2→1"}, w.server(1).noted())
		require.Equal(t, []string{"0→2", "1→2", "2→2"}, w.server(2).noted())
	})
}
