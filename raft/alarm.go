package raft

import "time"

// alarm is a timer that can be reset while it goes off: the function it calls
// asks rang, under the server's lock, whether it is still meant. A plain timer's
// function may find itself waiting for the lock while another event resets the
// timer.
type alarm struct {
	timer *time.Timer
	due   time.Time
}

// newAlarm returns an alarm that is not set.
func newAlarm(ring func()) alarm {
	timer := time.AfterFunc(time.Hour, ring)
	timer.Stop()
	return alarm{timer: timer}
}

func (a *alarm) set(d time.Duration) {
	a.due = time.Now().Add(d)
	a.timer.Reset(d)
}

// stop ends the alarm, be it going off just now. There may be none to end.
func (a *alarm) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
	a.due = time.Time{}
}

func (a *alarm) rang() bool { return !a.due.IsZero() && !time.Now().Before(a.due) }
