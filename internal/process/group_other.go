//go:build !unix

package process

import "os/exec"

// EndWithAll and AskAllToEnd leave the command as it is: its end is that of the
// command alone.
func EndWithAll(*exec.Cmd) {}

// AskAllToEnd is [EndWithAll].
func AskAllToEnd(*exec.Cmd) {}

// InGroup leaves the command as it is.
func InGroup(*exec.Cmd) {}

// KillGroup kills the command alone.
func KillGroup(c *exec.Cmd) error { return c.Process.Kill() }
