package trial

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
	"github.com/raftcheck/raftcheck/checker"
)

func TestPlanIsDeterminedBySeed(t *testing.T) {
	s := story(t, "Everything")
	require.Equal(t, Plan(s, 7, 5, s.Length), Plan(s, 7, 5, s.Length))
	require.NotEqual(t, Plan(s, 7, 5, s.Length), Plan(s, 8, 5, s.Length))
}

// TestPlans looks for what must not be in one, and that all that may be is.
func TestPlans(t *testing.T) {
	seen := map[Kind]int{}
	for seed := range uint64(200) {
		s := story(t, "Everything")
		ends := map[Kind]time.Duration{}
		for _, sequence := range Plan(s, seed, 5, s.Length) {
			require.NotEmpty(t, sequence)
			first := sequence[0]
			require.True(t, first.Busiest && first.Kind != Deafness)
			require.Equal(t, first.Kind == Kill, first.Count == 5)
		}
		for _, f := range slices.Concat(Plan(s, seed, 5, s.Length)...) {
			seen[f.Kind]++
			kind := f.Kind
			if kind == Deafness {
				kind = Partition
			}
			require.Greater(t, f.At, ends[kind], "one of a kind at a time")
			ends[kind] = f.At + f.For
			require.LessOrEqual(t, ends[kind], s.Length)
			require.Positive(t, f.For)
			require.Positive(t, f.Count)
			if f.Kind != Kill {
				require.LessOrEqual(t, f.Count, 2, "a majority stays")
			}
			require.Len(t, f.victims(3), f.Count)
			require.Equal(t, f.Busiest || f.Order[0] == 3, f.victims(3)[0] == 3)
			require.Equal(t, f.Order[:f.Count], f.victims(-1))
		}
	}
	require.Len(t, seen, 4)
	require.Greater(t, seen[Partition], seen[Deafness])
}

func TestStoriesOfOneNode(t *testing.T) {
	for _, s := range Stories(Declared{}, 1) {
		require.Equal(t, slices.Contains([]string{"Losses", "Duplicates", "Partitions", "Kills"}, s.Name), s.Skip != "", s.Name)
		if s.Skip != "" {
			continue
		}
		for _, f := range slices.Concat(Plan(s, 1, 1, s.Length)...) {
			require.Equal(t, Pause, f.Kind)
		}
	}
}

func TestFates(t *testing.T) {
	w := Weather{Loss: 0.2, Twice: 0.3, Delay: 10 * time.Millisecond}
	fates := func(l *link, between bool) (all []string) {
		for range 1000 {
			all = append(all, fmt.Sprint(l.fate(w, between)))
		}
		return all
	}
	require.Equal(t, fates(newLink(1, "n0", "n1"), true), fates(newLink(1, "n0", "n1"), true))
	require.NotEqual(t, fates(newLink(1, "n0", "n1"), true), fates(newLink(1, "n1", "n0"), true))
	require.NotEqual(t, fates(newLink(1, "n0", "n1"), true), fates(newLink(2, "n0", "n1"), true))

	counts, late := map[int]int{}, 0
	l := newLink(1, "n0", "n1")
	for range 1000 {
		arrivals := l.fate(w, true)
		counts[len(arrivals)]++
		for _, d := range arrivals {
			require.LessOrEqual(t, d, delayed*w.Delay)
			if d > w.Delay {
				late++
			}
		}
	}
	require.InDelta(t, 200, counts[0], 50)
	require.InDelta(t, 240, counts[2], 50)
	require.Positive(t, late)

	l.cuts = 1
	require.Empty(t, l.fate(w, true))
	require.Len(t, l.fate(w, false), 1, "clients are always reachable")
	require.Equal(t, []time.Duration{0}, newLink(1, "n0", "n1").fate(Weather{}, true))
}

// said is an answer, as JSON without the text.
func said(t *testing.T, s *store, from, request string) string {
	b, err := protocol.ParseBody(json.RawMessage(request))
	require.NoError(t, err)
	a := s.answer(from, b)
	a.Text = ""
	return string(a.JSON())
}

