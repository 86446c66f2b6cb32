package harness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRunThatHoldsTooMuchMemoryEnds(t *testing.T) {
	require.NoError(t, flagSet(t, "raft.memory", "1"))
	r, _ := live(t, func(c *Cluster) {
		for {
			c.Sleep(time.Second)
		}
	})
	require.NotNil(t, r.Failure)
	require.Equal(t, Efficiency, r.Failure.Property)
	require.Regexp(t, `^the process holds \d+ MiB of memory and has \d+ goroutines; more than 1 MiB is no scenario's need$`, r.Failure.Facts[0])
	require.Less(t, r.Virtual, storyPatience)
}
