package labrpc

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slack is what instants of their own may add to the times below.
const slack = time.Microsecond

func TestCall(t *testing.T) {
	// Without faults a request arrives after 1 ms and its reply after 2 ms. A
	// call that fails does so within 100 ms of the fault.
	const failed = defaultFailWithin
	const ms = time.Millisecond

	tests := []struct {
		name    string
		arrange func(w *world)
		ok      bool
		handled bool
		story   string
		longest time.Duration // the call takes at most this long
	}{
		{"succeeds", func(w *world) {},
			true, true, "send deliver (send) (deliver)", 2 * ms},
		{"from a replica that does not serve", func(w *world) { w.node(0).Halt(); w.nodes[0] = w.Boot(0) },
			true, true, "send deliver (send) (deliver)", 2 * ms},
		{"to a replica that is down", func(w *world) { w.node(1).Halt() },
			false, false, "send down", ms + failed},
		{"to a replica that does not serve yet", func(w *world) { w.node(1).Halt(); w.Boot(1) },
			false, false, "send down", ms + failed},
		{"to a replica that goes down meanwhile", func(w *world) { w.After(ms/2, w.node(1).Halt) },
			false, false, "send down", ms + failed},
		{"to a replica that is restarted meanwhile", func(w *world) { w.After(ms/2, func() { w.restart(1) }) },
			false, false, "send down", ms + failed},
		{"to a replica that boots meanwhile", func(w *world) { w.node(1).Halt(); w.After(ms/2, func() { w.boot(1) }) },
			false, false, "send down", ms + failed},
		{"to a replica that is restarted while it handles", func(w *world) {
			w.server(1).onPing = func(*ping, *pong) { w.restart(1) }
		}, false, true, "send deliver (send) (lost)", 2*ms + failed},
		{"to a replica that is restarted before the reply arrives", func(w *world) { w.After(3*ms/2, func() { w.restart(1) }) },
			true, true, "send deliver (send) (deliver)", 2 * ms},
		{"over a cut link", func(w *world) { w.Link(0, 1).Cut() },
			false, false, "send cut", failed},
		{"over a mended link", func(w *world) { w.Link(0, 1).Cut(); w.Link(0, 1).Mend() },
			true, true, "send deliver (send) (deliver)", 2 * ms},
		{"over a link that is cut and mended before it would have arrived", func(w *world) { w.Link(0, 1).Cut(); w.After(ms/2, w.Link(0, 1).Mend) },
			false, false, "send cut", failed},
		{"over a link that is cut meanwhile", func(w *world) { w.After(ms/2, w.Link(0, 1).Cut) },
			false, false, "send cut", ms + failed},
		{"whose reply meets a cut link", func(w *world) { w.Link(1, 0).Cut() },
			false, true, "send deliver (send) (cut)", ms + failed},
		{"whose request is lost", func(w *world) { w.Link(0, 1).SetConditions(Conditions{Loss: 1}) },
			false, false, "send lost", failed},
		{"whose reply is lost", func(w *world) { w.Link(1, 0).SetConditions(Conditions{Loss: 1}) },
			false, true, "send deliver (send) (lost)", ms + failed},
		{"from a replica that is down", func(w *world) { w.node(0).Halt(); w.Sleep(ms) },
			false, false, "", failed},
		{"from a replica that goes down meanwhile", func(w *world) { w.After(3*ms/2, w.node(0).Halt) },
			false, true, "send deliver (send) (down)", 2*ms + failed},
		{"from a replica that is restarted meanwhile", func(w *world) { w.After(3*ms/2, func() { w.restart(0) }) },
			false, true, "send deliver (send) (down)", 2*ms + failed},
		{"over a link that is held and released", func(w *world) { w.Link(0, 1).Hold(); w.After(time.Second, w.Link(0, 1).Release) },
			true, true, "send held deliver (send) (deliver)", time.Second + ms},
		{"over a link that is held", func(w *world) { w.Link(0, 1).Hold() },
			false, false, "send held", callLimit},
		{"whose reply is held", func(w *world) { w.Link(1, 0).Hold() },
			false, true, "send deliver (send) (held)", callLimit},
		{"whose handler takes long", func(w *world) { w.server(1).onPing = func(*ping, *pong) { time.Sleep(6 * time.Second) } },
			true, true, "send deliver (send) (deliver)", 6*time.Second + 2*ms},
		{"whose handler takes too long", func(w *world) { w.server(1).onPing = func(*ping, *pong) { time.Sleep(8 * time.Second) } },
			false, true, "send deliver", callLimit},
		{"whose handler never returns", func(w *world) {
			block := make(chan struct{})
			w.server(1).onPing = func(*ping, *pong) { <-block }
			w.After(time.Minute, func() { close(block) })
		}, false, true, "send deliver", callLimit},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, Config{Conditions: steady}, func(w *world) {
				test.arrange(w)
				server := w.server(1)
				doubled, ok, took := w.ping(7)
				story := w.story()

				require.Equal(t, test.ok, ok)
				if ok {
					require.Equal(t, 14, doubled)
				}
				require.Equal(t, test.story, story)
				require.LessOrEqual(t, took, test.longest+slack)
				if test.ok || test.longest == callLimit {
					require.GreaterOrEqual(t, took, test.longest)
				}
				w.Sleep(2 * time.Minute)
				require.Equal(t, test.handled, server.pinged() == 1)
				if w.server(1) != server {
					require.Zero(t, w.server(1).pinged(), "a new instance got an old request")
				}
			})
		})
	}
}

func TestCallToReplicaNeverBooted(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		other := New(Config{Replicas: 2, Conditions: steady})
		defer other.Close()
		require.False(t, other.Boot(0).Peers()[1].Call("server.Ping", &ping{}, &pong{}))
	})
}

