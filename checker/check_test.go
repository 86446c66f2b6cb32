package checker

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// want is the verdict that the first line of a recorded history expects:
// "# illegal: what it is".
var want = regexp.MustCompile(`^# (ok|illegal|malformed): .+`)

// recorded returns the recorded histories and what Check must say of them.
func recorded(tb testing.TB) (names []string, histories map[string]History, verdicts map[string]Verdict) {
	files, err := filepath.Glob("testdata/*.jsonl")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	histories, verdicts = make(map[string]History), make(map[string]Verdict)
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(tb, err)
		text, err := os.ReadFile(file)
		require.NoError(tb, err)
		first := want.FindSubmatch(text)
		require.NotNil(tb, first, "%s must begin with a line like # illegal: what it is", file)
		h, err := ReadHistory(f)
		require.NoError(tb, err, file)
		require.NoError(tb, f.Close())
		name := filepath.Base(file)
		names = append(names, name)
		histories[name], verdicts[name] = h, Verdict(first[1])
	}
	return names, histories, verdicts
}

func TestRecordedHistories(t *testing.T) {
	names, histories, verdicts := recorded(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			result := Check(histories[name], Limits{})
			require.Equal(t, verdicts[name], result.Verdict, result.Explain())
			t.Log(result.Explain())
		})
	}
}

func BenchmarkRecordedHistories(b *testing.B) {
	names, histories, verdicts := recorded(b)
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := Check(histories[name], Limits{}).Verdict; got != verdicts[name] {
					b.Fatalf("verdict is %s, want %s", got, verdicts[name])
				}
			}
		})
	}
}

// hard is an illegal history that no judge but the search can tell, and the
// search only by trying every set of n concurrent puts: no value is unique, and
// the two reads after them disagree.
func hard(key string, n int) History {
	var h History
	for i := range n {
		h = append(h, Operation{ID: i + 1, Client: i, Outcome: Done, Return: ms(100),
			Input: Input{Kind: Put, Key: key, Value: fmt.Sprint(i / 2)}})
	}
	for i := range 2 {
		h = append(h, Operation{ID: n + 1 + i, Client: n, Outcome: Done, Call: ms(110 + 20*i), Return: ms(120 + 20*i),
			Input: Input{Kind: Get, Key: key}, Output: Output{Value: fmt.Sprint(i), Found: true}})
	}
	return h
}

// numbered gives every operation an ID of its own.
func numbered(parts ...History) History {
	var h History
	for _, part := range parts {
		for _, op := range part {
			op.ID = len(h) + 1
			h = append(h, op)
		}
	}
	return h
}

func TestUndecided(t *testing.T) {
	require.Equal(t, Illegal, Check(hard("x", 8), Limits{}).Verdict, "a small one of its kind")

	began := time.Now()
	result := Check(hard("x", 40), Limits{Time: 50 * time.Millisecond})
	require.Equal(t, Undecided, result.Verdict)
	require.Less(t, time.Since(began), 5*time.Second)
	require.Equal(t, "x", result.Key)
	require.Contains(t, result.Explain(), "time ran out")
	require.Equal(t, ms(120), result.From, "the first read fits")
	require.Equal(t, ms(140), result.To, "does the second?")
	require.Contains(t, result.Explain(), "what was answered by 0.120s is legal, what was answered by 0.140s may not be")

	result = Check(hard("x", 40), Limits{Memory: 1 << 20})
	require.Equal(t, Undecided, result.Verdict)
	require.Contains(t, result.Explain(), "the memory limit of 1 MiB ran out")
	require.NoError(t, result.WriteHTML(&bytes.Buffer{}, nil))
}

// The search stays within its memory, here of a history whose sets alone take
// 2 KB each.
func TestMemoryIsBounded(t *testing.T) {
	const limit = 32 << 20
	var h History
	for i := range 8000 {
		h = append(h, Operation{Outcome: Done, Call: ms(i), Return: ms(i),
			Input: Input{Kind: Put, Key: "x", Value: fmt.Sprint(i % 5)}})
	}
	for _, op := range hard("x", 40) {
		op.Call, op.Return = op.Call+ms(9000), op.Return+ms(9000)
		h = append(h, op)
	}
	h = numbered(h)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	idle, most := heap(), uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				most = max(most, heap())
			}
		}
	}()
	result := Check(h, Limits{Memory: limit})
	close(stop)
	<-stopped
	require.Equal(t, Undecided, result.Verdict, result.Explain())
	t.Logf("%s; heap grew by %d MiB", result.Reason, (most-idle)>>20)
	require.Less(t, most-idle, uint64(3*limit))
}

