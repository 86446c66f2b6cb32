//go:build race

package labrpc

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// careless handles datagrams without a lock.
type careless struct{ told int }

func (c *careless) Tell(*note) { c.told++ }

// Nothing orders two handlers for the race detector but the replica's own locks.
// A race ends a process, so the test runs itself in another.
func TestRaceDetectorSeesHandlers(t *testing.T) {
	const inChild = "LABRPC_RACE"
	if os.Getenv(inChild) != "" {
		tellCareless(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestRaceDetectorSeesHandlers$")
	child.Env = append(os.Environ(), inChild+"=1")
	output, err := child.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(output), "WARNING: DATA RACE")
	require.Contains(t, string(output), "labrpc.(*careless).Tell()")
}

func tellCareless(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		w.node(1).Halt()
		require.NoError(t, w.Boot(1).Serve(&careless{}))
		for range 10 {
			w.peer(0, 1).Send("careless.Tell", &note{})
			w.Sleep(10 * time.Millisecond)
		}
	})
}
