//go:build unix

package child

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// sh starts a shell; what it says and how it ends come by the channels.
func sh(t *testing.T, script string) (p *Process, heard chan string, gone chan error) {
	heard, gone = make(chan string, 1000), make(chan error, 1)
	p, err := Command{Path: "/bin/sh", Args: []string{"-c", script}}.Start(
		func(line []byte) { heard <- string(line) }, func(how error) { gone <- how })
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	return p, heard, gone
}

func TestLinesInAndOut(t *testing.T) {
	p, heard, gone := sh(t, `while read -r line; do echo "heard $line"; done; echo last words >&2; exit 3`)
	require.True(t, p.Send([]byte("one\n")))
	require.True(t, p.Send([]byte("two\n")))
	require.Equal(t, "heard one", <-heard)
	require.Equal(t, "heard two", <-heard)
	require.NoError(t, p.run.In.Close())
	require.EqualError(t, <-gone, "it ended by itself: exit status 3")
	require.Equal(t, "last words", p.LastWords())
}

func TestWaysToEnd(t *testing.T) {
	for script, says := range map[string]string{
		"exec >&-; sleep 1000":                  "it closed its standard output, and went on",
		"printf half; exit 1":                   `it ended by itself after half a line: "half": exit status 1`,
		"kill -9 $$":                            "it ended by itself: signal: killed",
		"sleep 1000 & exit 0":                   "it ended by itself: exit status 0",
		"head -c 100000000 /dev/zero; sleep 10": `expected a line of 16777216 bytes at most, got a longer one: "\x00`,
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			_, _, gone := sh(t, script)
			require.ErrorContains(t, <-gone, says)
		})
	}
}

func TestProcessThatDoesNotRead(t *testing.T) {
	p, _, _ := sh(t, "sleep 1000")
	line := []byte(strings.Repeat("a", 1<<20) + "\n")
	sent := 0
	for p.Send(line) {
		sent++
		require.Less(t, sent, 3*mostWaiting>>20)
	}
	require.Greater(t, sent, mostWaiting>>21)
}

func TestPause(t *testing.T) {
	p, heard, _ := sh(t, `while read -r line; do echo "$line"; done`)
	require.NoError(t, p.Pause())
	p.Send([]byte("one\n"))
	require.Empty(t, heard)
	require.NoError(t, p.Resume())
	require.Equal(t, "one", <-heard)
	require.NoError(t, p.Pause())
	p.Kill()
}

// TestKillLeavesNothing kills a process that heeds nothing else, and has a child.
func TestKillLeavesNothing(t *testing.T) {
	life := processtest.NewLife(t)
	t.Setenv("LIFE", life.Path())
	p, heard, gone := sh(t, `exec 3>"$LIFE"; trap "" INT TERM HUP; sleep 1000 & echo here; while :; do sleep 1; done`)
	require.Equal(t, "here", <-heard)
	p.Kill()
	life.RequireEnd(t)
	require.Empty(t, gone)
}

func TestNoSuchProgram(t *testing.T) {
	_, err := Command{Path: "/nonesuch/node"}.Start(nil, nil)
	require.ErrorContains(t, err, "start the node /nonesuch/node: ")
}
