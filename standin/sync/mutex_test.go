package sync_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/standin/sync"
)

// lockers are all ways to lock for one alone.
var lockers = map[string]func() sync.Locker{
	"Mutex":   func() sync.Locker { return new(sync.Mutex) },
	"RWMutex": func() sync.Locker { return new(sync.RWMutex) },
}

func TestTimePassesWhileSomebodyWaits(t *testing.T) {
	for name, locker := range lockers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, start := locker(), time.Now()
				m.Lock()
				go func() {
					time.Sleep(time.Hour)
					m.Unlock()
				}()
				m.Lock()
				require.Equal(t, time.Hour, time.Since(start))
			})
		})
	}
}

func TestFirstComeFirstServed(t *testing.T) {
	for name, locker := range lockers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := locker()
				var order []int
				m.Lock()
				for i := range 10 {
					time.Sleep(time.Millisecond)
					go func() {
						m.Lock()
						order = append(order, i)
						m.Unlock()
					}()
				}
				synctest.Wait()
				m.Unlock()
				synctest.Wait()
				require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, order)
			})
		})
	}
}

// TestReadersAndWriters has a writer wait for readers, and readers for the writer
// that waits.
func TestReadersAndWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rw sync.RWMutex
		start := time.Now()
		var got sync.Map
		at := func(begin time.Duration, l sync.Locker, what string) {
			time.Sleep(begin)
			l.Lock()
			got.Store(what, time.Since(start))
			time.Sleep(10 * time.Second)
			l.Unlock()
		}
		go at(0, rw.RLocker(), "reader 1")
		go at(1*time.Second, rw.RLocker(), "reader 2")
		go at(2*time.Second, &rw, "writer 3")
		go at(3*time.Second, rw.RLocker(), "reader 4")
		go func() {
			time.Sleep(3500 * time.Millisecond)
			require.False(t, rw.TryRLock(), "a writer waits")
			require.False(t, rw.TryLock(), "readers hold it")
		}()
		go at(12*time.Second, rw.RLocker(), "reader 5")
		go at(13*time.Second, &rw, "writer 6")
		time.Sleep(5 * time.Minute)
		for what, want := range map[string]time.Duration{
			"reader 1": 0, "reader 2": 1 * time.Second, "writer 3": 11 * time.Second,
			"reader 4": 21 * time.Second, "reader 5": 21 * time.Second, "writer 6": 31 * time.Second,
		} {
			at, _ := got.Load(what)
			require.Equal(t, want, at, what)
		}
		require.True(t, rw.TryRLock())
		require.True(t, rw.TryRLock())
		rw.RUnlock()
		rw.RUnlock()
		require.True(t, rw.TryLock())
		rw.Unlock()
	})
}

func TestCondOnAMutex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m sync.Mutex
		c := sync.NewCond(&m)
		start := time.Now()
		ready := false
		go func() {
			time.Sleep(time.Hour)
			m.Lock()
			defer m.Unlock()
			ready = true
			c.Broadcast()
			time.Sleep(time.Hour)
		}()
		m.Lock()
		for !ready {
			c.Wait()
		}
		require.Equal(t, 2*time.Hour, time.Since(start))
		m.Unlock()
	})
}

func TestMisuse(t *testing.T) {
	var m sync.Mutex
	var rw sync.RWMutex
	require.PanicsWithValue(t, "sync: unlock of unlocked mutex", m.Unlock)
	require.PanicsWithValue(t, "sync: Unlock of unlocked RWMutex", rw.Unlock)
	require.PanicsWithValue(t, "sync: RUnlock of unlocked RWMutex", rw.RUnlock)
	rw.RLock()
	require.PanicsWithValue(t, "sync: Unlock of unlocked RWMutex", rw.Unlock)
	rw.RUnlock()
	rw.Lock()
	require.PanicsWithValue(t, "sync: RUnlock of unlocked RWMutex", rw.RUnlock)
	rw.Unlock()
	require.True(t, m.TryLock(), "it can still be used")
	m.Unlock()
}