func TestIllegalBeatsUndecided(t *testing.T) {
	illegal := hard("y", 8)
	for _, h := range []History{numbered(hard("x", 40), illegal), numbered(illegal, hard("x", 40))} {
		result := Check(h, Limits{Memory: 1 << 20})
		require.Equal(t, Illegal, result.Verdict)
		require.Equal(t, "y", result.Key)
	}
	// Also if the undecided one is searched first.
	longer := hard("y", 8)
	for i := range 40 {
		longer = append(longer, Operation{Outcome: Done, Call: ms(1000 + i), Return: ms(1000 + i), Input: Input{Kind: Put, Key: "y", Value: "z"}})
	}
	result := Check(numbered(hard("x", 40), longer), Limits{Memory: 1 << 20})
	require.Equal(t, Illegal, result.Verdict)
	require.Equal(t, "y", result.Key)

	ok := History{{Outcome: Done, Input: Input{Kind: Get, Key: "z"}}}
	require.Equal(t, Undecided, Check(numbered(hard("x", 40), ok), Limits{Memory: 1 << 20}).Verdict)
}

func TestMalformed(t *testing.T) {
	good := Operation{ID: 1, Client: 0, Replica: 0, Input: Input{Kind: Put, Key: "x", Value: "a"}, Call: 1, Return: 2, Outcome: Done}
	require.Equal(t, Ok, Check(History{good}, Limits{}).Verdict)
	require.Equal(t, Ok, Check(nil, Limits{}).Verdict)
	require.NotEqual(t, Ok, Result{}.Verdict)
	for reason, change := range map[string]func(op *Operation){
		"id is 0":                      func(op *Operation) { op.ID = 0 },
		"id 1 was used before":         func(op *Operation) {},
		"client is -1":                 func(op *Operation) { op.Client = -1 },
		"replica is -2":                func(op *Operation) { op.Replica = -2 },
		"index is -1":                  func(op *Operation) { op.Index = -1 },
		`kind is "drop"`:               func(op *Operation) { op.Input.Kind = "drop" },
		`a get has the value "a"`:      func(op *Operation) { op.Input.Kind = Get },
		`a put expects "b"`:            func(op *Operation) { op.Input.Expect = "b" },
		`outcome is ""`:                func(op *Operation) { op.Outcome = "" },
		"called at -1ns":               func(op *Operation) { op.Call = -1 },
		"returned at 2ns, before its ": func(op *Operation) { op.Call = 3 },
	} {
		bad := good
		bad.ID = 2
		if reason == "id 1 was used before" {
			bad.ID = 1
		}
		change(&bad)
		result := Check(History{good, bad}, Limits{})
		require.Equal(t, Malformed, result.Verdict, reason)
		require.Contains(t, result.Reason, reason)
		require.Equal(t, result.Reason, result.Explain())
		require.Error(t, result.WriteHTML(&bytes.Buffer{}, nil))
	}
}

