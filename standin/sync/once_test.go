package sync_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/standin/sync"
)

func TestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var once sync.Once
		start, calls := time.Now(), 0
		do := func() {
			once.Do(func() {
				time.Sleep(time.Hour)
				calls++
			})
		}
		go do()
		synctest.Wait()
		do()
		require.Equal(t, time.Hour, time.Since(start), "it returns when the call has that came first")
		do()
		require.Equal(t, 1, calls)
	})
}

func TestOncePanicsOnce(t *testing.T) {
	var once sync.Once
	require.PanicsWithValue(t, "first", func() { once.Do(func() { panic("first") }) })
	once.Do(func() { panic("second") })
}

func TestOnceFunctions(t *testing.T) {
	calls := 0
	f := sync.OnceFunc(func() { calls++ })
	f()
	f()
	require.Equal(t, 1, calls)

	value := sync.OnceValue(func() int { calls++; return calls })
	require.Equal(t, []int{2, 2}, []int{value(), value()})

	values := sync.OnceValues(func() (int, error) { calls++; return calls, errors.New("so it is") })
	for range 2 {
		n, err := values()
		require.Equal(t, 3, n)
		require.EqualError(t, err, "so it is")
	}
}

func TestOnceFunctionPanicsAgainAndAgain(t *testing.T) {
	calls := 0
	f := sync.OnceFunc(func() { calls++; panic("no") })
	for range 3 {
		require.PanicsWithValue(t, "no", f)
	}
	require.Equal(t, 1, calls)
}
