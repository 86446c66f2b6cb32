//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// endWithAll has the end of a command's context take along all processes that
// the command started.
func endWithAll(c *exec.Cmd) { endWith(c, syscall.SIGKILL) }

// askAllToEnd is endWithAll for processes that have something to tidy up.
func askAllToEnd(c *exec.Cmd) { endWith(c, syscall.SIGTERM) }

func endWith(c *exec.Cmd, signal syscall.Signal) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, signal) }
}