// Most unknown outcomes are settled before a search begins.
func TestIntervals(t *testing.T) {
	settled := func(h History) string {
		var text []string
		for _, v := range intervals(numbered(h)) {
			end := "open"
			if v.end != forever {
				end = v.end.String()
			}
			text = append(text, v.op.Input.String()+" "+end)
		}
		return strings.Join(text, "; ")
	}
	lost := func(kind Kind, value, expect string) Operation {
		return Operation{Outcome: Unknown, Input: Input{Kind: kind, Key: "x", Value: value, Expect: expect}}
	}
	got := func(at int, value string) Operation {
		return Operation{Outcome: Done, Call: ms(at), Return: ms(at), Input: Input{Kind: Get, Key: "x"}, Output: Output{Value: value, Found: true}}
	}
	none := Operation{Outcome: NeverHappened, Input: Input{Kind: Put, Key: "x", Value: "a"}}
	require.Equal(t, "get(x) 5ms", settled(History{none, lost(Get, "", ""), got(5, "")}))
	require.Equal(t, "", settled(History{lost(Get, "", ""), lost(Put, "a", ""), lost(Append, "b", "")}))
	require.Equal(t, "get(x) 5ms", settled(History{lost(Put, "a", ""), got(5, "b")}))
	require.Equal(t, `put(x, "a") 5ms; get(x) 7ms; get(x) 5ms`, settled(History{lost(Put, "a", ""), got(7, "a"), got(5, "a")}))
	require.Equal(t, `put(x, "a") open; put(x, "a") open; get(x) 5ms`, settled(History{lost(Put, "a", ""), lost(Put, "a", ""), got(5, "a")}))
	require.Equal(t, `put(x, "a") open; cas(x, "a", "b") 5ms; get(x) 5ms`, settled(History{lost(Put, "a", ""), lost(CompareAndSet, "b", "a"), got(5, "b")}))
	declined := func(at int) Operation {
		return Operation{Outcome: Done, Call: ms(at), Return: ms(at), Input: Input{Kind: CompareAndSet, Key: "x", Value: "c", Expect: "b"}, Output: Output{Declined: true}}
	}
	late := lost(Put, "d", "")
	late.Call = ms(8)
	require.Equal(t, `put(x, "a") open; cas(x, "b", "c") 7ms`, settled(History{lost(Put, "a", ""), late, declined(7)}))
	require.Equal(t, `append(x, "a") open; cas(x, "b", "c") 7ms`, settled(History{lost(Append, "a", ""), declined(7)}))
	require.Equal(t, `append(x, "b") open; get(x) 5ms`, settled(History{lost(Append, "b", ""), lost(Append, "d", ""), got(5, "abc")}))
}

// A compare-and-set that was only declined is right for the sake of a write that nobody
// knows the outcome of, and wrong without one.
func TestDeclined(t *testing.T) {
	put := Operation{ID: 1, Outcome: Done, Return: ms(1), Input: Input{Kind: Put, Key: "x", Value: "a"}}
	lost := Operation{ID: 2, Outcome: Unknown, Call: ms(2), Input: Input{Kind: Put, Key: "x", Value: "b"}}
	declined := Operation{ID: 3, Outcome: Done, Call: ms(3), Return: ms(4),
		Input: Input{Kind: CompareAndSet, Key: "x", Value: "c", Expect: "a"}, Output: Output{Declined: true}}
	require.Equal(t, Ok, Check(History{put, lost, declined}, Limits{}).Verdict)
	wrong := Check(History{put, declined}, Limits{})
	require.Equal(t, Illegal, wrong.Verdict)
	require.Contains(t, wrong.Explain(), `no order explains that cas(x, "a", "c") did not swap`)
	require.NoError(t, wrong.WriteHTML(io.Discard, nil))
}

// What needs no search is told without one, and so with its cause.
func TestClash(t *testing.T) {
	_, histories, verdicts := recorded(t)
	for name, want := range map[string]string{
		"half_an_answer.jsonl":     `nobody ever wrote ""`,
		"append_impossible.jsonl":  `no state of the key allows this answer`,
		"flicker.jsonl":            `it must have held "b" from 0.020s to 0.050s, but "a" at a moment from 0.030s to 0.040s`,
		"two_views.jsonl":          `it must have held "a" from 0.025s to 0.060s, and "b" from 0.030s to 0.060s`,
		"stale_read.jsonl":         `it must have held "a" from 0.010s to 1.200s, but "b" at a moment from 1.000s to 1.100s`,
		"lost_update.jsonl":        `"0" was written once, but replaced twice`,
		"lost_put.jsonl":           `the key was gone, though nothing removes keys`,
		"read_of_the_future.jsonl": `"b" was seen before it was written`,
		"read_of_nothing.jsonl":    `nobody ever wrote "z"`,
	} {
		require.Contains(t, verdicts, name)
		f, ok := clash(intervals(histories[name]))
		require.True(t, ok, name)
		require.Equal(t, want, f.claim, name)
	}
	for name, verdict := range verdicts {
		if verdict == Ok {
			for _, k := range byKey(histories[name]) {
				_, ok := clash(intervals(k.ops))
				require.False(t, ok, name)
			}
		}
	}
}

func TestWitness(t *testing.T) {
	_, histories, _ := recorded(t)
	for name, want := range map[string]bool{
		"sequential.jsonl":        true,
		"read_index.jsonl":        true,
		"index_order_wrong.jsonl": false,
		"wrong_indexes.jsonl":     false,
		"append.jsonl":            false, // no indexes
	} {
		require.Equal(t, want, witnessed(intervals(histories[name])), name)
	}
}

