package labrpc

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// No place is used twice within a quarter of a million events.
func TestPlaces(t *testing.T) {
	p := new(places)
	lastUse := make([]int, placeCount)
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Duration(0)
	for i := 1; i <= 1_200_000; i++ {
		want := at + 1 + time.Duration(r.ExpFloat64()*2000)
		if i%20 == 0 {
			want = want.Round(10 * time.Microsecond) // crowd some places
		}
		want = max(want, at+1)
		at = p.firstFree(want)
		if at-want >= time.Millisecond {
			t.Fatalf("event %d has to wait for %v", i, at-want)
		}
		p.take(at)

		place := int64(at) % placeCount
		if last := lastUse[place]; last > 0 && i-last <= recentLimit {
			t.Fatalf("event %d has the place %d of event %d", i, place, last)
		}
		lastUse[place] = i
	}
}

// A record takes notes from many goroutines.
type record[T any] struct {
	mu  sync.Mutex
	all []T
}

func (r *record[T]) add(x T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, x)
}

func (r *record[T]) list() []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// inSchedule runs f in a bubble with a schedule.
func inSchedule(t *testing.T, f func(t *testing.T, s *schedule)) {
	synctest.Test(t, func(t *testing.T) {
		s := newSchedule()
		defer s.close()
		f(t, s)
	})
}

func TestScheduleGivesEveryTaskAnInstant(t *testing.T) {
	inSchedule(t, func(t *testing.T, s *schedule) {
		const tasks = 20_000
		var ran record[time.Duration]
		for i := range tasks {
			s.after(time.Duration(i%7)*time.Millisecond, uint64(i), func() { ran.add(s.now()) })
		}
		time.Sleep(time.Second)
		at := ran.list()
		require.Len(t, at, tasks)
		seen := map[time.Duration]bool{}
		for i, a := range at {
			if seen[a%time.Millisecond] || i > 0 && a <= at[i-1] {
				t.Fatalf("task %d runs at %v, where another did, or before another", i, a)
			}
			seen[a%time.Millisecond] = true
		}
	})
}

// Goroutines that ask at one instant, in any order, are served in the order of
// keys.
func TestScheduleOrderDoesNotDependOnGoroutines(t *testing.T) {
	type run struct {
		key int
		at  time.Duration
	}
	runs := func(procs int) []run {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		var ran record[run]
		inSchedule(t, func(t *testing.T, s *schedule) {
			s.after(5*time.Millisecond, 0, func() {}) // in the way
			for _, key := range rand.Perm(200) {
				go s.after(time.Duration(key%3)*time.Nanosecond+5*time.Millisecond, uint64(key), func() {
					ran.add(run{key, s.now()})
				})
			}
			time.Sleep(time.Second)
		})
		return ran.list()
	}
	want := runs(1)
	require.Len(t, want, 200)
	for range 10 {
		for _, procs := range []int{1, 2, 4} {
			require.Equal(t, want, runs(procs))
		}
	}
}

// What is due at one instant runs in the order in which it was asked for, if
// that was at different instants.
func TestScheduleKeepsOrderOfAsking(t *testing.T) {
	inSchedule(t, func(t *testing.T, s *schedule) {
		var ran record[int]
		for i := range 10 {
			s.after(10*time.Millisecond-s.now(), uint64(100-i), func() { ran.add(i) })
			time.Sleep(time.Microsecond)
		}
		time.Sleep(time.Second)
		require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, ran.list())
	})
}

func TestScheduleTaskMayBlock(t *testing.T) {
	inSchedule(t, func(t *testing.T, s *schedule) {
		release := make(chan struct{})
		var ran record[string]
		s.after(1, 0, func() { <-release; ran.add("blocked") })
		s.after(2, 0, func() { ran.add("next"); close(release) })
		time.Sleep(time.Second)
		require.Equal(t, []string{"next", "blocked"}, ran.list())
	})
}

