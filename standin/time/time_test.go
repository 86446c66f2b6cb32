package time_test

import (
	"math"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/standin/time"
)

// waits are the ways to wait for a while.
var waits = map[string]func(time.Duration){
	"Sleep":    time.Sleep,
	"After":    func(d time.Duration) { <-time.After(d) },
	"NewTimer": func(d time.Duration) { <-time.NewTimer(d).C },
	"AfterFunc": func(d time.Duration) {
		done := make(chan bool)
		time.AfterFunc(d, func() { close(done) })
		<-done
	},
	"Reset": func(d time.Duration) {
		t := time.NewTimer(time.Hour)
		t.Reset(d)
		<-t.C
	},
}

// TestADeadlineHasPassed waits for deadlines as code does that knows the real
// clock only.
func TestADeadlineHasPassed(t *testing.T) {
	for name, wait := range waits {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				deadline := time.Now().Add(time.Second)
				for looks := 0; !deadline.Before(time.Now()); looks++ {
					require.Less(t, looks, 2, "it is %v after the deadline", time.Since(deadline))
					if deadline.After(time.Now()) {
						wait(time.Until(deadline))
					}
				}
				require.Equal(t, time.Millisecond, time.Since(deadline))
			})
		})
	}
}

func TestNoWaitIsNone(t *testing.T) {
	for name, wait := range waits {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				wait(0)
				wait(-time.Second)
				require.Equal(t, start, time.Now())
			})
		})
	}
}

func TestTheLongestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timer := time.NewTimer(math.MaxInt64)
		time.Sleep(time.Hour)
		require.True(t, timer.Stop(), "it has not fired")
	})
}
