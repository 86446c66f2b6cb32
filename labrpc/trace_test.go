package labrpc

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func traceOf(events ...Event) *Trace {
	t := &Trace{}
	for _, e := range events {
		t.Add(e)
	}
	return t
}

// Events of one instant that differ in one field each.
func oneInstant() []Event {
	base := Event{At: time.Second, Kind: EventSend, From: 1, To: 2, Datagram: 3, Size: 4, Text: "T.M"}
	events := []Event{base, base}
	for i := range 30 {
		e := base
		switch i % 6 {
		case 0:
			e.Kind = []EventKind{EventBoot, EventHalt, EventDeliver, EventLost, "custom"}[i/6]
		case 1:
			e.From += 1 + i/6
		case 2:
			e.To += 1 + i/6
		case 3:
			e.Datagram += uint64(1 + i/6)
		case 4:
			e.Size += 1 + i/6
		case 5:
			e.Text += fmt.Sprint(i / 6)
		}
		events = append(events, e)
		e.Reply = true
		events = append(events, e)
	}
	return events
}

func TestTraceOrderWithinAnInstant(t *testing.T) {
	events := oneInstant()
	later := Event{At: 2 * time.Second, Kind: "end"}
	want := traceOf(append(events, later)...)
	for range 50 {
		rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		got := traceOf(append(slices.Clone(events), later)...)
		require.Equal(t, want.Hash(), got.Hash())
		require.Equal(t, want.Events(), got.Events())
	}
}

func TestTraceCausesComeBeforeEffects(t *testing.T) {
	kinds := []EventKind{EventHalt, EventDeliver, "applied", EventSend, EventLost}
	shuffled := []EventKind{EventLost, EventSend, "applied", EventDeliver, EventHalt}
	trace := &Trace{}
	for _, k := range shuffled {
		trace.Add(Event{Kind: k})
	}
	for i, e := range trace.Events() {
		require.Equal(t, kinds[i], e.Kind)
	}
}

