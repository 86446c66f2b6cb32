package world

import (
	"errors"
	"fmt"
	"hash/fnv"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// ground is what everything in a world stands on: its plan, the network and its
// clock, the judges, and what is known of the run so far.
type ground struct {
	plan   Plan
	timing raftiface.Timing

	net      *labrpc.Network
	disks    []*storage // by replica
	stalls   *stalls
	recorder *checker.Recorder
	safety   *checker.Safety
	course   course
	roster   *roster

	offices   offices
	dialogues *dialogues

	verdict
	journal journal
	ledger  ledger
	calls   calls

	closing    chan struct{}  // closed when the background is to end
	background sync.WaitGroup // goroutines of the world's own
	begun      atomic.Bool    // the network is there
	noted      atomic.Int64   // virtual time at the latest look, for the watchdog
	ended      atomic.Int64   // virtual time at the end of the story
	nextID     atomic.Int64   // of commands
}

func newGround(p Plan) *ground {
	g := &ground{
		plan:   p,
		timing: p.Implementation.Timing.WithDefaults(),
		safety: checker.NewSafety(p.Replicas),
		course: course{Course: steps.NewCourse(p.Replicas, raftiface.Everybody(p.members()))},
		roster: newRoster(raftiface.Everybody(p.members())),
		ledger: newLedger(),

		offices:   offices{shown: make([]shownState, p.Replicas)},
		dialogues: newDialogues(p.Replicas),
	}
	for range p.Replicas {
		g.disks = append(g.disks, &storage{})
	}
	return g
}

// begin makes what belongs to the bubble. It is called in it.
func (g *ground) begin() {
	g.stopped = make(chan struct{})
	g.closing = make(chan struct{})
	g.net = labrpc.New(labrpc.Config{
		Replicas: g.plan.Replicas, Seed: g.plan.Seed, Conditions: labrpc.Reliable, Fates: g.plan.Fates, Contents: g.plan.Contents, Report: g.reported,
		Note: steps.Reader(g.plan.Implementation.Translate), Watch: g.follow, Saves: g.saves,
	})
	g.stalls = newStalls(g.net, g.plan.Seed)
	g.recorder = checker.NewRecorder(g.net.Now)
	g.begun.Store(true)
}

// timer returns a channel that is closed d from now, unless cancel is called
// before.
func (g *ground) timer(d time.Duration) (fired chan struct{}, cancel func() bool) {
	return g.timerOf(0, d)
}

// timerOf is timer for one of several who may ask at one instant.
func (g *ground) timerOf(who uint64, d time.Duration) (fired chan struct{}, cancel func() bool) {
	fired = make(chan struct{})
	return fired, g.net.AfterAs(who, d, func() { close(fired) })
}

// drawn returns a duration in [0, most) that depends on the seed and the
// numbers only.
func (g *ground) drawn(most time.Duration, numbers ...int) time.Duration {
	h := fnv.New64a()
	fmt.Fprint(h, g.plan.Seed, numbers)
	return time.Duration(h.Sum64() % uint64(most))
}

// goBackground runs f as part of the world; f must end once closing is closed.
func (g *ground) goBackground(f func()) { g.background.Go(f) }

// event adds an event of a replica to the trace.
func (g *ground) event(kind labrpc.EventKind, replica int, text string) {
	g.net.Trace().Add(labrpc.Event{At: g.net.Now(), Kind: kind, From: replica, To: -1, Text: text})
}

// fault notes what the story did to the cluster.
func (g *ground) fault(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	g.journal.addFault(Fault{At: g.net.Now(), Text: text})
	g.event("fault", -1, text)
}

// calling calls into the implementation: f must return at once. A panic in it
// is the implementation's, and noted as such.
func (g *ground) calling(replica int, name string, f func()) {
	patience := callPatience
	if g.stalls.on.Load() {
		patience = stalledPatience
	}
	g.callingFor(patience, replica, name, f)
}

// callingFor is calling with a time that f may take.
func (g *ground) callingFor(patience time.Duration, replica int, name string, f func()) {
	c := &call{replica, name, g.net.Now(), patience}
	g.calls.begin(c)
	defer g.calls.end(c)
	defer func() {
		if v := recover(); v != nil {
			g.panicked(replica, name, v, debug.Stack())
		}
	}()
	f()
}

func (g *ground) panicked(replica int, where string, value any, stack []byte) {
	g.note(Failure{Property: NoPanic, At: g.net.Now(), Detail: string(stack),
		Facts: []string{fmt.Sprintf("replica %d panicked in %s: %v", replica, where, value)}})
}

// reported takes the network's reports of what a replica did wrong.
func (g *ground) reported(replica int, err error) {
	var p *labrpc.PanicError
	if errors.As(err, &p) {
		g.panicked(replica, p.Method, p.Value, p.Stack)
		return
	}
	var f *labrpc.FloodError
	if errors.As(err, &f) {
		g.violated(ContractWaiting, fmt.Sprintf("replica %d %v", replica, f))
		return
	}
	g.violated(ContractRPC, fmt.Sprintf("replica %d: %v", replica, err))
}

// saves returns how often a replica has saved.
func (g *ground) saves(replica int) int { return g.disks[replica].finishedSaves() }

// follow has the abstract Raft follow an event.
func (g *ground) follow(e labrpc.Event) {
	g.dialogues.follow(e, func(replica int) int { return g.offices.latest(replica).term })
	if s := g.course.take(e); s != nil {
		g.note(failureOfStep(*s))
	}
}

func (g *ground) checkSafety() {
	if v := g.safety.First(); v != nil {
		g.note(failureOf(*v))
	}
}

// violated notes a failure from a goroutine that is not the story's.
func (g *ground) violated(property checker.Property, facts ...string) {
	g.note(Failure{Property: property, At: g.net.Now(), Facts: facts})
}

// stopStory is what ends a story by a panic, once a failure is noted.
type stopStory struct{}

// fail notes a failure and ends the story.
func (g *ground) fail(property checker.Property, facts ...string) {
	g.violated(property, facts...)
	panic(stopStory{})
}

// check ends the story if there is a failure.
func (g *ground) check() {
	if g.stopping() {
		panic(stopStory{})
	}
}

// sleep lets virtual time pass, as far as the story goes on.
func (g *ground) sleep(d time.Duration) { g.sleepAs(0, d) }

// sleepAs is sleep for one of several who may begin at one instant.
func (g *ground) sleepAs(who uint64, d time.Duration) {
	g.check()
	over, _ := g.timerOf(who, d)
	select {
	case <-over:
	case <-g.stopped:
	}
	g.check()
}

// guard runs a part of the story and catches its end by a failure, and any
// other panic, which becomes one.
func (g *ground) guard(f func()) {
	defer func() {
		switch v := recover(); v.(type) {
		case nil, stopStory:
		default:
			g.note(Failure{Property: Harness, At: g.net.Now(), Facts: []string{fmt.Sprintf("the story panicked: %v", v)}, Detail: string(debug.Stack())})
		}
	}()
	f()
}
