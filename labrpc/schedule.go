package labrpc

import (
	"cmp"
	"container/heap"
	"math"
	"sync"
	"time"
)

// schedule runs tasks, each on a goroutine of its own and at an instant that is
// no other task's, not even modulo a millisecond: see places.
//
// Tasks that are due at one instant run one by one, at the first instants that
// are free, in an order that does not depend on the Go scheduler. That is why
// an instant is given to a task when it has come and not when it is asked for:
// goroutines that run at the same instant ask in any order, but a nanosecond
// later all have asked.
type schedule struct {
	begin time.Time

	mu     sync.Mutex
	tasks  taskHeap
	asked  uint64 // number of tasks so far
	timer  *time.Timer
	wakeAt time.Duration // when the timer calls wake, never if it is not set
	places places
}

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

func newSchedule() *schedule { return &schedule{begin: time.Now(), wakeAt: never} }

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
	if at := s.places.firstFree(t.due); at < s.wakeAt {
		s.setTimer(at)
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

// wake runs the task whose turn it is, if any.
func (s *schedule) wake() {
	if t := s.take(); t != nil {
		t.run()
	}
}

// take removes the task whose turn it is and sets the timer for the next. It
// returns nil if no task is due: it was cancelled, or the timer was set to an
// earlier instant when it had gone off already.
func (s *schedule) take() *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.wakeAt
	if s.now() < at {
		return nil
	}
	var turn *task
	if len(s.tasks) > 0 && s.tasks[0].due <= at {
		turn = heap.Pop(&s.tasks).(*task)
		s.places.take(at)
	}
	s.wakeAt = never
	if len(s.tasks) > 0 {
		s.setTimer(s.places.firstFree(max(s.tasks[0].due, at+1)))
	}
	return turn
}

// setTimer expects s.mu to be held.
func (s *schedule) setTimer(at time.Duration) {
	s.wakeAt = at
	if s.timer == nil {
		s.timer = time.AfterFunc(at-s.now(), s.wake)
	} else {
		s.timer.Reset(at - s.now())
	}
}

// taskHeap has the task whose turn is next in front.
type taskHeap []*task

func (h taskHeap) Len() int { return len(h) }

func (h taskHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.since, b.since),
		cmp.Compare(a.key, b.key), cmp.Compare(a.order, b.order)) < 0
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
