package harness

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRunThatHoldsTooMuchMemoryEnds(t *testing.T) {
	ballast := make([]byte, 64<<20)
	limit := fmt.Sprint(memoryHeld() >> 20 * 3 / 4) // the process itself may hold twice that
	require.NoError(t, flagSet(t, "raft.memory", limit))
	r, _ := live(t, func(c *Cluster) {
		for {
			c.Sleep(time.Second)
		}
	})
	require.NotNil(t, r.Failure)
	require.Equal(t, Efficiency, r.Failure.Property)
	require.Regexp(t, `^the process holds \d+ MiB of memory and has \d+ goroutines; more than `+limit+` MiB is no scenario's need$`, r.Failure.Facts[0])
	require.Less(t, r.Virtual, storyPatience)
	runtime.KeepAlive(ballast)
}
