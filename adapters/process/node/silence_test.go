//go:build linux

package node

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWorkOfAGroup(t *testing.T) {
	run := func(script string) *Process {
		p, err := Command{Path: "sh", Args: []string{"-c", script}}.Run()
		require.NoError(t, err)
		t.Cleanup(p.End)
		_, err = p.Ask([]byte("\n"))
		require.NoError(t, err)
		return p
	}
	busy := run("(read x; echo; while :; do :; done) <&0 & wait").run.Process.Pid
	canRun, first := workOf(busy)
	require.True(t, canRun, "its child does")
	for ran := first; ran == first; _, ran = workOf(busy) {
	}

	idle := run("read x; echo; read x").run.Process.Pid
	for canRun := true; canRun; canRun, _ = workOf(idle) {
	}
}