func TestCallToItself(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		var reply pong
		require.True(t, w.peer(0, 0).Call("server.Ping", &ping{Number: 4}, &reply))
		require.Equal(t, 8, reply.Doubled)
	})
}

// A late reply finds nobody waiting and does no harm.
func TestReplyAfterCallGaveUp(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		w.Link(1, 0).Hold()
		_, ok, took := w.ping(1)
		require.False(t, ok)
		require.InDelta(t, callLimit, took, float64(slack))
		w.Link(1, 0).Release()
		doubled, ok, _ := w.ping(2)
		require.True(t, ok)
		require.Equal(t, 4, doubled)
		require.Equal(t, "send deliver (send) (held) send (deliver) deliver (send) (deliver)", w.story())
	})
}

func TestDuplicatesOfACall(t *testing.T) {
	twice := Conditions{Delay: time.Millisecond, Jitter: 20 * time.Millisecond, Duplicate: 1}

	t.Run("run the handler twice and return once", func(t *testing.T) {
		inWorld(t, Config{Conditions: twice}, func(w *world) {
			doubled, ok, _ := w.ping(3)
			require.True(t, ok)
			require.Equal(t, 6, doubled)
			w.Sleep(time.Second)
			require.Equal(t, 2, w.server(1).pinged())
			replies := slices.DeleteFunc(w.Trace().Events(), func(e Event) bool { return !e.Reply || e.Kind != EventDeliver })
			require.Len(t, replies, 4)
		})
	})

	t.Run("each can bring the answer", func(t *testing.T) {
		inWorld(t, Config{Conditions: twice}, func(w *world) {
			w.SetFailWithin(0)
			w.Link(1, 0).Cut()
			w.server(1).onPing = func(*ping, *pong) {
				if w.server(1).pinged() == 2 {
					w.Link(1, 0).Mend()
				}
			}
			_, ok, _ := w.ping(3)
			require.True(t, ok, "the first reply met a cut link, the second did not")
		})
	})

	t.Run("the last failure fails the call", func(t *testing.T) {
		inWorld(t, Config{Conditions: twice}, func(w *world) {
			w.SetFailWithin(0)
			w.Link(1, 0).Cut()
			_, ok, took := w.ping(3)
			require.False(t, ok)
			require.Equal(t, 2, w.server(1).pinged(), "the call failed while a copy was under way")
			require.Less(t, took, 21*time.Millisecond+slack)
		})
	})
}

func TestSetFailWithin(t *testing.T) {
	tests := []struct{ set, longest time.Duration }{
		{50 * time.Millisecond, 50 * time.Millisecond},
		{time.Second, time.Second},
		{time.Hour, callLimit},
		{0, 0},
		{-time.Second, 0},
	}
	for _, test := range tests {
		t.Run(test.set.String(), func(t *testing.T) {
			inWorld(t, Config{}, func(w *world) {
				w.SetFailWithin(test.set)
				w.Link(0, 1).SetConditions(Conditions{Loss: 0.2})
				var times []time.Duration
				for i := range 2000 {
					if _, ok, took := w.ping(i); !ok {
						times = append(times, took)
					}
				}
				slices.Sort(times)
				at := func(quantile float64) time.Duration { return times[int(quantile*float64(len(times)-1))] }
				require.LessOrEqual(t, at(1), test.longest+slack)
				if test.longest > 0 {
					require.InDelta(t, 0.5, float64(at(0.5))/float64(test.longest), 0.1, "the median of the times")
					require.InDelta(t, 0.9, float64(at(0.9))/float64(test.longest), 0.05, "the ninth decile")
				}
			})
		})
	}
}

func TestNothingIsShared(t *testing.T) {
	inWorld(t, Config{Conditions: Conditions{Duplicate: 1}}, func(w *world) {
		kept := []int{7, 8}
		var seen [][]int
		w.server(1).onPing = func(args *ping, reply *pong) {
			seen = append(seen, slices.Clone(args.List))
			args.List[0] = 99
			reply.List = kept
		}
		args, reply := &ping{List: []int{1, 2}}, &pong{}
		require.True(t, w.peer(0, 1).Call("server.Ping", args, reply))
		reply.List[0] = 55
		w.Sleep(time.Second)

		require.Equal(t, []int{1, 2}, args.List, "the handler changed the caller's arguments")
		require.Equal(t, [][]int{{1, 2}, {1, 2}}, seen, "the copies of a message share memory")
		require.Equal(t, []int{7, 8}, kept, "the caller changed what the handler keeps")
	})
}

// The reply overwrites what the variable held before.
func TestReplyIsOverwritten(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		reply := pong{Doubled: 5, List: []int{1}}
		require.True(t, w.peer(0, 1).Call("server.Ping", &ping{}, &reply))
		require.Equal(t, pong{}, reply)
	})
}

// A call that is over leaves nothing behind that would go off seconds later.
func TestCallsDoNotPileUp(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		for i := range 100 {
			_, ok, _ := w.ping(i)
			require.True(t, ok)
		}
		require.Empty(t, w.schedule.tasks)
	})
}

func TestManyCallsAtOnce(t *testing.T) {
	inWorld(t, Config{Conditions: Hostile, Seed: 3}, func(w *world) {
		const calls = 500
		answers := make(chan string, calls)
		for i := range calls {
			go func() {
				doubled, ok, took := w.ping(i)
				switch {
				case took > callLimit+slack:
					answers <- fmt.Sprintf("call %d took %v", i, took)
				case ok && doubled != 2*i:
					answers <- fmt.Sprintf("call %d got the reply %d", i, doubled)
				default:
					answers <- ""
				}
			}()
		}
		for range calls {
			require.Empty(t, <-answers)
		}
	})
}
