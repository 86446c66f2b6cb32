package lock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/standin/lock"
	"github.com/raftcheck/raftcheck/standin/sync"
)

// waits has a goroutine wait for a second for a condition.
func waits() {
	var m sync.Mutex
	c := sync.NewCond(&m)
	m.TryLock() // nobody stalls who tries
	defer m.Unlock()
	time.AfterFunc(time.Second, c.Signal)
	c.Wait()
}

func TestLocksMayStall(t *testing.T) {
	require.True(t, lock.InUse())
	var m sync.Mutex
	var rw sync.RWMutex
	var once sync.Once
	for name, test := range map[string]struct {
		lock  func()
		takes time.Duration
		at    string
	}{
		"Lock":         {func() { m.Lock(); defer m.Unlock() }, time.Minute, `^lock_test\.TestLocksMayStall(\.func\d+)?(:\d+)?, called by lock_test\.TestLocksMayStall\.func\d+(\.\d+)?:\d+$`},
		"RWMutex.Lock": {func() { rw.Lock(); defer rw.Unlock() }, time.Minute, `^lock_test\.TestLocksMayStall(\.func\d+)?(:\d+)?, called by lock_test\.TestLocksMayStall\.func\d+(\.\d+)?:\d+$`},
		"RLock":        {func() { rw.RLock(); defer rw.RUnlock() }, time.Minute, `^lock_test\.TestLocksMayStall(\.func\d+)?(:\d+)?, called by lock_test\.TestLocksMayStall\.func\d+(\.\d+)?:\d+$`},
		"Once":         {func() { once.Do(func() {}) }, time.Minute, `^lock_test\.(TestLocksMayStall\.func\d+|waits):\d+$`},
		"Cond":         {waits, time.Minute + time.Second, `^lock_test\.(TestLocksMayStall\.func\d+|waits):\d+$`},
		"TryLock":      {func() { m.TryLock(); m.Unlock() }, 0, `^$`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				place := ""
				lock.Stall(func(at string) func() {
					place = at
					return func() { time.Sleep(time.Minute) }
				})
				start := time.Now()
				test.lock()
				require.Equal(t, test.takes, time.Since(start))
				require.Regexp(t, test.at, place)

				lock.Stall(nil)
				start = time.Now()
				m.Lock()
				defer m.Unlock()
				require.Zero(t, time.Since(start), "nothing stalls any more")
			})
		})
	}
}

func forASecond(string) func() { return func() { time.Sleep(time.Second) } }

// TestStallComesBeforeTheQueue has one who comes later get the lock before one who
// stalls.
func TestStallComesBeforeTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m sync.Mutex
		var order []string
		locks := func(who string) {
			m.Lock()
			defer m.Unlock()
			order = append(order, who)
		}
		lock.Stall(forASecond)
		go locks("stalls")
		synctest.Wait()
		lock.Stall(nil)
		locks("comes later")
		time.Sleep(2 * time.Second)
		locks("comes last")
		require.Equal(t, []string{"comes later", "stalls", "comes last"}, order)
	})
}

// TestBubblesStallForThemselves has two bubbles at the same time, one of which has
// its locks stall.
func TestBubblesStallForThemselves(t *testing.T) {
	t.Run("bubbles", func(t *testing.T) {
		stalling, judged := make(chan bool), make(chan bool)
		t.Run("stalls", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				lock.Stall(forASecond)
				close(stalling)
				<-judged
				var m sync.Mutex
				start := time.Now()
				m.Lock()
				require.Equal(t, time.Second, time.Since(start))
				lock.Stall(nil)
			})
		})
		t.Run("does not", func(t *testing.T) {
			t.Parallel()
			defer close(judged)
			<-stalling
			synctest.Test(t, func(t *testing.T) {
				var m sync.Mutex
				start := time.Now()
				m.Lock()
				require.Zero(t, time.Since(start))
				lock.Stall(nil) // it has none
			})
		})
	})
}

// TestPlacesAreSteady has two functions of the same shape at different lines of the
// file ask for a lock: the line within the function is the same.
func TestPlacesAreSteady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var places []string
		lock.Stall(func(at string) func() {
			places = append(places, at)
			return nil
		})
		defer lock.Stall(nil)
		one()
		other()
		require.Len(t, places, 2)
		require.Contains(t, places[0], "lock_test.one:3, ")
		require.Contains(t, places[1], "lock_test.other:3, ")
	})
}

//go:noinline
func one() {
	var m sync.Mutex
	defer m.Unlock()
	m.Lock()
}

//go:noinline
func other() {
	var m sync.Mutex
	defer m.Unlock()
	m.Lock()
}
