package sync

import "sync/atomic"

// A Once is like [sync.Once].
type Once struct {
	done atomic.Bool
	mu   Mutex
}

// Do calls f if this is the first call of Do. It returns when f has, whoever
// called it.
func (o *Once) Do(f func()) {
	if o.done.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.done.Load() {
		defer o.done.Store(true)
		f()
	}
}

// OnceFunc returns a function that calls f only once.
func OnceFunc(f func()) func() {
	once := OnceValue(func() struct{} {
		f()
		return struct{}{}
	})
	return func() { once() }
}

// OnceValue returns a function that calls f only once and returns its value.
func OnceValue[T any](f func() T) func() T {
	once := OnceValues(func() (T, struct{}) { return f(), struct{}{} })
	return func() T {
		value, _ := once()
		return value
	}
}

// OnceValues returns a function that calls f only once and returns its values. If
// f panics, each call panics with the same value.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var once Once
	var value1 T1
	var value2 T2
	var returned bool
	var cause any
	call := func() {
		defer func() {
			if !returned {
				cause = recover()
				panic(cause) // here, the trace still shows where f panicked
			}
		}()
		value1, value2 = f()
		f, returned = nil, true
	}
	return func() (T1, T2) {
		once.Do(call)
		if !returned {
			panic(cause)
		}
		return value1, value2
	}
}
