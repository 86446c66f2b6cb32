package process

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// A Child is a command that one talks to. It is [InGroup], and ends when this process
// does.
type Child struct {
	*exec.Cmd
	In, Out *os.File // this end of its standard input and output
	Err     Tail     // of its standard error
}

// StartChild starts the command. It is to be called by [Lasting].
func StartChild(c *exec.Cmd) (child *Child, err error) {
	child = &Child{Cmd: c}
	var in, out *os.File // its own ends
	if in, child.In, err = os.Pipe(); err != nil {
		return nil, err
	}
	defer in.Close()
	if child.Out, out, err = os.Pipe(); err != nil {
		return nil, errors.Join(err, child.In.Close())
	}
	defer out.Close()
	c.Stdin, c.Stdout, c.Stderr = in, out, &child.Err
	InGroup(c)
	EndWithThread(c)
	if err := c.Start(); err != nil {
		child.In.Close()
		child.Out.Close()
		return nil, err
	}
	return child, nil
}

// lasting is where functions are run by [Lasting]. Its channels belong to no bubble.
var lasting = struct {
	sync.Mutex
	begin func()
	calls chan func()
	done  chan struct{}
}{
	calls: make(chan func()),
	done:  make(chan struct{}),
}

func init() {
	lasting.begin = sync.OnceFunc(func() {
		go func() {
			runtime.LockOSThread()
			for call := range lasting.calls {
				call()
				lasting.done <- struct{}{}
			}
		}()
	})
}

// Lasting runs a function on a thread that lives as long as this process, for what ends
// with the thread that starts it. Its goroutine is outside of any testing/synctest bubble,
// and so are those that the function starts, as long as the first call is.
func Lasting(f func()) {
	lasting.begin()
	lasting.Lock()
	defer lasting.Unlock()
	lasting.calls <- f
	<-lasting.done
}
