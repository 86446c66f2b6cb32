package labrpc

import (
	"cmp"
	"container/heap"
	"math"
	"sync"
	"time"
)

// schedule runs tasks, each at an instant that is no other task's, not even
// modulo a millisecond: see places. A task may block.
//
// Tasks that are due at one instant run one by one, at the first instants that
// are free, in an order that does not depend on the Go scheduler. That is why
// an instant is given to a task when it has come and not when it is asked for:
// goroutines that run at the same instant ask in any order, but a nanosecond
// later all have asked.
//
// Workers wait for the timer, and it wakes one at a time. They are used again
// and again, since their stacks have grown to what tasks need. Copying a stack
// that grows costs more than most tasks do. For the race detector every task has
// a worker of its own: what one goroutine does is in order, and the detector would
// not see that nothing but the worker orders what two handlers do.
type schedule struct {
	begin time.Time
	timer *time.Timer
	idled chan struct{} // closed when no worker of a closed schedule waits

	mu     sync.Mutex
	closed bool
	tasks  taskHeap
	asked  uint64        // number of tasks so far
	wakeAt time.Duration // when the timer wakes a worker, never if it is not set
	idle   int           // number of workers that wait; some do if the timer is set
	places places
}

// mostIdle is how many workers may wait. More are made when tasks block, and end
// when they don't any longer.
const mostIdle = 4

const never = time.Duration(math.MaxInt64)

// task is a function that waits in a schedule.
type task struct {
	due   time.Duration // runs then, or at the first free instant after
	since time.Duration // when it was asked for
	key   uint64        // tells tasks apart that are asked for at one instant
	order uint64        // in which tasks were asked for
	run   func()
	index int // in the heap, -1 once it has left
}

func newSchedule() *schedule {
	return &schedule{begin: time.Now(), timer: time.NewTimer(never), idled: make(chan struct{}), wakeAt: never}
}

func (s *schedule) now() time.Duration { return time.Since(s.begin) }

// after adds a task that is due d from now, or a nanosecond from now if d is
// less.
func (s *schedule) after(d time.Duration, key uint64, run func()) *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.asked++
	t := &task{due: now + max(d, 1), since: now, key: key, order: s.asked, run: run}
	heap.Push(&s.tasks, t)
	if at := s.places.firstFree(t.due); at < s.wakeAt && !s.closed {
		s.setTimer(now, at)
	}
	return t
}

// cancel removes a task and reports whether it was still waiting.
func (s *schedule) cancel(t *task) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&s.tasks, t.index)
	return true
}

// close ends the workers that wait, and those that have a task once it has ended.
// No further task begins.
func (s *schedule) close() {
	s.mu.Lock()
	waiting := s.idle > 0
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first && waiting {
		s.timer.Reset(0)
		<-s.idled // in a bubble no timer goes off once its function has returned
	}
}

// work runs tasks, one after the other.
func (s *schedule) work() {
	for more := true; more; more = s.rest() {
		<-s.timer.C
		if t := s.take(); t != nil {
			t.run()
			if raceDetector {
				return
			}
		}
	}
}

// rest reports whether a worker that has run its task is to wait for another.
func (s *schedule) rest() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.idle == mostIdle {
		return false
	}
	s.idle++
	return true
}

// take has a worker take the task whose turn it is, and sets the timer for the
// next. It returns nil if no task is due: it was cancelled, or the timer was set
// to an earlier instant when it had gone off already, or the schedule is closed
// and wakes its workers to end.
func (s *schedule) take() *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle--
	if s.closed {
		s.endNext()
		return nil
	}
	now, at := s.now(), s.wakeAt
	if now < at {
		return nil
	}
	var turn *task
	if len(s.tasks) > 0 && s.tasks[0].due <= at {
		turn = heap.Pop(&s.tasks).(*task)
		s.places.take(at)
	}
	s.wakeAt = never
	if len(s.tasks) > 0 {
		s.setTimer(now, s.places.firstFree(max(s.tasks[0].due, at+1)))
	}
	return turn
}

// endNext has the workers of a closed schedule end one after the other.
func (s *schedule) endNext() {
	if s.idle > 0 {
		s.timer.Reset(0)
	} else {
		close(s.idled)
	}
}

// setTimer expects s.mu to be held.
func (s *schedule) setTimer(now, at time.Duration) {
	s.wakeAt = at
	s.timer.Reset(at - now)
	if s.idle == 0 {
		s.idle++
		go s.work()
	}
}

// taskHeap has the task whose turn is next in front.
type taskHeap []*task

func (h taskHeap) Len() int { return len(h) }

func (h taskHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	if a.due != b.due {
		return a.due < b.due // spares most pairs the rest
	}
	return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.key, b.key), cmp.Compare(a.order, b.order)) < 0
}

func (h taskHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *taskHeap) Push(x any) {
	t := x.(*task)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *taskHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.index = -1
	return t
}
