package lock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/standin/lock"
	"github.com/raftcheck/raftcheck/standin/sync"
)

// account is one of two that money goes between.
type account struct{ mu sync.Mutex }

func (a *account) lock() { a.mu.Lock() }

// transfer holds both locks, in the order of its arguments.
func transfer(from, to *account) {
	from.lock()
	defer from.mu.Unlock()
	time.Sleep(time.Second)
	to.mu.Lock()
	defer to.mu.Unlock()
}

// told returns who waits for at least a second, as text.
func told() (all []string) {
	for _, w := range lock.Waiting(time.Second) {
		all = append(all, w.String())
	}
	return all
}

func TestADeadlockIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := new(account), new(account)
		go transfer(a, b)
		time.Sleep(time.Millisecond)
		go transfer(b, a)
		time.Sleep(time.Second)
		require.Empty(t, told(), "nobody has waited for long")
		time.Sleep(time.Second)
		all := told()
		require.Len(t, all, 2)
		for _, text := range all {
			require.Regexp(t, `^a mutex is held since Lock in .*lock_test\.\(\*account\)\.lock \(.*/waiting_test\.go:\d+\), called by .*lock_test\.transfer \(.*/waiting_test\.go:\d+\)\n`+
				`  a goroutine has waited for it for \S+s in Lock in .*lock_test\.transfer \(.*/waiting_test\.go:\d+\)$`, text)
		}
		go a.mu.Lock() // it is held when its holder, who could not, unlocks it at last
		synctest.Wait()
		a.mu.Unlock() // in that one's place
		synctest.Wait()
		require.Empty(t, told())
	})
}

func TestReadersAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rw sync.RWMutex
		rw.RLock()
		go rw.Lock()
		time.Sleep(time.Second)
		for range 2 {
			go rw.RLocker().Lock()
		}
		time.Sleep(time.Second)
		all := told()
		require.Len(t, all, 1)
		require.Regexp(t, `^a mutex is held since RLock in \S*TestReadersAreTold\S* \(.*\)(, called by .*)?\n`+
			`  a goroutine has waited for it for \S+s in Lock in .*\n`+
			`  2 goroutines have waited for it, the first for 1s, in RLock in [^\n]*$`, all[0])
		rw.RUnlock()
		synctest.Wait()
		rw.Unlock()
		synctest.Wait()
		require.Empty(t, told())
	})
}
