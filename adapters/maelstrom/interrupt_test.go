//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// stubborn is a node that heeds nothing but SIGKILL, has a child, and answers nothing.
const stubborn = `exec 3>"$LIFE"; trap "" INT TERM HUP; sleep 1000 & echo $$ >&3; while :; do sleep 1; done`

// TestInterruptLeavesNothing interrupts the command while nodes are awaited.
func TestInterruptLeavesNothing(t *testing.T) {
	life := processtest.NewLife(t)
	c := exec.Command(os.Args[0], "-bin", "/bin/sh", "-nodes", "1", "-run", "Steady", "-artifacts", t.TempDir(), "--", "-c", stubborn)
	c.Env = append(os.Environ(), commandEnv+"=1", "LIFE="+life.Path())
	var out bytes.Buffer
	c.Stdout = &out
	life.Start(t, c)
	require.NoError(t, c.Process.Signal(os.Interrupt))
	var exit *exec.ExitError
	require.ErrorAs(t, c.Wait(), &exit)
	require.Equal(t, exitUnknown, exit.ExitCode())
	require.Contains(t, out.String(), "interrupted: ")
	life.RequireEnd(t)
}

// TestKillLeavesNothing kills the command itself, which can do nothing about it.
func TestKillLeavesNothing(t *testing.T) {
	life := processtest.NewLife(t)
	c := exec.Command(os.Args[0], "-bin", "/bin/sh", "-nodes", "1", "-run", "Steady", "--", "-c", `exec 3>"$LIFE"; echo $$ >&3; read -r line; exec sleep 1000`)
	c.Env = append(os.Environ(), commandEnv+"=1", "LIFE="+life.Path())
	life.Start(t, c)
	require.NoError(t, c.Process.Kill())
	require.Error(t, c.Wait())
	life.RequireEnd(t)
}