// Tasks that do not block are run by the same few workers.
func TestScheduleUsesWorkersAgain(t *testing.T) {
	if raceDetector {
		t.Skip("every task has a worker of its own")
	}
	inSchedule(t, func(t *testing.T, s *schedule) {
		release := make(chan struct{})
		for range 100 {
			s.after(1, 0, func() { <-release })
		}
		time.Sleep(time.Second)
		close(release)
		synctest.Wait()
		s.mu.Lock()
		idle := s.idle
		s.mu.Unlock()
		require.Equal(t, mostIdle, idle, "workers that wait, once 100 tasks that blocked have ended")

		var ran record[string]
		for range 100 {
			s.after(1, 0, func() { ran.add(goroutine()) })
			time.Sleep(time.Second)
		}
		workers := slices.Compact(slices.Sorted(slices.Values(ran.list())))
		require.LessOrEqual(t, len(workers), mostIdle)
	})
}

// goroutine returns what names the caller's goroutine.
func goroutine() string {
	stack := make([]byte, 64)
	name, _, _ := strings.Cut(string(stack[:runtime.Stack(stack, false)]), "[")
	return name
}

// A handler may end its goroutine, as a test's FailNow does.
func TestScheduleOutlivesItsWorkers(t *testing.T) {
	inSchedule(t, func(t *testing.T, s *schedule) {
		var ran record[int]
		for i := range 100 {
			s.after(1, uint64(i), func() { ran.add(i); runtime.Goexit() })
		}
		time.Sleep(time.Second)
		require.Len(t, ran.list(), 100)
	})
}

func TestClose(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		const handlers = 20 // a worker chooses at random if it may go on
		release := make(chan struct{})
		w.server(1).onNote = func(*note) { <-release }
		for range handlers {
			w.note("in time")
		}
		w.Sleep(2 * time.Millisecond)
		w.note("too late")
		w.After(1, func() { t.Error("called after Close") })
		w.Close()
		for range handlers {
			w.After(1, func() { t.Error("asked for and called after Close") })
		}
		w.Close()
		time.Sleep(time.Second)
		close(release)
		time.Sleep(time.Second)
		require.Equal(t, slices.Repeat([]string{"in time"}, handlers), w.server(1).noted())
	})
}

func TestAfter(t *testing.T) {
	inWorld(t, Config{}, func(w *world) {
		for _, d := range []time.Duration{-time.Second, 0, 1, time.Millisecond, time.Hour} {
			begin := w.Now()
			ran := make(chan time.Duration, 1)
			w.After(d, func() { ran <- w.Now() })
			at := <-ran
			require.GreaterOrEqual(t, at, begin+max(d, 1))
			require.LessOrEqual(t, at, begin+max(d, 1)+time.Millisecond)
		}
	})
}

func TestAfterCancel(t *testing.T) {
	inWorld(t, Config{}, func(w *world) {
		var ran record[int]
		var cancels []func() bool
		for i := range 5 {
			cancels = append(cancels, w.After(time.Duration(i+1)*time.Second, func() { ran.add(i) }))
		}
		require.True(t, cancels[0]())
		require.True(t, cancels[3]())
		require.False(t, cancels[3](), "cancelled twice")
		w.Sleep(10 * time.Second)
		require.Equal(t, []int{1, 2, 4}, ran.list())
		require.False(t, cancels[1](), "cancelled what has run")
	})
}

func TestSleep(t *testing.T) {
	inWorld(t, Config{}, func(w *world) {
		places := map[time.Duration]bool{}
		for range 100 {
			begin := w.Now()
			w.Sleep(time.Millisecond)
			require.GreaterOrEqual(t, w.Now()-begin, time.Millisecond)
			require.LessOrEqual(t, w.Now()-begin, 2*time.Millisecond)
			places[w.Now()%time.Millisecond] = true
		}
		require.Len(t, places, 100)
	})
}

// On the wall clock tasks run late, but in order and all.
func TestScheduleInRealTime(t *testing.T) {
	s := newSchedule()
	defer s.close()
	order := make(chan int, 100)
	var want []int
	for i := range 100 {
		s.after(time.Duration(i)*10*time.Microsecond, uint64(i), func() { order <- i })
		want = append(want, i)
	}
	var got []int
	for range 100 {
		got = append(got, <-order)
	}
	slices.Sort(got) // goroutines of tasks that follow closely may overtake each other
	require.Equal(t, want, got)
}
