package node

import (
	"os/exec"
	"syscall"
)

// endWithThread has the command end when the thread that starts it does, and so when
// this process does, however that comes.
func endWithThread(c *exec.Cmd) { c.SysProcAttr.Pdeathsig = syscall.SIGKILL }
