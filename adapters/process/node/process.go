package node

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
)

// A Command is a node's program and how to run it, as in package os/exec.
type Command struct {
	Path string
	Args []string // without Path
	Dir  string   // "" is the caller's
	Env  []string // nil is the caller's

	// Patience is how long, on the wall clock, the node may take to read an event and
	// to answer it; 0 is 5 s. It is shorter than the time after which a run counts as
	// hung (-raft.patience), or that is the verdict.
	Patience time.Duration
}

const (
	defaultPatience = 5 * time.Second
	// grace is how long, on the wall clock, a node may go on when it has closed its output,
	// and what it started when it has ended itself.
	grace = time.Second
	// longestLine is how long an answer may be.
	longestLine = 16 << 20
)

// String returns the command as one would type it, as long as no word has a space.
func (c Command) String() string { return strings.Join(append([]string{c.Path}, c.Args...), " ") }

// A Process is a run of a node's program. A goroutine outside of any bubble waits for its
// end.
type Process struct {
	command  Command
	quit     chan struct{} // closed by End
	once     sync.Once
	fell     chan struct{} // closed when its output has ended
	fallOnce sync.Once
	ended    chan struct{} // closed when the process is gone, and all that it started

	run   *process.Child
	lines *bufio.Reader
	// byItself says that it was not killed, once it has ended.
	byItself bool
}

// errKilled is for who asks a process that has been told to end.
var errKilled = errors.New("the process was told to end")

// errOutputEnded is for a process that has most likely ended by itself.
var errOutputEnded = errors.New("expected a line, but its output ended")

// Run starts the program. The first call in a test binary is outside of any bubble.
func (c Command) Run() (p *Process, err error) {
	process.Lasting(func() { p, err = c.start() })
	return p, err
}

func (c Command) start() (*Process, error) {
	c.Patience = cmp.Or(c.Patience, defaultPatience)
	run := exec.Command(c.Path, c.Args...)
	run.Dir, run.Env, run.WaitDelay = c.Dir, c.Env, grace
	child, err := process.StartChild(run)
	if err != nil {
		return nil, fmt.Errorf("start the node %v: %w", c, err)
	}
	p := &Process{
		command: c,
		quit:    make(chan struct{}), fell: make(chan struct{}), ended: make(chan struct{}),
		run: child, lines: bufio.NewReaderSize(child.Out, 64<<10),
	}
	go p.attend()
	return p, nil
}

// Ask gives the node an event and returns its answer, both in a line. It waits on the
// real clock, in a bubble too. One call at a time.
func (p *Process) Ask(event []byte) ([]byte, error) {
	answer, err := p.exchange(event)
	switch {
	case err == nil:
		return answer, nil
	case p.isQuit():
		return nil, errKilled
	case errors.Is(err, errOutputEnded):
		p.fallOnce.Do(func() { close(p.fell) })
		<-p.ended
	}
	return nil, err
}

func (p *Process) isQuit() bool {
	select {
	case <-p.quit:
		return true
	default:
		return false
	}
}

// End kills the process and all that it has started, as a crash does, and does not wait
// for that.
func (p *Process) End() {
	p.once.Do(func() {
		process.KillGroup(p.run.Cmd)
		close(p.quit)
	})
}

// Obituary says how the process ended, and what it wrote last to its standard error. It
// ends one that goes on.
func (p *Process) Obituary() string {
	p.End()
	<-p.ended
	how := "was ended for that"
	if p.byItself {
		how = fmt.Sprintf("ended by itself: %v", p.run.ProcessState)
	}
	if last := p.run.Err.LastLines(); last != "" {
		return fmt.Sprintf("the process %s; its last lines on standard error:\n  %s", how, strings.ReplaceAll(last, "\n", "\n  "))
	}
	return fmt.Sprintf("the process %s, and wrote nothing to standard error", how)
}

// attend buries the process when it is to end, or has.
func (p *Process) attend() {
	defer close(p.ended)
	select {
	case <-p.fell:
		p.byItself = true
	case <-p.quit:
	}
	p.bury()
}

// bury waits for the end of a process that was killed or closed its output.
func (p *Process) bury() {
	p.run.In.Close()
	timer := time.AfterFunc(grace, func() { process.KillGroup(p.run.Cmd) })
	defer timer.Stop()
	p.run.Wait() // how it ended is in its state
	p.run.Out.Close()
}

// exchange writes an event and reads the answer.
func (p *Process) exchange(event []byte) (answer []byte, err error) {
	if p.lines.Buffered() > 0 {
		return nil, p.tooMuch()
	}
	silence := p.newSilence()
	for rest := event; len(rest) > 0; {
		p.run.In.SetWriteDeadline(time.Now().Add(silence.slice))
		n, err := p.run.In.Write(rest)
		rest = rest[n:]
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded):
			rest = nil // nobody reads; how that came is what counts
		case silence.isTooLong():
			return nil, fmt.Errorf("it did not read the event in %v of wall time", p.command.Patience)
		}
	}
	if answer, err = p.readLine(silence); err != nil {
		return nil, err
	}
	if p.lines.Buffered() > 0 {
		return nil, p.tooMuch()
	}
	return answer, nil
}

func (p *Process) tooMuch() error {
	more, _ := p.lines.Peek(p.lines.Buffered())
	return fmt.Errorf("expected one line for each event, got more: %s", shown(more))
}

// readLine reads a line, without its end.
func (p *Process) readLine(silence *silence) (line []byte, err error) {
	for {
		p.run.Out.SetReadDeadline(time.Now().Add(silence.slice))
		piece, err := p.lines.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case len(line) > longestLine:
			return nil, fmt.Errorf("expected a line of %d bytes at most, got a longer one: %s", longestLine, shown(line))
		case err == nil:
			return bytes.TrimRight(line, "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, os.ErrDeadlineExceeded) && !silence.isTooLong():
		case errors.Is(err, os.ErrDeadlineExceeded) && len(line) > 0:
			return nil, fmt.Errorf("it did not write more than a part of a line in %v of wall time: %s", p.command.Patience, shown(line))
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, fmt.Errorf("it said nothing for %v of wall time; does it flush its output after each answer?", p.command.Patience)
		case len(line) > 0:
			return nil, fmt.Errorf("%w after half a line: %s", errOutputEnded, shown(line))
		default:
			return nil, errOutputEnded
		}
	}
}
