package world

import "sync"

// clientPool are the clients that StartClients and StartSessions started.
type clientPool struct {
	mu   sync.Mutex
	next int
	done chan struct{}
	wait sync.WaitGroup
}

func (p *clientPool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done != nil {
		close(p.done)
		p.done = nil
	}
}
