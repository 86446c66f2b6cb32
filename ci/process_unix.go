//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// endWithAll has a command's end take along all processes that it started.
func endWithAll(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
