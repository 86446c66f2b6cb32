package bubble

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// touched returns so many MiB of memory that is in use.
func touched(mib int) [][]byte {
	var all [][]byte
	for range mib {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 1 << 12 {
			block[i] = 1
		}
		all = append(all, block)
	}
	return all
}

func TestGarbageIsNotHeld(t *testing.T) {
	const size = 256
	kept := touched(size)
	limit := memoryHeld() - size/2
	require.Contains(t, tooMuchMemory(limit), "the process holds ")
	runtime.KeepAlive(kept)
	kept = nil
	require.Greater(t, memoryHeld(), limit, "nobody has collected it")
	require.Empty(t, tooMuchMemory(limit))
}
