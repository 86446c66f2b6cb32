package world

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRunThatHoldsTooMuchMemoryEnds(t *testing.T) {
	ballast := make([]byte, 64<<20)
	var held runtime.MemStats
	runtime.ReadMemStats(&held)
	limit := int((held.Sys-held.HeapReleased)>>20) * 3 / 4 // the process itself may hold twice that
	p := plan(puppetry())
	p.Limits.Memory = limit
	a := Live(t, p, func(c *Cluster) {
		for {
			c.Sleep(time.Second)
		}
	})
	require.NotNil(t, a.Failure)
	require.Equal(t, Efficiency, a.Failure.Property)
	require.Regexp(t, fmt.Sprintf(`^the process holds \d+ MiB of memory and has \d+ goroutines; more than %d MiB is no scenario's need$`, limit), a.Failure.Facts[0])
	require.True(t, a.Abandoned)
	require.Less(t, a.Virtual, time.Hour)
	runtime.KeepAlive(ballast)
}