func TestTraceHashCoversEveryField(t *testing.T) {
	base := Event{At: time.Second, Kind: "kind", From: 1, To: 2, Datagram: 3, Size: 4, Text: "text"}
	hash := traceOf(base).Hash()
	v := reflect.ValueOf(base)
	for i := range v.NumField() {
		changed := base
		f := reflect.ValueOf(&changed).Elem().Field(i)
		switch f.Kind() {
		case reflect.String:
			f.SetString(f.String() + "x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Uint64:
			f.SetUint(99)
		case reflect.Interface:
			f.Set(reflect.ValueOf("x"))
		default:
			f.SetInt(-1)
		}
		if name := v.Type().Field(i).Name; name == "Content" || name == "Note" || name == "Saves" {
			require.Equal(t, hash, traceOf(changed).Hash(), "the hash covers %s, which tells what is seen of a run, not what happened", name)
		} else {
			require.NotEqual(t, hash, traceOf(changed).Hash(), "the hash does not cover %s", name)
		}
	}
	require.NotEqual(t, hash, traceOf(base, base).Hash())
	require.NotEqual(t, hash, traceOf().Hash())

	require.NotEqual(t, traceOf(Event{Kind: "ab", Text: "c"}).Hash(), traceOf(Event{Kind: "a", Text: "bc"}).Hash())
	a, b := Event{At: 1, Text: "a"}, Event{At: 2, Text: "b"}
	require.NotEqual(t, traceOf(a, b).Hash(), traceOf(b, a).Hash(), "the hash does not cover the order of instants")
}

// Looking at a trace does not change it, not even in the middle of an instant.
func TestTraceMayBeReadAtAnyTime(t *testing.T) {
	events := oneInstant()
	want := traceOf(events...)
	got := &Trace{}
	for _, e := range slices.Backward(events) {
		got.Add(e)
		got.Hash()
		got.Events()
		got.Len()
	}
	require.Equal(t, want.Hash(), got.Hash())
	require.Equal(t, want.Events(), got.Events())

	kept := got.Events()
	kept[0].Text = "changed"
	require.Equal(t, want.Events(), got.Events(), "Events shares memory with the trace")
}

func TestTraceKeepsTheLatestEvents(t *testing.T) {
	for _, more := range []int{-1, 0, traceLimit/2 + 7} {
		t.Run(fmt.Sprint(more), func(t *testing.T) {
			trace, count := &Trace{}, traceLimit+more
			for i := range count {
				trace.Add(Event{At: time.Duration(i), Size: i})
			}
			require.Equal(t, count, trace.Len())
			events := trace.Events()
			require.Len(t, events, min(count, traceLimit))
			for i, e := range events {
				if e.Size != count-len(events)+i {
					t.Fatalf("event %d of %d is number %d", i, len(events), e.Size)
				}
			}
		})
	}
}

func TestTraceHashCoversForgottenEvents(t *testing.T) {
	hash := func(first string) uint64 {
		trace := traceOf(Event{Text: first})
		for i := range traceLimit + 1 {
			trace.Add(Event{At: time.Duration(i + 1)})
		}
		return trace.Hash()
	}
	require.NotEqual(t, hash("a"), hash("b"))
}

func TestEventString(t *testing.T) {
	at := 1500 * time.Millisecond
	tests := []struct {
		event Event
		want  string
	}{
		{Event{At: at, Kind: EventSend, From: 0, To: 2, Datagram: 0xab, Size: 17, Text: "Raft.Vote"},
			"    1.500000s  send     0→2  Raft.Vote (17 bytes, 00000000000000ab)"},
		{Event{At: at, Kind: EventDeliver, From: 2, To: 0, Datagram: 1, Reply: true, Text: "Raft.Vote"},
			"    1.500000s  deliver  2→0  Raft.Vote reply (0 bytes, 0000000000000001)"},
		{Event{At: at, Kind: EventBoot, From: 3, To: -1}, "    1.500000s  boot     3"},
		{Event{At: at, Kind: "partition", From: -1, To: -1, Text: "0 1 | 2"}, "    1.500000s  partition 0 1 | 2"},
	}
	for _, test := range tests {
		require.Equal(t, test.want, test.event.String())
	}
}

// The trace of a small run, as it is read when something went wrong.
func TestTraceOfARun(t *testing.T) {
	inWorld(t, Config{Seed: 1, Conditions: steady}, func(w *world) {
		w.Trace().Add(Event{At: w.Now(), Kind: "note", From: -1, To: -1, Text: "ready"})
		_, ok, _ := w.ping(5)
		require.True(t, ok)
		w.Sleep(0)
		w.node(1).Halt()
		w.node(1).Halt() // no second event
		var got string
		for _, e := range w.Trace().Events() {
			e.Datagram = min(e.Datagram, 1)
			got += e.String() + "\n"
		}
		require.Equal(t, `    0.000000s  boot     0
    0.000000s  boot     1
    0.000000s  note     ready
    0.000000s  send     0→1  server.Ping (2 bytes, 0000000000000001)
    0.001000s  deliver  0→1  server.Ping (2 bytes, 0000000000000001)
    0.001000s  send     1→0  server.Ping reply (2 bytes, 0000000000000001)
    0.002000s  deliver  1→0  server.Ping reply (2 bytes, 0000000000000001)
    0.002000s  halt     1
`, got)
	})
}

// TestWatch hands over each event in order, with what was made of its message, and
// how often the replica had saved.
func TestWatch(t *testing.T) {
	var watched, sent []Event
	saved := 0
	config := Config{
		Replicas: 2,
		Note: func(method string, request, content any) any {
			if request != nil {
				return fmt.Sprint("answer to ", request)
			}
			return method
		},
		Saves: func(replica int) int { return 10*replica + saved },
		Watch: func(e Event) { watched = append(watched, e) },
	}
	synctest.Test(t, func(t *testing.T) {
		n := New(config)
		defer n.Close()
		caller, server := n.Boot(0), n.Boot(1)
		require.NoError(t, server.Serve(&noted{func() { saved++ }}))
		require.True(t, caller.Peers()[1].Call("noted.Handle", &struct{ N int }{1}, &struct{ N int }{}))
		time.Sleep(time.Second)
		n.Trace().Add(Event{At: n.Now(), Kind: "end"})
		for _, e := range watched {
			if e.Datagram != 0 {
				sent = append(sent, Event{Kind: e.Kind, Note: e.Note, Saves: e.Saves})
			}
		}
		require.Equal(t, []Event{
			{Kind: EventSend, Note: "noted.Handle", Saves: 0},
			{Kind: EventDeliver, Note: "noted.Handle", Saves: 10},
			{Kind: EventSend, Note: "answer to noted.Handle", Saves: 11},
			{Kind: EventDeliver, Note: "answer to noted.Handle", Saves: 1},
		}, sent)
		require.Len(t, n.Trace().Events(), len(watched)+1, "the last instant is not over")
	})
}

type noted struct{ save func() }

func (n *noted) Handle(args *struct{ N int }, reply *struct{ N int }) {
	n.save()
	reply.N = args.N
}

// TestNoteOfAnError notes that a handler returned an error in place of a reply.
func TestNoteOfAnError(t *testing.T) {
	var noted []any
	config := Config{Replicas: 2, Note: func(_ string, request, content any) any {
		if request != nil {
			noted = append(noted, content)
		}
		return "request"
	}}
	synctest.Test(t, func(t *testing.T) {
		n := New(config)
		defer n.Close()
		caller, server := n.Boot(0), n.Boot(1)
		require.NoError(t, server.Serve(refusing{}))
		require.False(t, caller.Peers()[1].Call("refusing.Handle", &struct{ N int }{1}, &struct{ N int }{}))
		require.Equal(t, []any{errRefused}, noted)
	})
}

var errRefused = errors.New("refused")

type refusing struct{}

func (refusing) Handle(*struct{ N int }, *struct{ N int }) error { return errRefused }
