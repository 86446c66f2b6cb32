//go:build linux

package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// TestInterruptLeavesNothing interrupts the command while a node thinks, which heeds
// nothing but SIGKILL.
func TestInterruptLeavesNothing(t *testing.T) {
	life := processtest.NewLife(t)
	c := exec.Command(os.Args[0], "-suite", "election", "--", "/bin/sh", "-c", `exec 3>"$LIFE"; trap "" INT TERM HUP
		while read -r line; do case $line in *hello*) echo '`+hello+`';; *) echo $$ >&3; while :; do sleep 1; done;; esac; done`)
	c.Env = append(os.Environ(), commandEnv+"=1", "LIFE="+life.Path())
	life.Start(t, c)
	require.NoError(t, c.Process.Signal(os.Interrupt))
	var exit *exec.ExitError
	require.ErrorAs(t, c.Wait(), &exit)
	require.Equal(t, exitNotJudged, exit.ExitCode())
	life.RequireEnd(t)
}
