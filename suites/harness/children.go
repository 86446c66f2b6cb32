package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/suites/bubble"
)

// A childProcess runs seeds of one scenario, one at a time, as it is
// ordered. It is ordered by one goroutine at a time.
type childProcess struct {
	orders  io.WriteCloser
	answers chan answer
	output  *tail
	cancel  context.CancelCauseFunc
	ended   chan struct{} // closed when the process is gone
	err     error         // how it ended, then
}

// startChild starts a child for the scenario whose test this is. It ends with
// the context.
func startChild(ctx context.Context, t *testing.T, processors int) (*childProcess, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	c := &childProcess{answers: make(chan answer, 1), output: &tail{}, cancel: cancel, ended: make(chan struct{})}
	cmd := exec.CommandContext(ctx, exe, childArgs(t)...)
	cmd.Env = append(os.Environ(), childVar+"=1", fmt.Sprint("GOMAXPROCS=", processors),
		"GORACE=halt_on_error=1 "+os.Getenv("GORACE")) // so that a data race is the verdict of the seed it is seen with
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) } // for its goroutines
	cmd.WaitDelay = time.Second
	cmd.Stdout, cmd.Stderr = &answers{to: c.answers, rest: c.output}, c.output
	if c.orders, err = cmd.StdinPipe(); err != nil { // which ends with this process, however that ends
		cancel(nil)
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		cancel(nil)
		return nil, err
	}
	go func() {
		defer close(c.ended)
		c.err = cmd.Wait()
		if cause := context.Cause(ctx); cause != nil && c.err != nil {
			c.err = cause
		}
		cancel(nil)
	}()
	return c, nil
}

// childArgs returns the arguments for a child process: the flags of this one,
// but for those of package testing that are not for scenarios, and exactly one
// test.
func childArgs(t *testing.T) []string {
	timeout := time.Duration(0)
	if deadline, ok := t.Deadline(); ok {
		timeout = max(time.Second, time.Until(deadline))
	}
	args := []string{"-test.run=" + exactly(t.Name()), "-test.count=1", "-test.paniconexit0", fmt.Sprint("-test.timeout=", timeout)}
	flag.Visit(func(f *flag.Flag) {
		switch {
		case f.Name == "raft.isolate" || f.Name == "raft.procs" || f.Name == "raft.seed" || f.Name == "raft.seeds":
		case f.Name != "test.short" && strings.HasPrefix(f.Name, "test."):
		default:
			args = append(args, fmt.Sprintf("-%s=%v", f.Name, f.Value))
		}
	})
	return append(args, flag.Args()...)
}

// ask gives the child an order and waits for its answer; ok is false if it died
// before. One that is silent for too long is ended.
func (c *childProcess) ask(o order) (a answer, ok bool) {
	json.NewEncoder(c.orders).Encode(o) // that it is gone shows at once
	patience := childPatience()
	ticker := time.NewTicker(lookAtChild)
	defer ticker.Stop()
	var silent bubble.Stopwatch
	for {
		select {
		case a := <-c.answers:
			if !a.Busy {
				return a, true
			}
			silent.Restart(time.Now())
		case <-c.ended:
			select {
			case a := <-c.answers:
				return a, !a.Busy
			default:
				return a, false
			}
		case now := <-ticker.C:
			if silent.Look(now) > patience {
				c.cancel(fmt.Errorf("%w for %v", errSilent, patience))
			}
		}
	}
}

// lookAtChild is how often a parent looks whether its child is silent for too
// long.
const lookAtChild = 100 * time.Millisecond

// childPatience is for how long a child may be silent that has an order. Its own
// watchdog is much faster, where there is one, and works.
func childPatience() time.Duration {
	if *realtimeFlag {
		return 75 * *patienceFlag
	}
	return 15 * *patienceFlag
}

// end has the child end by itself, and returns an error if it does not end well.
func (c *childProcess) end() error {
	c.ask(order{End: true})
	if c.err != nil {
		return fmt.Errorf("the child process failed after its last run: %w\n%s", c.err, c.output)
	}
	return nil
}

// kill ends the child at once.
func (c *childProcess) kill() {
	c.cancel(context.Canceled)
	<-c.ended
}

// gone reports whether the process has ended.
func (c *childProcess) gone() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// answers passes on the answers among what a child prints, and everything else
// to rest.
type answers struct {
	to   chan<- answer
	rest io.Writer
	buf  []byte // a line that may become an answer
}

func (a *answers) Write(p []byte) (int, error) {
	a.buf = append(a.buf, p...)
	for {
		line, more, whole := bytes.Cut(a.buf, []byte("\n"))
		if !whole {
			break
		}
		a.take(line)
		a.buf = more
	}
	if bytes.IndexByte(a.buf, answerMark) < 0 {
		a.rest.Write(a.buf)
		a.buf = nil
	}
	return len(p), nil
}

// take takes in a line. What is before an answer was printed without an end of
// its own.
func (a *answers) take(line []byte) {
	mark := bytes.LastIndexByte(line, answerMark)
	var got answer
	if mark < 0 || json.Unmarshal(line[mark+1:], &got) != nil {
		a.rest.Write(append(line, '\n'))
		return
	}
	a.rest.Write(line[:mark])
	a.to <- got
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 4 << 20

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if len(t.buf) > 2*tailSize {
		t.buf = append([]byte(nil), t.buf[len(t.buf)-tailSize:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}
