// Package child runs nodes as processes that are told lines and say lines. One that does
// not read, writes without end or does not end costs no more than those, and none outlives
// this process.
package child

import (
	"bufio"
	"errors"
	"fmt"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
)

// Command is a node's program and where it runs.
type Command struct {
	Path string
	Args []string // without Path
	Dir  string   // "" is the caller's
}

const (
	// longestLine is how long a line may be.
	longestLine = 16 << 20
	// mostWaiting is how many bytes wait for a process that does not read, and mostLines
	// in how many lines.
	mostWaiting = 64 << 20
	mostLines   = 1 << 16
	// grace is how long a process may go on when it has closed its output, and how long
	// what it started may hold its pipes when it has ended.
	grace = time.Second
)

// Process is a run of a program.
type Process struct {
	run     *process.Child
	lines   chan []byte // to be written
	waiting atomic.Int64
	killed  atomic.Bool
	ended   chan struct{} // closed when it is gone
}

// Start starts the program. hear is called with each line that it writes, without the
// newline; the line is the callee's. gone is called once, when the process has ended and
// nobody has killed it, with how that came. Both are called by a goroutine of the process.
func (c Command) Start(hear func(line []byte), gone func(how error)) (*Process, error) {
	run := exec.Command(c.Path, c.Args...)
	run.Dir, run.WaitDelay = c.Dir, grace
	p := &Process{lines: make(chan []byte, mostLines), ended: make(chan struct{})}
	var err error
	process.Lasting(func() { p.run, err = process.StartChild(run) })
	if err != nil {
		return nil, fmt.Errorf("start the node %v: %w", run, err)
	}
	go p.write()
	go p.attend(hear, gone)
	return p, nil
}

// Send has a line written, and does not wait for that. It reports whether there was room.
func (p *Process) Send(line []byte) bool {
	size := int64(len(line))
	if p.waiting.Add(size) <= mostWaiting {
		select {
		case p.lines <- line:
			return true
		default:
		}
	}
	p.waiting.Add(-size)
	return false
}

func (p *Process) write() {
	for {
		select {
		case line := <-p.lines:
			p.run.In.Write(line) // if nobody reads any more, why is found out elsewhere
			p.waiting.Add(-int64(len(line)))
		case <-p.ended:
			return
		}
	}
}

// Pause stops the process, with all that it started, until Resume.
func (p *Process) Pause() error { return process.PauseGroup(p.run.Cmd) }

// Resume has the process go on.
func (p *Process) Resume() error { return process.ResumeGroup(p.run.Cmd) }

// Kill kills the process with all that it started, and returns when it is gone.
func (p *Process) Kill() {
	p.killed.Store(true)
	process.KillGroup(p.run.Cmd)
	<-p.ended
}

// LastWords returns the last lines that it wrote to standard error.
func (p *Process) LastWords() string { return p.run.Err.LastLines() }

// Work returns what the process, and all that it started, has done.
func (p *Process) Work() process.Work { return process.GroupWork(p.run.Cmd) }

// attend listens to the process, and buries it.
func (p *Process) attend(hear func([]byte), gone func(error)) {
	over := make(chan error, 1)
	go func() { over <- p.listen(hear) }()
	waited := make(chan struct{})
	go func() {
		p.run.Wait() // how it ended is in its state
		process.KillGroup(p.run.Cmd)
		p.run.Out.SetReadDeadline(time.Now().Add(grace)) // others may hold it
		close(waited)
	}()
	why := <-over
	stop := time.AfterFunc(grace, func() { process.KillGroup(p.run.Cmd) })
	<-waited
	byItself := stop.Stop()
	p.run.In.Close()
	p.run.Out.Close()
	close(p.ended)
	switch {
	case p.killed.Load():
	case errors.Is(why, errTooLong):
		gone(why)
	case byItself:
		gone(fmt.Errorf("it ended by itself%w: %v", why, p.run.ProcessState))
	default:
		gone(fmt.Errorf("it closed its standard output%w, and went on", why))
	}
}

// errTooLong is for a line that nobody wants to hold.
var errTooLong = errors.New("expected a line")

// shown returns the beginning of a line.
func shown(line []byte) string { return fmt.Sprintf("%.80q", line[:min(len(line), 80)]) }

// listen reads lines until the output ends. It returns what was wrong with the last one:
// it was too long, or not whole, or nothing.
func (p *Process) listen(hear func([]byte)) error {
	lines := bufio.NewReaderSize(p.run.Out, 64<<10)
	var line []byte
	for {
		piece, err := lines.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case len(line) > longestLine:
			process.KillGroup(p.run.Cmd)
			return fmt.Errorf("%w of %d bytes at most, got a longer one: %s", errTooLong, longestLine, shown(line))
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == nil:
			hear(line[:len(line)-1])
		case len(line) > 0:
			return fmt.Errorf(" after half a line: %s", shown(line))
		default:
			return errors.New("")
		}
		line = nil
	}
}
