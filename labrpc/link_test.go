package labrpc

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// noteEvery sends numbered notes from replica 0 to 1, one every pause.
func (w *world) noteEvery(pause time.Duration, from, to int) (sent []string) {
	for i := from; i < to; i++ {
		sent = append(sent, fmt.Sprint(i))
		w.note(fmt.Sprint(i))
		w.Sleep(pause)
	}
	return sent
}

// deliveries returns when datagrams were delivered.
func (w *world) deliveries() (at []time.Duration) {
	for _, e := range w.Trace().Events() {
		if e.Kind == EventDeliver {
			at = append(at, e.At)
		}
	}
	return at
}

func TestHoldAndRelease(t *testing.T) {
	jittery := Conditions{Delay: time.Millisecond, Jitter: 50 * time.Millisecond}
	inWorld(t, Config{Conditions: jittery}, func(w *world) {
		w.Link(0, 1).Hold()
		w.noteEvery(time.Microsecond, 0, 20)
		w.Sleep(time.Second)
		require.Empty(t, w.server(1).noted())

		var wouldHave []string // in the order in which they came to the end of the link
		texts := map[uint64]string{}
		sent := 0
		for _, e := range w.Trace().Events() {
			switch e.Kind {
			case EventSend:
				texts[e.Datagram] = fmt.Sprint(sent)
				sent++
			case EventHeld:
				wouldHave = append(wouldHave, texts[e.Datagram])
			}
		}
		released := w.Now()
		w.Link(0, 1).Release()
		w.Sleep(time.Second)
		require.Equal(t, wouldHave, w.server(1).noted())

		at := w.deliveries()
		require.Len(t, at, 20)
		require.Greater(t, at[0], released)
		require.Less(t, at[19], released+slack)
		for i := 1; i < 20; i++ {
			require.Greater(t, at[i], at[i-1], "two deliveries share an instant")
		}

		w.noteEvery(time.Microsecond, 20, 21)
		w.Sleep(time.Second)
		require.Len(t, w.server(1).noted(), 21, "the link still holds")
	})
}

func TestHoldAgainAfterRelease(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		w.Link(0, 1).Hold()
		first := w.noteEvery(time.Microsecond, 0, 3)
		w.Sleep(time.Second)
		w.Link(0, 1).Release()
		w.Link(0, 1).Hold()
		w.noteEvery(time.Microsecond, 3, 6)
		w.Sleep(time.Second)
		require.Equal(t, first, w.server(1).noted())
		w.Link(0, 1).Release()
		w.Sleep(time.Second)
		require.Len(t, w.server(1).noted(), 6)
	})
}

func TestReleaseOfACutLink(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		w.Link(0, 1).Hold()
		w.note("held")
		w.Sleep(time.Second)
		w.Link(0, 1).Cut()
		w.Link(0, 1).Release()
		w.Sleep(time.Second)
		require.Equal(t, "send held cut", w.story())
	})
}

func TestReleaseToAReplicaThatCrashed(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		w.Link(0, 1).Hold()
		w.note("held")
		w.Sleep(time.Second)
		w.node(1).Halt()
		w.Link(0, 1).Release()
		w.Sleep(time.Second)
		require.Equal(t, "send held down", w.story())
	})
}

func TestSetConditionsOfOneLink(t *testing.T) {
	inWorld(t, Config{Replicas: 3, Conditions: steady}, func(w *world) {
		w.Link(0, 1).SetConditions(Conditions{Delay: time.Minute})
		_, ok, _ := w.ping(1)
		require.False(t, ok, "the request takes a minute")
		require.True(t, w.peer(0, 2).Call("server.Ping", &ping{}, &pong{}))
		w.SetConditions(steady)
		_, ok, took := w.ping(1)
		require.True(t, ok)
		require.InDelta(t, 2*time.Millisecond, took, float64(slack))
		w.Sleep(2 * time.Minute)
	})
}

func TestStall(t *testing.T) {
	const stall = time.Second
	arrivesAt := func(t *testing.T, w *world, want ...time.Duration) {
		t.Helper()
		w.Sleep(time.Minute)
		at := w.deliveries()
		require.Len(t, at, len(want))
		for i := range at {
			require.InDelta(t, want[i], at[i], float64(slack))
		}
	}

	t.Run("arrivals wait and keep their order", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(1, stall)
			sent := w.noteEvery(time.Millisecond, 0, 20)
			arrivesAt(t, w, repeat(stall, 20)...)
			require.Equal(t, sent, w.server(1).noted())
		})
	})
	t.Run("departures wait and keep their order", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(0, stall)
			sent := w.noteEvery(time.Millisecond, 0, 20)
			arrivesAt(t, w, repeat(stall+time.Millisecond, 20)...)
			require.Equal(t, sent, w.server(1).noted())
		})
	})
	t.Run("a call takes the longer", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(1, stall)
			_, ok, took := w.ping(1)
			require.True(t, ok)
			require.InDelta(t, stall+time.Millisecond, took, float64(slack))
		})
	})
	t.Run("a shorter one changes nothing", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(1, stall)
			w.Stall(1, stall/2)
			w.note("x")
			arrivesAt(t, w, stall)
		})
	})
	t.Run("a longer one holds what waits already", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(0, stall)
			w.peer(0, 1).Send("server.Note", &note{"departing"})
			w.Sleep(stall / 2)
			w.Stall(0, stall)
			arrivesAt(t, w, stall+stall/2+time.Millisecond)
		})
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(1, stall)
			w.peer(0, 1).Send("server.Note", &note{"arriving"})
			w.Sleep(stall / 2)
			w.Stall(1, stall)
			arrivesAt(t, w, stall+stall/2)
		})
	})
	t.Run("ends with the instance", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(1, time.Hour)
			w.restart(1)
			w.note("to")
			w.peer(1, 0).Send("server.Note", &note{"fro"})
			arrivesAt(t, w, time.Millisecond, time.Millisecond)
		})
	})
	t.Run("what waits dies with the instance", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(1, stall)
			w.note("arriving")
			w.Sleep(2 * time.Millisecond)
			w.peer(1, 0).Send("server.Note", &note{"departing"})
			w.restart(1)
			arrivesAt(t, w)
			require.Equal(t, "send send down lost", w.story())
		})
	})
	t.Run("a call of the instance fails", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(0, stall)
			w.After(stall/2, func() { w.restart(0) })
			_, ok, took := w.ping(1)
			require.False(t, ok)
			require.Less(t, took, stall+defaultFailWithin+slack)
		})
	})
	t.Run("cutting the link meanwhile loses departures, not arrivals", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.Stall(1, stall)
			w.note("arriving")
			w.peer(1, 0).Send("server.Note", &note{"departing"})
			w.Sleep(stall / 2)
			w.Link(0, 1).Cut()
			w.Link(1, 0).Cut()
			arrivesAt(t, w, stall)
			require.Equal(t, []string{"arriving"}, w.server(1).noted())
		})
	})
}

func repeat(d time.Duration, times int) (all []time.Duration) {
	for range times {
		all = append(all, d)
	}
	return all
}
