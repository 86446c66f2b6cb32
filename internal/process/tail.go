package process

import (
	"strings"
	"sync"
)

// tailSize is how many bytes a [Tail] keeps, and lastLines how many lines it shows of
// those.
const (
	tailSize  = 4 << 10
	lastLines = 12
)

// A Tail keeps the end of what is written to it. The zero Tail is empty.
type Tail struct {
	mu   sync.Mutex
	last []byte
}

// Write never fails.
func (t *Tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b[max(0, len(b)-tailSize):]...)
	t.last = append(t.last[:0], t.last[max(0, len(t.last)-tailSize):]...)
	return len(b), nil
}

// LastLines returns the last lines, without the end of the last one.
func (t *Tail) LastLines() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(t.last), "?")), "\n")
	return strings.Join(lines[max(0, len(lines)-lastLines):], "\n")
}
