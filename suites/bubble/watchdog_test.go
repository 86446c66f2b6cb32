package bubble

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const patience = time.Second

// quiet returns a watchdog over a run in which nothing has happened for so long,
// and how much processor time the process had meanwhile.
func quiet(bubble int, lasted, processor time.Duration) *watchdog {
	w := newWatchdog(Limits{Patience: patience, Memory: 1 << 20}, func() Vitals { return Vitals{} }, func() int { return bubble })
	w.last = Vitals{}
	w.still.lasted = lasted
	w.stillCPU -= processor
	return w
}

// A run in which nothing happens is stuck if it had the processor's time for
// more, or if nothing in it can run.
func TestStuckIsNotStarved(t *testing.T) {
	own := allGoroutines()[0].bubble
	require.Nil(t, quiet(own, 0, 0).look(time.Now()), "it stands still for less than the patience")
	require.Equal(t, Stuck, quiet(own, 2*patience, patience).look(time.Now()).End, "it had the processor all the time")
	require.Equal(t, Stuck, quiet(own, 2*patience, 0).look(time.Now()).End, "nothing in it can run: the goroutines of no bubble count for none")
	require.Equal(t, Stuck, quiet(own, 2*starvedPatience*patience, 0).look(time.Now()).End, "patience ends")
}

func TestAStarvedRunIsWaitedFor(t *testing.T) {
	var stop atomic.Bool
	number, ended := make(chan int), make(chan struct{})
	go func() {
		defer close(ended)
		synctest.Test(t, func(*testing.T) {
			number <- allGoroutines()[0].bubble
			for !stop.Load() {
			}
		})
	}()
	bubble := <-number
	w := quiet(bubble, 2*patience, 0)
	w.stillCPU = cpuTime() // as if the spinning had not begun before
	require.False(t, w.stuck(time.Now(), cpuTime(), patience))
	stop.Store(true)
	<-ended
}

// What happens is progress, even if virtual time has not got on to the next look.
func TestEventsAreProgress(t *testing.T) {
	w := quiet(0, 2*patience, patience)
	events := 0
	w.vitals = func() Vitals { events++; return Vitals{Events: events} }
	for range 100 {
		require.Nil(t, w.look(time.Now()))
		w.still.lasted += 2 * patience
		w.stillCPU -= patience
	}
}

// Events without end in a moment that does not pass have a bound of their own.
func TestARunThatCrawlsIsGivenUp(t *testing.T) {
	w := quiet(0, 0, 0)
	events := 0
	w.vitals = func() Vitals { events++; return Vitals{Events: events} }
	w.nowCPU = cpuTime() - crawlPatience*patience - 1
	o := w.look(time.Now())
	require.Equal(t, Crawling, o.End)
	require.Equal(t, []string{"virtual time crawls: in 8s of processor time it did not get on from 0.000000s to the next look, and the run is at its event number 1"}, o.Facts)
}

func TestNobodyWaitsLongForARunThatHasItsVerdict(t *testing.T) {
	w := quiet(0, 2*judgedPatience, judgedPatience)
	w.limits.Patience = time.Hour
	require.Nil(t, w.look(time.Now()))
	events := 0
	w.vitals = func() Vitals { events++; return Vitals{Judged: true, Events: events} }
	require.Equal(t, Stuck, w.look(time.Now()).End)
}

// A process that was stopped, or whose machine slept, was not stuck meanwhile.
func TestStopwatchStandsWhileNobodyLooks(t *testing.T) {
	var s Stopwatch
	now := time.Now()
	require.Zero(t, s.Look(now))
	require.Equal(t, lookEvery, s.Look(now.Add(lookEvery)))
	require.Equal(t, lookEvery+longestLook, s.Look(now.Add(10*time.Hour)), "stopped for ten hours")
	s.Restart(now)
	require.Zero(t, s.Look(now))
}

func TestRunReturnsWhatIsLeft(t *testing.T) {
	forever := func() Vitals { return Vitals{Now: 7} }
	o := Run(t, Limits{Patience: time.Minute, Memory: 1 << 20}, forever, func() { time.Sleep(time.Hour) })
	require.Equal(t, Outcome{End: Returned, At: 7}, o)
}

func TestLastWordsAreRead(t *testing.T) {
	_, ok := LastWords("panic: something else: it broke")
	require.False(t, ok)
	o, ok := LastWords("panic: " + lastWords + "boundless: the process holds too much; and more")
	require.True(t, ok)
	require.Equal(t, Outcome{End: Boundless, Facts: []string{"the process holds too much; and more"}}, o)
}
