package process

import (
	"os/exec"
	"syscall"
)

// EndWithThread has a command that is [InGroup] end when the thread that starts it does,
// and so when this process does, however that comes.
func EndWithThread(c *exec.Cmd) { c.SysProcAttr.Pdeathsig = syscall.SIGKILL }
