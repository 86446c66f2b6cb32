package node

import "sync"

// A program is a node's, with the processes that it has in store if it resets: a life is
// over, and another one may begin in them.
type program struct {
	command Command
	resets  bool

	mu   sync.Mutex
	idle []*Process
}

// mostIdle is how many processes are kept: those of a large cluster.
const mostIdle = 7

// process returns one for a new life. It is the one that has waited for longest, so
// that a replica that comes back is not likely to meet its own memories.
func (p *program) process() (*Process, error) {
	if idle := p.takeIdle(); idle != nil {
		return idle, nil
	}
	return p.command.Run()
}

func (p *program) takeIdle() *Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	idle := p.idle[0]
	p.idle = p.idle[1:]
	return idle
}

// done takes a process back whose replica is killed.
func (p *program) done(process *Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.resets || len(p.idle) == mostIdle {
		process.End()
		return
	}
	p.idle = append(p.idle, process)
}
