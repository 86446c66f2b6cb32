package bubble

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDiagnoseSpin(t *testing.T) {
	// It is somewhere else each time, but always in the loop.
	second := strings.ReplaceAll(dump, "(*Raft).spin(...)", "(*Raft).poll(...)")
	require.Equal(t, `a goroutine spins: it runs without ever waiting, in example.com/raft.(*Raft).loop (/home/me/raft/raft.go:20)`,
		diagnose([][]goroutine{parseGoroutines(dump), parseGoroutines(second)}))
}

func TestDiagnoseSpinIsTheOneThatAlwaysRuns(t *testing.T) {
	passing := strings.ReplaceAll(dump, "[chan send (durable), 12 minutes, synctest bubble 3]", "[runnable, synctest bubble 3]")
	require.Contains(t, diagnose([][]goroutine{parseGoroutines(passing), parseGoroutines(dump)}), "(*Raft).spin")
}

func TestDiagnoseMutex(t *testing.T) {
	idle := parseGoroutines(dump)[1:]
	require.Equal(t, `a mutex is held by a goroutine that waits:
  1 goroutine(s) wait for a mutex, such as in example.com/raft.(*Raft).GetState (/home/me/raft/raft.go:30)
  the holder is likely one in "chan send" at example.com/raft.(*Raft).apply (/home/me/raft/apply.go:7)`,
		diagnose([][]goroutine{inBubble(idle, 3)}))
}

func TestDiagnoseMutexPrefersTheSameReplica(t *testing.T) {
	others := `goroutine 11 [chan send (durable), synctest bubble 3]:
example.com/raft.(*Raft).other(0xc000098760)
	/home/me/raft/other.go:7 +0x10

`
	all := append(parseGoroutines(others), parseGoroutines(dump)[1:]...)
	require.Contains(t, diagnose([][]goroutine{inBubble(all, 3)}), "apply.go")
	require.NotContains(t, diagnose([][]goroutine{inBubble(all, 3)}), "other.go", "it is in a method of another replica")
}

func TestDiagnoseMutexWithoutAHolder(t *testing.T) {
	alone := parseGoroutines(dump)[3:]
	require.Equal(t, `a mutex is held by a goroutine that waits:
  1 goroutine(s) wait for a mutex, such as in example.com/raft.(*Raft).GetState (/home/me/raft/raft.go:30)`,
		diagnose([][]goroutine{alone}))
}

func TestDiagnoseWhatIsOutside(t *testing.T) {
	for state, want := range map[string]string{
		"IO wait":             `a goroutine waits for real I/O, which virtual time cannot pass over, in example.com/raft.(*Raft).apply (/home/me/raft/apply.go:7)`,
		"syscall":             `a goroutine waits for real I/O, which virtual time cannot pass over, in example.com/raft.(*Raft).apply (/home/me/raft/apply.go:7)`,
		"chan receive":        `a goroutine waits for something outside the bubble, such as a channel made in a package variable: in "chan receive" at example.com/raft.(*Raft).apply (/home/me/raft/apply.go:7)`,
		"chan send (durable)": `none of the 1 goroutines of the scenario is seen to hold it up`,
		"sync.Mutex.Lock":     "a mutex is held by a goroutine that waits:\n  1 goroutine(s) wait for a mutex, such as in example.com/raft.(*Raft).apply (/home/me/raft/apply.go:7)",
		"sync.RWMutex.RLock":  "a mutex is held by a goroutine that waits:\n  1 goroutine(s) wait for a mutex, such as in example.com/raft.(*Raft).apply (/home/me/raft/apply.go:7)",
	} {
		text := strings.ReplaceAll(dump, "[chan send (durable), 12 minutes, synctest bubble 3]", "["+state+", synctest bubble 3]")
		require.Equal(t, want, diagnose([][]goroutine{parseGoroutines(text)[2:3]}), state)
	}
}
