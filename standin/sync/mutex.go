// Package sync takes the place of package sync in code that is judged in virtual
// time: there, a goroutine that waits for one of these mutexes, or for another
// one's Once, lets time pass, and with the original it stops it.
//
// It has all that the original has, with the same meaning: WaitGroup, Cond, Map,
// Pool and Locker are the original's. Command standin builds a program with it.
package sync

import "github.com/raftcheck/raftcheck/standin/lock"

func init() { lock.Use() }

// A Mutex is like [sync.Mutex]. It goes to those who wait in the order in which
// they came.
type Mutex struct {
	lock lock.Lock
}

// Lock locks m, and waits until it can.
func (m *Mutex) Lock() { m.lock.Acquire(lock.Writing) }

// TryLock locks m if it is unlocked, and reports whether it did.
func (m *Mutex) TryLock() bool { return m.lock.TryAcquire(lock.Writing) }

// Unlock unlocks m. It panics if m is not locked.
func (m *Mutex) Unlock() {
	if !m.lock.Release(lock.Writing) {
		panic("sync: unlock of unlocked mutex")
	}
}

// An RWMutex is like [sync.RWMutex]. It goes to those who wait in the order in
// which they came.
type RWMutex struct {
	lock lock.Lock
}

// Lock locks rw for writing, and waits until it can.
func (rw *RWMutex) Lock() { rw.lock.Acquire(lock.Writing) }

// TryLock locks rw for writing if it is unlocked, and reports whether it did.
func (rw *RWMutex) TryLock() bool { return rw.lock.TryAcquire(lock.Writing) }

// Unlock unlocks rw for writing. It panics if rw is not locked for writing.
func (rw *RWMutex) Unlock() {
	if !rw.lock.Release(lock.Writing) {
		panic("sync: Unlock of unlocked RWMutex")
	}
}

// RLock locks rw for reading, and waits until it can.
func (rw *RWMutex) RLock() { rw.lock.Acquire(lock.Reading) }

// TryRLock locks rw for reading if that takes no waiting, and reports whether it
// did.
func (rw *RWMutex) TryRLock() bool { return rw.lock.TryAcquire(lock.Reading) }

// RUnlock undoes one RLock. It panics if rw is not locked for reading.
func (rw *RWMutex) RUnlock() {
	if !rw.lock.Release(lock.Reading) {
		panic("sync: RUnlock of unlocked RWMutex")
	}
}

// RLocker returns a Locker that calls RLock and RUnlock.
func (rw *RWMutex) RLocker() Locker { return (*reading)(rw) }

type reading RWMutex

func (r *reading) Lock() { (*RWMutex)(r).RLock() }

func (r *reading) Unlock() { (*RWMutex)(r).RUnlock() }