// A contradiction only a search can find is brought down to the first answer
// that is one too many, however much came later.
func TestExplainShrinks(t *testing.T) {
	h := numbered(hard("x", 6), hard("x", 6))
	for i := range 8 {
		h[8+i].Call += time.Second
		h[8+i].Return += time.Second
	}
	result := Check(h, Limits{})
	require.Equal(t, Illegal, result.Verdict)
	require.Equal(t, strings.TrimSpace(`
key x is not linearizable: no order explains that get(x) answered "1"
this answer is one too many:
  #8 get(x) by client 6 on replica 0, [0.130s, 0.140s], answered "1"
it would be right if it had answered "0"
the last writes that had returned when it was called:
  #1 put(x, "0") by client 0 on replica 0, [0.000s, 0.100s], returned
  #2 put(x, "0") by client 1 on replica 0, [0.000s, 0.100s], returned
  #3 put(x, "1") by client 2 on replica 0, [0.000s, 0.100s], returned
  #4 put(x, "1") by client 3 on replica 0, [0.000s, 0.100s], returned
  #5 put(x, "2") by client 4 on replica 0, [0.000s, 0.100s], returned
  #6 put(x, "2") by client 5 on replica 0, [0.000s, 0.100s], returned`), result.Explain())
}

func TestWriteHTML(t *testing.T) {
	notes := []Annotation{{Tag: "network", Start: ms(10), End: ms(50), Text: "cut 0-1", Details: "both ways"}, {Start: ms(60), Text: "heal"}}
	names, histories, _ := recorded(t)
	for _, name := range names {
		var page bytes.Buffer
		require.NoError(t, Check(histories[name], Limits{}).WriteHTML(&page, notes), name)
		require.Contains(t, page.String(), "cut 0-1")
		require.Contains(t, page.String(), "</html>")
	}

	// A long history is drawn in part.
	w := world{Rand: rand.New(rand.NewPCG(1, 3)), keys: 2, kinds: allKinds, overlap: 3, lost: 0.1, indexed: true}
	for range 3 {
		var page bytes.Buffer
		require.NoError(t, Check(w.history(2000), Limits{}).WriteHTML(&page, notes))
		require.Contains(t, page.String(), "last 250 of")
		require.Less(t, page.Len(), 8<<20)
	}
	require.Error(t, Result{}.WriteHTML(&bytes.Buffer{}, nil))
}

// Typical work of a suite's run, with and without the log's own order.
func BenchmarkCheck(b *testing.B) {
	for _, bb := range []struct {
		name    string
		n, keys int
		kinds   []Kind
		overlap int
		lost    float64
		indexed bool
	}{
		{"1k operations, 1 key, indexed", 1000, 1, registerKinds, 20, 0.02, true},
		{"1k operations, 1 key, 3 at a time", 1000, 1, registerKinds, 3, 0.02, false},
		{"1k operations, 10 keys, 20 at a time", 1000, 10, registerKinds, 20, 0.02, false},
		{"10k operations, 100 keys, 20 at a time", 10_000, 100, registerKinds, 20, 0.02, false},
		{"100k operations, 100 keys, indexed", 100_000, 100, allKinds, 20, 0.02, true},
	} {
		w := world{Rand: rand.New(rand.NewPCG(1, 4)), keys: bb.keys, kinds: bb.kinds, overlap: bb.overlap, lost: bb.lost, indexed: bb.indexed}
		h := w.history(bb.n)
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if r := Check(h, Limits{}); r.Verdict != Ok {
					b.Fatal(r.Explain())
				}
			}
		})
	}
}

func TestContradiction(t *testing.T) {
	_, histories, _ := recorded(t)
	c, ok := Check(histories["stale_read.jsonl"], Limits{}).Contradiction()
	require.True(t, ok)
	require.Contains(t, c.Claim, "must have held")
	require.Equal(t, 1230*time.Millisecond, c.At)
	require.Equal(t, []int{1, 2, 3}, c.Operations)

	_, ok = Check(histories["sequential.jsonl"], Limits{}).Contradiction()
	require.False(t, ok)

	c, ok = Check(numbered(hard("x", 6)), Limits{}).Contradiction()
	require.True(t, ok)
	require.Equal(t, []int{8}, c.Operations, "the answer too many")
}
