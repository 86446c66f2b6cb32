//go:build unix

// Package processtest is for tests of commands that start processes which start
// processes: it tells when all of them are gone.
package processtest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Life is a pipe that processes hold as long as they live.
type Life struct {
	path string
	read *os.File
	held *os.File // so that the pipe does not end before the first process comes
}

// NewLife makes a pipe. It is gone with the test.
func NewLife(t *testing.T) *Life {
	l := &Life{path: filepath.Join(t.TempDir(), "life")}
	require.NoError(t, syscall.Mkfifo(l.path, 0o600))
	var err error
	l.held, err = os.OpenFile(l.path, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { l.held.Close() })
	l.read, err = os.Open(l.path)
	require.NoError(t, err)
	t.Cleanup(func() { l.read.Close() })
	return l
}

// Path names the pipe. A process that opens it for writing holds it, and writes
// its number, on a line of its own, to say that it is there.
func (l *Life) Path() string { return l.path }

// Source returns a Go file for a package. Every process that has the package in
// it holds the pipe. The second one that calls stopSecond stops there.
func (l *Life) Source(pkg string) string {
	return fmt.Sprintf(`package %s

import (
	"fmt"
	"os"
	"sync"
	"syscall"
)

var life, lifeError = os.OpenFile(%q, os.O_WRONLY, 0)

var stopSecond = sync.OnceFunc(func() {
	if lifeError != nil {
		panic(lifeError)
	}
	if os.Mkdir(life.Name()+".first", 0o700) != nil {
		fmt.Fprintln(life, os.Getpid())
		syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	}
})
`, pkg, l.path)
}

// Processes take at most this long to come, and to be gone.
const (
	comeWithin = 3 * time.Minute
	goneWithin = 20 * time.Second
)

// Start starts a command and waits for the process that says it is there. Both are killed at
// the end of the test, if they are still there.
func (l *Life) Start(t *testing.T, command *exec.Cmd) {
	HeedHangups(t)
	require.NoError(t, command.Start())
	t.Cleanup(func() { command.Process.Kill() })
	require.NoError(t, l.read.SetReadDeadline(time.Now().Add(comeWithin)))
	var pid int
	_, err := fmt.Fscanln(l.read, &pid)
	require.NoError(t, err, "no process has stopped")
	t.Cleanup(func() { syscall.Kill(pid, syscall.SIGKILL) })
}

// RequireEnd fails the test if a process is left that holds the pipe.
func (l *Life) RequireEnd(t *testing.T) {
	require.NoError(t, l.held.Close())
	require.NoError(t, l.read.SetReadDeadline(time.Now().Add(goneWithin)))
	_, err := io.ReadAll(l.read)
	require.NoError(t, err, "a process is left")
}

// HeedHangups has what a test starts heed the signal of a closed terminal, also
// where the test's own process ignores it (nohup): what a process ignores is
// ignored by those that it starts.
func HeedHangups(t *testing.T) {
	heeded := make(chan os.Signal, 1)
	signal.Notify(heeded, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heeded) })
}
