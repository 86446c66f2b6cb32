package child

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
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
	// grace is how long a process may go on when it has closed its output, and how long
	// what it started may hold its pipes when it has ended.
	grace = time.Second
)

// Process is a run of a program.
type Process struct {
	run    *exec.Cmd
	input  *os.File
	output *os.File
	queue  *queue
	stderr process.Tail

	mu     sync.Mutex
	killed bool
	ended  chan struct{} // closed when it is gone
}

// starts has commands started by a thread that lives as long as this process: they end
// with the thread.
var starts = sync.OnceValue(func() chan func() {
	orders := make(chan func())
	go func() {
		runtime.LockOSThread()
		for start := range orders {
			start()
		}
	}()
	return orders
})

// Start starts the program. hear is called with each line that it writes, without the
// newline; the line is the callee's. gone is called once, when the process has ended and
// nobody has killed it, with how that came. Both are called by a goroutine of the process.
func (c Command) Start(hear func(line []byte), gone func(how error)) (*Process, error) {
	stdin, input, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	output, stdout, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, stdin.Close(), input.Close())
	}
	p := &Process{run: exec.Command(c.Path, c.Args...), input: input, output: output, queue: newQueue(), ended: make(chan struct{})}
	p.run.Dir, p.run.WaitDelay = c.Dir, grace
	p.run.Stdin, p.run.Stdout, p.run.Stderr = stdin, stdout, &p.stderr
	process.InGroup(p.run)
	process.EndWithThread(p.run)
	started := make(chan error)
	starts() <- func() { started <- p.run.Start() }
	err = <-started
	stdin.Close()
	stdout.Close()
	if err != nil {
		input.Close()
		output.Close()
		return nil, fmt.Errorf("start the node %s: %w", strings.Join(append([]string{c.Path}, c.Args...), " "), err)
	}
	go p.queue.writeTo(input)
	go p.attend(hear, gone)
	return p, nil
}

// Send has a line written, and does not wait for that. It reports whether there was room.
func (p *Process) Send(line []byte) bool { return p.queue.add(line) }

// Pause stops the process, with all that it started, until Resume.
func (p *Process) Pause() error { return process.PauseGroup(p.run) }

// Resume has the process go on.
func (p *Process) Resume() error { return process.ResumeGroup(p.run) }

// Kill kills the process with all that it started, and returns when it is gone.
func (p *Process) Kill() {
	p.mu.Lock()
	p.killed = true
	p.mu.Unlock()
	process.KillGroup(p.run)
	<-p.ended
}

// LastWords returns the last lines that it wrote to standard error.
func (p *Process) LastWords() string { return p.stderr.LastLines() }

// attend listens to the process, and buries it.
func (p *Process) attend(hear func([]byte), gone func(error)) {
	over := make(chan error, 1)
	go func() { over <- p.listen(hear) }()
	waited := make(chan struct{})
	go func() {
		p.run.Wait() // how it ended is in its state
		process.KillGroup(p.run)
		p.output.SetReadDeadline(time.Now().Add(grace)) // others may hold it
		close(waited)
	}()
	why := <-over
	p.queue.close()
	stop := time.AfterFunc(grace, func() { process.KillGroup(p.run) })
	<-waited
	byItself := stop.Stop()
	p.input.Close()
	p.output.Close()
	p.mu.Lock()
	killed := p.killed
	p.mu.Unlock()
	close(p.ended)
	switch {
	case killed:
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
	lines := bufio.NewReaderSize(p.output, 64<<10)
	var line []byte
	for {
		piece, err := lines.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case len(line) > longestLine:
			process.KillGroup(p.run)
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
