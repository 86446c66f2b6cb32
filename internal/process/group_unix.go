//go:build unix

package process

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// EndWithAll has the end of a command's context take along all processes that
// the command started. Its Wait leaves them the time that takes.
func EndWithAll(c *exec.Cmd) {
	inGroup(c, func(group int) error {
		err := signalAll(group, syscall.SIGKILL)
		awaitEnd(group)
		return err
	})
}

// AskAllToEnd is [EndWithAll] for processes that have something to tidy up. It
// does not wait for those that the command leaves behind.
func AskAllToEnd(c *exec.Cmd) {
	inGroup(c, func(group int) error { return signalAll(group, syscall.SIGTERM) })
}

// InGroup makes a command the first of a group of processes, for [KillGroup].
func InGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// KillGroup kills a command that is [InGroup], with all that it started, and waits for
// nobody. It is for a command that was started.
func KillGroup(c *exec.Cmd) error { return signalAll(c.Process.Pid, syscall.SIGKILL) }

// PauseGroup stops a command that is [InGroup], with all that it started, until
// [ResumeGroup].
func PauseGroup(c *exec.Cmd) error { return signalAll(c.Process.Pid, syscall.SIGSTOP) }

// ResumeGroup has what was stopped go on.
func ResumeGroup(c *exec.Cmd) error { return signalAll(c.Process.Pid, syscall.SIGCONT) }

// inGroup makes a command the first of a group of processes. Those that it
// starts belong to the group, too.
func inGroup(c *exec.Cmd, end func(group int) error) {
	InGroup(c)
	c.Cancel = func() error { return end(c.Process.Pid) }
}

func signalAll(group int, s syscall.Signal) error {
	err := syscall.Kill(-group, s)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// patience is how long to wait for processes that were killed. It takes them no
// time, but where nobody reaps orphans they stay in their group for ever.
const patience = 100 * time.Millisecond

// awaitEnd waits until a group that was killed is empty. Until then one of its
// processes may still make a file, where its files are about to be removed.
func awaitEnd(group int) {
	for end := time.Now().Add(patience); syscall.Kill(-group, 0) == nil && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
}
