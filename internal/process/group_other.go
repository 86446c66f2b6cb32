//go:build !unix

package process

import (
	"errors"
	"os/exec"
)

// EndWithAll and AskAllToEnd leave the command as it is: its end is that of the
// command alone.
func EndWithAll(*exec.Cmd) {}

// AskAllToEnd is [EndWithAll].
func AskAllToEnd(*exec.Cmd) {}

// InGroup leaves the command as it is.
func InGroup(*exec.Cmd) {}

// KillGroup kills the command alone.
func KillGroup(c *exec.Cmd) error { return c.Process.Kill() }

// PauseGroup is not possible here.
func PauseGroup(*exec.Cmd) error { return errors.ErrUnsupported }

// ResumeGroup is not possible here.
func ResumeGroup(*exec.Cmd) error { return errors.ErrUnsupported }
