package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNemesis(t *testing.T) {
	met := map[string]int{}
	a := live(t, func(c *Cluster) {
		for range 100 {
			c.Nemesis(func(replica int) { met["further"]++; require.Less(t, replica, c.Size()) })
			for i := range c.Size() {
				require.True(t, c.IsUp(i))
			}
		}
	})
	require.Nil(t, a.Failure, "%v", a.Failure)
	for _, f := range a.Faults {
		kind, of, _ := strings.Cut(f.Text, " ")
		met[kind]++
		if kind == "partition" {
			require.Regexp(t, `^\[\[\d\] \[\d \d\]\]$`, of, "a minority of three, and the others")
		}
	}
	for _, kind := range []string{"disconnect", "heal", "crash", "partition", "further"} {
		require.InDelta(t, 20, met[kind], 12, "%s of 100 times, in which five kinds are as likely: %v", kind, met)
	}
	require.Equal(t, met["crash"], met["restart"])
}