func TestLinKV(t *testing.T) {
	s := services(1)["lin-kv"]
	for _, c := range []struct{ request, answer string }{
		{`{"type":"read","key":[1,"a"]}`, `{"type":"error","code":20}`},
		{`{"type":"cas","key":1,"from":2,"to":3}`, `{"type":"error","code":20}`},
		{`{"type":"cas","key":1,"from":2,"to":3,"create_if_not_exists":true}`, `{"type":"cas_ok"}`},
		{`{"type":"read","key":1}`, `{"type":"read_ok","value":3}`},
		{`{"type":"cas","key":1.0,"from":3.0,"to":{"a":[]}}`, `{"type":"cas_ok"}`},
		{`{"type":"cas","key":1,"from":3,"to":4,"create_if_not_exists":true}`, `{"type":"error","code":22}`},
		{`{"type":"read","key":1}`, `{"type":"read_ok","value":{"a":[]}}`},
		{`{"type":"write","key":1,"value":5}`, `{"type":"write_ok"}`},
		{`{"type":"read","key":1}`, `{"type":"read_ok","value":5}`},
		{`{"type":"write","key":1}`, `{"type":"error","code":12}`},
		{`{"type":"read"}`, `{"type":"error","code":12}`},
		{`{"type":"cas","key":1,"from":5}`, `{"type":"error","code":12}`},
		{`{"type":"delete","key":1}`, `{"type":"error","code":10}`},
	} {
		require.Equal(t, c.answer, said(t, s, "n0", c.request), c.request)
	}
}

// TestSeqKV sees old values, but nobody goes back, and updates are made to the latest.
func TestSeqKV(t *testing.T) {
	s := services(1)["seq-kv"]
	dice := rand.New(rand.NewPCG(1, 1))
	last := map[string]int{}
	old := 0
	for value := range 300 {
		require.Equal(t, `{"type":"write_ok"}`, said(t, s, "n0", fmt.Sprintf(`{"type":"write","key":1,"value":%d}`, value)))
		from := fmt.Sprint("n", 1+dice.IntN(3))
		var b protocol.Body
		require.NoError(t, json.Unmarshal([]byte(said(t, s, from, `{"type":"read","key":1}`)), &b))
		got := -1
		if b.Type == "read_ok" {
			require.NoError(t, json.Unmarshal(b.Value, &got))
		}
		require.GreaterOrEqual(t, got, last[from]-1)
		last[from] = got + 1
		if got < value {
			old++
		}
		require.Equal(t, fmt.Sprintf(`{"type":"read_ok","value":%d}`, value), said(t, s, "n0", `{"type":"read","key":1}`), "one's own write")
	}
	require.Greater(t, old, 100)
}

func TestEndsOfKeys(t *testing.T) {
	k := newKeys()
	require.Equal(t, []string{"1", "2", "3", "4"}, k.ends(5))
	for range 5 {
		k.fresh()
	}
	require.Equal(t, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, k.ends(5))
	require.Equal(t, []string{"1", "2", "8", "9"}, k.ends(2))
}

// TestKeysAreReplaced counts what a key is asked. Writes without an answer count more.
func TestKeysAreReplaced(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	asked := func(unanswered int) map[string]int {
		k, asked := newKeys(), map[string]int{}
		for range 1000 {
			in := k.operation(dice)
			if asked[in.Key]++; in.Kind != checker.Get && asked[in.Key] <= unanswered {
				k.unanswered(in)
			}
		}
		delete(asked, k.slots[0])
		delete(asked, k.slots[1])
		delete(asked, k.slots[2])
		delete(asked, k.slots[3])
		return asked
	}
	for key, n := range asked(0) {
		require.Equal(t, operationsOf, n, key)
	}
	for key, n := range asked(operationsOf) {
		require.LessOrEqual(t, n, 20, key)
	}
}
