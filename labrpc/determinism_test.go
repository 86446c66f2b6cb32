package labrpc

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A gossip is a replica that does what Raft implementations do to a scheduler:
// it sends to all others at one instant from a goroutine each, handles several
// messages at once, lets handlers wait, and acts on what the first answers say.
type gossip struct {
	net  *Network
	node *Node
	me   int

	mu      sync.Mutex
	changed *sync.Cond
	rumour  rumour
	stopped bool
}

type rumour struct {
	Version int
	Tags    map[string]int
}

type opinion struct {
	Rumour rumour
	New    bool
}

func (g *gossip) Tell(r *rumour, reply *opinion) {
	g.mu.Lock()
	defer g.mu.Unlock()
	reply.New = g.learn(*r)
	reply.Rumour = g.rumour
}

// Await answers once there is news, to all that wait at one instant.
func (g *gossip) Await(r *rumour, reply *opinion) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.stopped && g.rumour.Version <= r.Version {
		g.changed.Wait()
	}
	reply.Rumour = g.rumour
}

func (g *gossip) Whisper(r *rumour) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.learn(*r)
}

func (g *gossip) learn(r rumour) bool {
	if r.Version <= g.rumour.Version {
		return false
	}
	g.rumour = r
	g.changed.Broadcast()
	return true
}

func startGossip(n *Network, me int) *gossip {
	g := &gossip{net: n, node: n.Boot(me), me: me}
	g.changed = sync.NewCond(&g.mu)
	if err := g.node.Serve(g); err != nil {
		panic(err)
	}
	go g.run()
	return g
}

func (g *gossip) run() {
	for range 8 {
		g.mu.Lock()
		g.rumour = rumour{g.rumour.Version + 1 + g.me%2, map[string]int{"from": g.me, "at": int(g.net.Now())}}
		mine, stopped := g.rumour, g.stopped
		g.mu.Unlock()
		if stopped {
			return
		}
		for to, peer := range g.node.Peers() {
			go func() {
				var reply opinion
				if peer.Call("gossip.Tell", mine, &reply) && !reply.New {
					peer.Send("gossip.Whisper", &reply.Rumour)
				}
			}()
			go peer.Send("gossip.Whisper", &rumour{Version: g.me})
			if to != g.me {
				go func() {
					var reply opinion
					if peer.Call("gossip.Await", mine, &reply) {
						g.Whisper(&reply.Rumour)
					}
				}()
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (g *gossip) stop() {
	g.node.Halt()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopped = true
	g.changed.Broadcast()
}

// gossipRun runs five replicas through faults of every kind and returns the
// hash of the trace.
func gossipRun(t *testing.T, seed uint64, c Conditions) (hash uint64, events []Event) {
	synctest.Test(t, func(t *testing.T) {
		n := New(Config{Replicas: 5, Seed: seed, Conditions: c})
		defer n.Close()
		var all [5]*gossip
		for i := range all {
			n.Sleep(time.Millisecond)
			all[i] = startGossip(n, i)
		}
		n.Sleep(50 * time.Millisecond)
		n.Stall(1, 30*time.Millisecond)
		n.Link(0, 2).Cut()
		n.Link(3, 4).Hold()
		n.Sleep(50 * time.Millisecond)
		all[2].stop()
		n.Link(3, 4).Release()
		n.Sleep(50 * time.Millisecond)
		all[2] = startGossip(n, 2)
		n.Link(0, 2).Mend()
		n.SetFailWithin(time.Second)
		n.Sleep(500 * time.Millisecond)
		for _, g := range all {
			n.Sleep(0)
			g.stop()
		}
		n.Sleep(10 * time.Second)
		hash, events = n.Trace().Hash(), n.Trace().Events()
	})
	return hash, events
}

// The same seed gives the same trace, however goroutines are scheduled and
// whatever ran before in the process.
func TestSameSeedSameTrace(t *testing.T) {
	tests := []struct {
		name       string
		conditions Conditions
		times      int
	}{
		{"hostile", Hostile, 20},
		{"no jitter", Conditions{Delay: time.Millisecond, Loss: 0.1, Duplicate: 0.2}, 5}, // everything is due at the same instants
		{"no delay", Conditions{Duplicate: 0.2}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := test.conditions
			want, events := gossipRun(t, 1, c)
			require.Greater(t, len(events), 500)
			for range test.times {
				for _, procs := range []int{1, 2, 4} {
					got, others := gossipWithProcs(t, procs, c)
					if got != want {
						requireSameEvents(t, events, others)
						t.Fatal("the hashes differ, the events do not")
					}
				}
			}
			other, _ := gossipRun(t, 2, c)
			require.NotEqual(t, want, other, "the seed does not matter")
		})
	}
}

func gossipWithProcs(t *testing.T, procs int, c Conditions) (uint64, []Event) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	return gossipRun(t, 1, c)
}

// requireSameEvents fails at the first difference and shows what was before.
func requireSameEvents(t *testing.T, want, got []Event) {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			for _, e := range want[max(0, i-5):i] {
				t.Log("both ", e)
			}
			t.Log("first", want[i])
			t.Fatal("later", got[i])
		}
	}
	require.Len(t, got, len(want))
}

// Other work in the process does not change a trace.
func TestTraceDoesNotDependOnOtherNetworks(t *testing.T) {
	want, _ := gossipRun(t, 1, Hostile)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		n := New(Config{Replicas: 2, Conditions: Conditions{Jitter: 100 * time.Microsecond}})
		defer n.Close()
		peer, other := n.Boot(0).Peers()[1], n.Boot(1)
		_ = other.Serve(&server{})
		for {
			select {
			case <-stop:
				return
			default:
				peer.Call("server.Ping", &ping{Number: rand.Int()}, &pong{})
			}
		}
	}()
	for range 3 {
		got, _ := gossipRun(t, 1, Hostile)
		require.Equal(t, want, got)
	}
	close(stop)
	<-stopped
}
