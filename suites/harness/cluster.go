package harness

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// Cluster is the world of one scenario: replicas of the Raft under test, their
// network and disks, the service, its clients, and the judges that watch. A
// story drives it by its verbs.
//
// Verbs that check something end the story at the first failure. They may be
// called from the story's goroutine and from those started with [Cluster.Go].
type Cluster struct {
	// Rand is the story's source of randomness, seeded from the scenario's
	// seed. It is not safe for concurrent use.
	Rand *rand.Rand

	impl     raftiface.Implementation
	timing   raftiface.Timing
	scenario Scenario
	seed     uint64
	realtime bool // on the wall clock
	contents bool // the trace keeps what messages say

	net      *labrpc.Network
	recorder *checker.Recorder
	safety   *checker.Safety
	replicas []*replica

	bubble     atomic.Int64   // number of the bubble, 0 on the wall clock
	progress   atomic.Int64   // virtual time at the latest look, for the watchdog
	ended      atomic.Int64   // virtual time at the end of the story
	abandoned  atomic.Bool    // the watchdog has given up
	leaked     atomic.Int64   // goroutines left after all replicas were killed
	stopped    chan struct{}  // closed at the first failure
	closing    chan struct{}  // closed when the background is to end
	background sync.WaitGroup // the harness's own goroutines
	story      sync.WaitGroup // goroutines of the story
	launched   atomic.Int64   // number of those so far
	leaderless atomic.Int64   // looks of the monitor that saw no leader
	nextID     atomic.Int64   // of commands
	calls      underWay       // into the implementation
	clients    clientPool

	mu        sync.Mutex
	failure   *Failure
	apart     []bool // replicas that Disconnect took away
	faults    []Fault
	logs      []string
	log       map[int]Command // by index, as first applied anywhere
	proposals map[int]proposal
	delays    []time.Duration // of the services
	states    []shownState
	// leaderships counts how often a replica came to lead.
	leaderships int
}

// replica is what stays of a replica across its instances.
type replica struct {
	storage  *storage
	instance atomic.Pointer[instance] // the latest; nil before the first
	boots    int
}

// shownState is what GetState last returned.
type shownState struct {
	term   int
	leader bool
}

// proposal is a command given to a leader, for telling later what became of it.
type proposal struct {
	op    int // the recorder's ID
	index int
}

// Fault is something the story did to the cluster.
type Fault struct {
	At   time.Duration
	Text string
}

// String returns the fault as a line.
func (f Fault) String() string { return fmt.Sprintf("%12.6fs  %s", f.At.Seconds(), f.Text) }

// stopStory is what ends a story by a panic, once a failure is noted.
type stopStory struct{}

func newCluster(impl raftiface.Implementation, sc Scenario, seed uint64) *Cluster {
	c := &Cluster{
		Rand:      rand.New(rand.NewPCG(seed, 0x5c)),
		impl:      impl,
		timing:    impl.Timing.WithDefaults(),
		scenario:  sc,
		seed:      seed,
		safety:    checker.NewSafety(sc.Replicas),
		apart:     make([]bool, sc.Replicas),
		log:       map[int]Command{},
		proposals: map[int]proposal{},
		delays:    make([]time.Duration, sc.Replicas),
		states:    make([]shownState, sc.Replicas),
	}
	return c
}

// live runs the scenario from boot to the last goroutine's end. It is called in
// the bubble.
func (c *Cluster) live() {
	c.stopped = make(chan struct{})
	c.closing = make(chan struct{})
	c.net = labrpc.New(labrpc.Config{Replicas: c.scenario.Replicas, Seed: c.seed, Conditions: labrpc.Reliable, Report: c.reported, Contents: c.contents})
	c.recorder = checker.NewRecorder(c.net.Now)
	for range c.scenario.Replicas {
		c.replicas = append(c.replicas, &replica{storage: &storage{}})
	}
	c.progress.Store(0)
	c.goBackground(c.watchCalls)
	c.goBackground(c.monitor)
	c.awaitStory()
	c.shutdown()
}

// storyPatience is how long a story may take, in virtual time: a bound for
// those that would never end.
const storyPatience = time.Hour

// awaitStory runs the story and waits until it has ended or failed. A story
// that failed may be stuck in the implementation.
func (c *Cluster) awaitStory() {
	told := make(chan struct{})
	go func() {
		defer close(told)
		c.guard(c.tell)
	}()
	select {
	case <-told:
	case <-c.stopped:
	case <-c.timer(storyPatience):
		c.violated(Harness, fmt.Sprintf("the story has not ended after %v", storyPatience))
	}
}

// tell boots the cluster and lets it live through the story.
func (c *Cluster) tell() {
	for i := range c.replicas {
		c.pauseBriefly()
		c.boot(i)
	}
	c.scenario.Story(c)
	c.settle()
}

// guard runs a part of the story and catches its end by a failure, and any
// other panic, which becomes one.
func (c *Cluster) guard(f func()) {
	defer func() {
		switch v := recover(); v.(type) {
		case nil, stopStory:
		default:
			c.note(Failure{Property: Harness, Facts: []string{fmt.Sprintf("the story panicked: %v", v)}, Detail: string(debug.Stack())})
		}
	}()
	f()
}

// Go runs f as part of the story on a goroutine of its own, from an instant of
// its own on. The scenario waits for it.
func (c *Cluster) Go(f func()) {
	begin := c.drawn(2*time.Millisecond, int(c.launched.Add(1)))
	c.story.Go(func() {
		c.guard(func() {
			c.Sleep(begin)
			f()
		})
	})
}

// goBackground runs f as part of the harness; f must end once closing is
// closed.
func (c *Cluster) goBackground(f func()) { c.background.Go(f) }

// killGrace is how long a killed replica may go on: longer than the longest
// Call takes to return. On the wall clock, where nobody looks for what is left,
// it is only polite.
func (c *Cluster) killGrace() time.Duration {
	if c.realtime {
		return time.Second
	}
	return 10 * time.Second
}

// shutdown kills all replicas and waits. It leaves no goroutine of the harness
// behind, unless the implementation holds it up.
func (c *Cluster) shutdown() {
	c.ended.Store(int64(c.Now()))
	c.clients.stop()
	for range 2 { // Kill may be called more than once
		for _, r := range c.replicas {
			if in := r.instance.Load(); in != nil {
				in.crash()
				in.kill()
			}
		}
		c.net.Sleep(time.Millisecond)
	}
	c.net.Sleep(c.killGrace())
	close(c.closing)
	c.awaitBackground()
	c.learnFates()
}

// awaitBackground waits for the harness's own goroutines, except for those that
// a call into the implementation does not let go.
func (c *Cluster) awaitBackground() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.background.Wait()
	}()
	select {
	case <-done:
	case <-c.timer(c.killGrace()):
	}
}
