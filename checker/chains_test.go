package checker

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What needs no search although values depend on each other.
func TestChained(t *testing.T) {
	_, histories, verdicts := recorded(t)
	for name, want := range map[string]Verdict{
		"append.jsonl":            Ok,
		"append_seen_twice.jsonl": Illegal,
		"sequential.jsonl":        Ok,
		"stale_read.jsonl":        Illegal,
		"lost_update.jsonl":       Illegal,
	} {
		verdict, decided := chained(intervals(histories[name]))
		require.True(t, decided, name)
		require.Equal(t, want, verdict, name)
		require.Equal(t, want, verdicts[name], name)
	}
	_, decided := chained(intervals(numbered(hard("x", 8))))
	require.False(t, decided, "its values are written twice")
	for _, g := range goals {
		if g.operations > 100_000 || g.values > 0 {
			continue
		}
		verdict, decided := chained(intervals(g.history()))
		require.True(t, decided, g.name)
		require.Equal(t, g.want, verdict, g.name)
	}
}

// What cannot be decided as a whole may have a part that can.
func TestPartOfUndecidedIsIllegal(t *testing.T) {
	c := crowd{clients: 20, keys: 1, operations: 1000, kinds: serviceKinds, unknown: 25, stale: true}
	h := c.history()
	end := effect(c.operations) + ms(10)
	for i, input := range []Input{{Kind: Put, Key: "k0", Value: "twice"}, {Kind: Put, Key: "k0", Value: "twice"}, {Kind: Get, Key: "k0"}} {
		op := Operation{ID: len(h) + 1, Outcome: Done, Input: input, Call: end + ms(2*i), Return: end + ms(2*i+1)}
		if input.Kind == Get {
			op.Output = Output{Value: "twice", Found: true}
		}
		h = append(h, op)
	}
	_, decided := chained(intervals(h))
	require.False(t, decided, "two operations wrote what was seen")
	verdict, _ := search(intervals(h), Limits{Time: 100 * time.Millisecond}.withDefaults())
	require.Equal(t, Undecided, verdict)

	result := Check(h, Limits{Time: 100 * time.Millisecond})
	require.Equal(t, Illegal, result.Verdict, result.Explain())
	require.Contains(t, result.Explain(), `get(k0) by client 8, [7.014522s, 7.180691s], answered "<496><500>"`)
	require.Contains(t, result.Explain(), `it would be right if it had answered "<712><713>"`)
}
