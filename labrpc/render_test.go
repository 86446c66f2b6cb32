package labrpc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type shy struct{ Number int }

func (s shy) String() string {
	if s.Number < 0 {
		panic("no")
	}
	return "number"
}

func TestRender(t *testing.T) {
	type inner struct {
		Text   string
		hidden int
	}
	type content struct {
		Term    int
		Peer    *inner
		Any     any
		List    []inner
		ByName  map[string]int
		Bytes   []byte
		Granted bool
	}
	for _, c := range []struct {
		name string
		v    any
		want string
	}{
		{"zero", &content{}, `{Term:0 Peer:nil Any:nil List:[] ByName:map[] Bytes:"" Granted:false}`},
		{"full", &content{3, &inner{"a\n", 1}, shy{1}, []inner{{}, {}}, map[string]int{"y": 2, "x": 1}, []byte("text"), true},
			`{Term:3 Peer:{Text:"a\n"} Any:number List:[{Text:""} {Text:""}] ByName:map["x":1 "y":2] Bytes:"text" Granted:true}`},
		{"bytes that are no text", []byte{0, 1, 255}, "0x0001ff"},
		{"a long string", strings.Repeat("é", 41), `"` + strings.Repeat("é", 40) + `"…(82 bytes)`},
		{"long bytes", make([]byte, 5000), "0x" + strings.Repeat("00", 40) + "…(5000 bytes)"},
		{"bytes of a type of their own", []flag{'o', 'k'}, `"ok"`},
		{"an array of bytes", [2]byte{'o', 'k'}, `"ok"`},
		{"a large map", wide(33), "map of 33 entries"},
		{"a String that panics", shy{-1}, "%!v(PANIC=String method: no)"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, render(c.v)) })
	}
}

type flag byte

func wide(n int) map[int]bool {
	m := map[int]bool{}
	for i := range n {
		m[i] = true
	}
	return m
}

func TestRenderIsBounded(t *testing.T) {
	long := render(make([]int, 1_000_000))
	require.LessOrEqual(t, len(long), renderLimit+len("…"))
	require.Contains(t, long, "more]")
	lines := render([]string{strings.Repeat("x", 1000), strings.Repeat("<", 79), strings.Repeat("\x00", 79), strings.Repeat("\x00", 79)})
	require.LessOrEqual(t, len(lines), renderLimit+len("…"))
}

// TestContents proves that keeping contents changes nothing else.
func TestContents(t *testing.T) {
	run := func(contents bool) (events []Event, hash uint64) {
		inWorld(t, Config{Seed: 1, Conditions: steady, Contents: contents}, func(w *world) {
			_, ok, _ := w.ping(7)
			require.True(t, ok)
			w.note("hello")
			w.Sleep(callLimit)
			events, hash = w.Trace().Events(), w.Trace().Hash()
		})
		return events, hash
	}
	with, hash := run(true)
	without, sameHash := run(false)
	require.Equal(t, sameHash, hash)
	texts := map[string]int{}
	for i, e := range with {
		texts[e.Content]++
		require.Empty(t, without[i].Content)
		e.Content = ""
		require.Equal(t, without[i], e)
	}
	require.Equal(t, map[string]int{"": 2, "{Number:7 List:[]}": 2, "{Doubled:14 List:[]}": 2, `{Text:"hello"}`: 2}, texts)
}

func TestLinkChanges(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		l := w.Link(0, 1)
		l.Mend() // makes no difference
		l.Hold()
		l.Cut()
		l.Cut()
		l.Release() // still cut
		l.Mend()
		var states []LinkState
		for _, c := range w.LinkChanges() {
			require.Equal(t, []int{0, 1}, []int{c.From, c.To})
			states = append(states, c.State)
		}
		require.Equal(t, []LinkState{LinkHeld, LinkCut, LinkOpen}, states)
	})
}
