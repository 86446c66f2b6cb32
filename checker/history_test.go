package checker

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHistoryReadsWhatItWrote(t *testing.T) {
	w := world{Rand: rand.New(rand.NewPCG(1, 5)), keys: 3, kinds: allKinds, overlap: 3, lost: 0.2, never: 0.2, indexed: true}
	h := w.history(200)
	h[0].Call, h[0].Return, h[0].Outcome = 1, 1_000_000_001, Done
	h[1].Input = Input{Kind: CompareAndSet, Key: "<&>\n", Value: "\"", Expect: "#"}
	var text bytes.Buffer
	require.NoError(t, h.Write(&text))
	got, err := ReadHistory(&text)
	require.NoError(t, err)
	require.Equal(t, h, got)
}

func TestWriteHistory(t *testing.T) {
	var text bytes.Buffer
	require.NoError(t, History{
		{ID: 1, Client: 2, Replica: -1, Input: Input{Kind: Get, Key: "x"}, Output: Output{Value: "a", Found: true}, Call: ms(1200), Return: ms(1230), Outcome: Done, Index: 7},
		{ID: 2, Input: Input{Kind: Put, Key: "x", Value: "b"}, Outcome: Unknown},
	}.Write(&text))
	require.Equal(t, `{"id":1,"client":2,"replica":-1,"call":"1.2s","return":"1.23s","input":{"kind":"get","key":"x"},"outcome":"done","output":{"value":"a","found":true},"index":7}
{"id":2,"client":0,"replica":0,"call":"0s","input":{"kind":"put","key":"x","value":"b"},"outcome":"unknown"}
`, text.String())
}

func TestReadHistoryIsStrict(t *testing.T) {
	const good = `{"id":1,"client":0,"replica":0,"call":"1ms","return":"2ms","input":{"kind":"get","key":"x"},"outcome":"done"}`
	for _, tt := range []struct{ old, new, want string }{
		{`"id":1,`, ``, `line 3: field "id" is missing`},
		{`"client":0,`, ``, `field "client" is missing`},
		{`"replica":0,`, ``, `field "replica" is missing`},
		{`"call":"1ms",`, ``, `field "call" is missing`},
		{`"return":"2ms",`, ``, `outcome is done, but field "return" is missing`},
		{`"input":{"kind":"get","key":"x"},`, ``, `field "input" is missing`},
		{`,"outcome":"done"`, ``, `field "outcome" is missing`},
		{`"outcome":"done"`, `"outcome":"unknown"`, `outcome is unknown, but there is a return`},
		{`"outcome":"done"`, `"outcome":"never","output":{"found":true}`, `outcome is never, but there is an output`},
		{`"outcome":"done"`, `"outcome":"perhaps"`, `outcome is "perhaps", want done, never or unknown`},
		{`"id":1`, `"id":7`, `line 3: id 7 was used in line 2`},
		{`"id":1`, `"id":0`, `line 3: id is 0, want 1 or more`},
		{`"call":"1ms"`, `"call":"1"`, `missing unit in duration`},
		{`"call":"1ms"`, `"call":"3ms"`, `returned at 2ms, before its call at 3ms`},
		{`"kind":"get"`, `"kind":"drop"`, `kind is "drop", want get, put, append or cas`},
		{`"kind":"get"`, `"kind":"get","valeu":"x"`, `unknown field "valeu"`},
		{`}`, `}}`, `want one operation`},
		{good, good + good, `want one operation, found more after it`},
		{good, `[1]`, `want one operation as a JSON object`},
	} {
		line := strings.Replace(good, tt.old, tt.new, 1)
		require.NotEqual(t, good, line)
		_, err := ReadHistory(strings.NewReader("# a comment\n" + strings.Replace(good, `"id":1`, `"id":7`, 1) + "\n" + line))
		require.ErrorContains(t, err, tt.want, line)
		require.ErrorContains(t, err, "checker: history line 3: ")
	}
}

func FuzzReadHistory(f *testing.F) {
	f.Add([]byte(`{"id":1,"client":0,"replica":0,"call":"1ms","return":"2ms","input":{"kind":"get","key":"x"},"outcome":"done"}`))
	f.Add([]byte("# nothing\n\n{}"))
	f.Add([]byte(`{"id":1,"client":0,"replica":-1,"call":"0s","input":{"kind":"cas","key":"x","expect":"a"},"outcome":"unknown","index":3}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := ReadHistory(bytes.NewReader(text))
		if err != nil {
			return
		}
		require.NoError(t, h.Validate())
		var again bytes.Buffer
		require.NoError(t, h.Write(&again))
		got, err := ReadHistory(&again)
		require.NoError(t, err)
		require.Equal(t, len(h), len(got))
	})
}
