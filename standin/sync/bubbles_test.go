package sync_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/standin/sync"
)

// TestMutexOutlivesBubbles has one that goroutines wait for in one bubble after
// another.
func TestMutexOutlivesBubbles(t *testing.T) {
	var m sync.Mutex
	for range 3 {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			m.Lock()
			go func() {
				time.Sleep(time.Second)
				m.Unlock()
			}()
			m.Lock()
			require.Equal(t, time.Second, time.Since(start))
			m.Unlock()
		})
		require.True(t, m.TryLock(), "it is free")
		m.Unlock()
	}
}

// TestWaitersMayEndWithTheirBubble leaves goroutines in a bubble that wait for a
// lock for ever.
func TestWaitersMayEndWithTheirBubble(t *testing.T) {
	var m sync.RWMutex
	m.RLock()
	left := make(chan any)
	go func() {
		defer func() { left <- recover() }()
		synctest.Test(t, func(t *testing.T) {
			go m.Lock()
			synctest.Wait()
			go m.RLock()
			synctest.Wait()
		})
	}()
	require.ErrorContains(t, (<-left).(error), "blocked goroutines remain")
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		go m.Lock()
		synctest.Wait()
		m.RUnlock()
		synctest.Wait()
		require.False(t, m.TryRLock(), "this bubble's writer has it")
		go func() {
			time.Sleep(time.Second)
			m.Unlock()
		}()
		m.RLock()
		require.Equal(t, time.Second, time.Since(start))
		m.RUnlock()
	})
	require.True(t, m.TryLock(), "it is free")
	m.Unlock()
}

// TestBubblesShareALock has goroutines of several bubbles, and of none, contend
// for it. Something else happens in the bubbles meanwhile, as in any world.
func TestBubblesShareALock(t *testing.T) {
	var m sync.Mutex
	counter := 0
	work := func() {
		for range 200 {
			m.Lock()
			counter++
			m.Unlock()
		}
	}
	t.Run("bubbles", func(t *testing.T) {
		for i := range 4 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					ticker := time.NewTicker(time.Millisecond)
					defer ticker.Stop()
					done := make(chan bool)
					go func() {
						for {
							select {
							case <-ticker.C:
							case <-done:
								return
							}
						}
					}()
					defer close(done)
					var wait sync.WaitGroup
					for range 5 {
						wait.Go(work)
					}
					wait.Wait()
				})
			})
		}
		work()
	})
	require.Equal(t, 200*(4*5+1), counter)
}

// TestLockIsReleasedOutside has a goroutine of no bubble release a lock for which
// one in a bubble waits.
func TestLockIsReleasedOutside(t *testing.T) {
	var m sync.Mutex
	m.Lock()
	release, released := make(chan bool), make(chan bool)
	go func() {
		<-release
		m.Unlock()
		close(released)
	}()
	synctest.Test(t, func(t *testing.T) {
		got := false
		go func() {
			m.Lock()
			got = true
		}()
		synctest.Wait()
		close(release)
		<-released
		time.Sleep(time.Second)
		synctest.Wait()
		require.True(t, got)
	})
}
