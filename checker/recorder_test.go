package checker

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRecorder(t *testing.T) {
	var now time.Duration
	r := NewRecorder(func() time.Duration { now += time.Millisecond; return now })
	a := Input{Kind: Put, Key: "x", Value: "a"}
	for id := 1; id <= 6; id++ {
		require.Equal(t, id, r.Call(0, 1, a))
	}
	r.Return(1, Output{}, 7)
	r.NeverHappened(2)
	r.Unknown(3)
	r.NeverHappened(3) // learned later
	r.Unknown(4)
	r.TookEffect(4, 9)
	r.TookEffect(4, 10) // the first one stays
	r.Unknown(5)
	r.NeverHappened(5)
	r.TookEffect(5, 3) // a Raft that contradicts itself: nothing is certain
	r.Unknown(2)       // less than is known

	h := r.History()
	require.NoError(t, h.Validate())
	outcomes := []Outcome{}
	for _, op := range h {
		outcomes = append(outcomes, op.Outcome)
	}
	require.Equal(t, []Outcome{Done, NeverHappened, NeverHappened, Unknown, Unknown, Unknown}, outcomes)
	require.Equal(t, 7*time.Millisecond, h[0].Return)
	require.Equal(t, []int{7, 0, 0, 9, 3, 0}, []int{h[0].Index, h[1].Index, h[2].Index, h[3].Index, h[4].Index, h[5].Index})

	h[0].Client = 99
	require.Zero(t, r.History()[0].Client, "History must return a copy")
	r.TookEffect(5, 3)
	r.NeverHappened(5)
	require.Equal(t, Unknown, r.History()[4].Outcome)
}

func TestRecorderPanics(t *testing.T) {
	r := NewRecorder(func() time.Duration { return time.Second })
	for range 4 {
		r.Call(2, 1, Input{Kind: Get, Key: "x"})
	}
	r.Return(1, Output{}, 0)
	r.NeverHappened(2)
	r.Unknown(3)
	require.PanicsWithValue(t, `checker: Return(1): get(x) by client 2 on replica 1, [1.000s, 1.000s], answered no such key already has the outcome "done"`,
		func() { r.Return(1, Output{}, 0) })
	for name, f := range map[string]func(){
		"Return after NeverHappened": func() { r.Return(2, Output{}, 0) },
		"Return after Unknown":       func() { r.Return(3, Output{}, 0) },
		"NeverHappened after Return": func() { r.NeverHappened(1) },
		"Unknown after Return":       func() { r.Unknown(1) },
		"no such operation":          func() { r.TookEffect(5, 1) },
		"operation zero":             func() { r.Unknown(0) },
	} {
		require.Panics(t, f, name)
	}
}

func TestRecorderTogether(t *testing.T) {
	var now atomic.Int64
	r := NewRecorder(func() time.Duration { return time.Duration(now.Add(1)) })
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for range 50 {
				id := r.Call(client, 0, Input{Kind: Get, Key: "x"})
				r.Return(id, Output{}, 0)
				_ = r.History()
			}
		})
	}
	wg.Wait()
	require.Len(t, r.History(), 400)
	require.Equal(t, Ok, Check(r.History(), Limits{}).Verdict)
}
