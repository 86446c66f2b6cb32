package node

import (
	"strings"
	"sync"
)

// ringSize is how many bytes are kept of what a node writes to its standard error,
// and lastLines how many lines are shown of those.
const (
	ringSize  = 4 << 10
	lastLines = 12
)

// A ring keeps the end of what is written to it.
type ring struct {
	mu   sync.Mutex
	last []byte
}

func (r *ring) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = append(r.last, b[max(0, len(b)-ringSize):]...)
	r.last = append(r.last[:0], r.last[max(0, len(r.last)-ringSize):]...)
	return len(b), nil
}

func (r *ring) lastLines() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(r.last), "?")), "\n")
	return strings.Join(lines[max(0, len(lines)-lastLines):], "\n")
}
