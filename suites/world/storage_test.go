package world

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

func TestWhoWaitsForSlowStorage(t *testing.T) {
	for _, test := range []struct {
		name     string
		features raftiface.Features
		waits    bool
	}{
		{"the replica's messages", raftiface.Features{}, false},
		{"whoever saves", raftiface.Features{UnlockedSaves: true}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(Plan{Implementation: raftiface.Implementation{Features: test.features}, Replicas: 1, Seed: 1})
				c.begin()
				defer c.net.Close()
				c.SlowStorage(0, time.Second)
				saved := make(chan time.Duration)
				begin := time.Now()
				go func() {
					disk := c.replicas[0].storage.open()
					disk.Save([]byte("state"), nil)
					saved <- time.Since(begin)
				}()
				synctest.Wait()
				require.Equal(t, 5, c.RaftStateSize(0), "what is being saved is there at once")
				require.Equal(t, test.waits, <-saved > 0)
			})
		})
	}
}
