// Package copies copies what must not be copied.
package copies

import "github.com/raftcheck/raftcheck/standin/sync"

func mutex(m sync.Mutex) { m.Lock() }

func rwMutex(m sync.RWMutex) { m.Lock() }

func once(o sync.Once) { o.Do(func() {}) }
