package harness

import (
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A childless is a child process of which only the end of the pipes is there.
func childless(t *testing.T) *childProcess {
	orders, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { orders.Close() })
	ended := make(chan struct{})
	c := &childProcess{orders: orders, answers: make(chan answer), ended: ended}
	var once sync.Once
	c.cancel = func(err error) {
		once.Do(func() {
			c.err = err
			close(ended)
		})
	}
	return c
}

// A run may take as long as it does, while its process says that it is busy.
func TestChildThatIsBusyIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := childless(t)
		go func() {
			for range 100 {
				time.Sleep(*patienceFlag)
				c.answers <- answer{Busy: true}
			}
			c.answers <- answer{Result: Result{Seed: 7}}
		}()
		a, ok := c.ask(order{Seed: 7})
		require.True(t, ok)
		require.Equal(t, uint64(7), a.Result.Seed)
	})
}

func TestChildThatIsSilentIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := childless(t)
		go func() { c.answers <- answer{Busy: true} }()
		begin := time.Now()
		_, ok := c.ask(order{Seed: 7})
		require.False(t, ok)
		require.ErrorIs(t, c.err, errSilent)
		require.Less(t, time.Since(begin), childPatience()+time.Minute)
	})
}
