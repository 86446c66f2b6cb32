package world

import "sync"

// away are the replicas that Disconnect took away.
type away struct {
	mu       sync.Mutex
	replicas []bool
}

func (a *away) is(replica int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.replicas[replica]
}

// none brings all replicas back.
func (a *away) none() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.replicas)
}
