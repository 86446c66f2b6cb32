package harness

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A run that stands still hangs if it had the processor's time for more, or if
// nothing in it can run.
func TestHungTellsAHangFromAStarvedRun(t *testing.T) {
	const patience = time.Second
	long := time.Now().Add(-2 * patience)
	own := allGoroutines()[0].bubble

	require.False(t, standstill{time.Now(), cpuTime()}.hung(own, patience), "it stands still for less than the patience")
	require.True(t, standstill{long, cpuTime() - patience}.hung(own, patience), "it had the processor all the time")
	require.True(t, standstill{long, cpuTime()}.hung(own, patience), "nothing in it can run: the goroutines of no bubble count for none")
	require.True(t, standstill{time.Now().Add(-2 * starvedPatience * patience), cpuTime()}.hung(own, patience), "patience ends")
}

func TestHungWaitsForAStarvedRun(t *testing.T) {
	const patience = time.Minute // more than the processor can give meanwhile
	var stop atomic.Bool
	bubble, ended := make(chan int), make(chan struct{})
	go func() {
		defer close(ended)
		synctest.Test(t, func(*testing.T) {
			bubble <- allGoroutines()[0].bubble
			for !stop.Load() {
			}
		})
	}()
	still := standstill{time.Now().Add(-2 * patience), cpuTime()}
	require.False(t, still.hung(<-bubble, patience))
	stop.Store(true)
	<-ended
}
