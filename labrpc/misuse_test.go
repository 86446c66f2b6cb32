package labrpc

import (
	"encoding/binary"
	"errors"
	goscanner "go/scanner"
	"math"
	"testing"
	"testing/synctest"
	textscanner "text/scanner"
	"time"

	"github.com/stretchr/testify/require"
)

// clerk serves methods that senders get wrong, and some that can't be served.
type clerk struct{}

type answerAny struct{ Any any }

func (clerk) Ask(args *ping, reply *pong)                {}
func (clerk) AskByValue(args ping, reply *pong)          { reply.Doubled = 2 * args.Number }
func (clerk) Tell(n *note)                               {}
func (clerk) Scan(args *goscanner.Scanner, reply *pong)  {}
func (clerk) AnswerChannel(args *ping, reply *answerAny) { reply.Any = make(chan int) }
func (clerk) TakePicky(args *picky, reply *pong)         {}
func (clerk) Panic(args *ping, reply *pong)              { panic("out of ink") }
func (clerk) ReplyByValue(args *ping, reply pong)        {}
func (clerk) Returns(args *ping, reply *pong) bool       { return true }
func (clerk) ReturnsTwo(args *ping) (int, error)         { return 0, nil }
func (clerk) Three(a, b, c *ping)                        {}
func (clerk) Variadic(args *ping, more ...*pong)         {}
func (clerk) TellByValue(n note)                         {}

//lint:ignore U1000 what is not exported does not serve
func (clerk) hidden(args *ping, reply *pong)                 {}
func (clerk) Snapshot(index int, snapshot []byte)            {}
func (clerk) GetState() (term int, isLeader bool)            { return }
func (clerk) Start(command any) (index, term int, lead bool) { return }

// picky takes only even numbers back.
type picky struct{ n uint64 }

func (p picky) MarshalBinary() ([]byte, error) {
	if p.n == 7 {
		return nil, errors.New("seven is not sent")
	}
	return binary.AppendUvarint(nil, p.n), nil
}

func (p *picky) UnmarshalBinary(b []byte) error {
	if p.n, _ = binary.Uvarint(b); p.n%2 == 1 {
		return errors.New("odd")
	}
	return nil
}

type node struct{ Next *node }

//lint:ignore U1000 its fields are there not to be sent
type secretive struct{ a, b int }

const clerksMethods = "clerk.AnswerChannel, clerk.Ask, clerk.AskByValue, clerk.Panic, clerk.Scan, clerk.TakePicky, clerk.Tell"

func TestMisusedPeers(t *testing.T) {
	loop := &node{}
	loop.Next = loop
	fine := &ping{}

	tests := []struct {
		method string
		args   any
		reply  any // nil to send
		want   string
	}{
		{"clerk.Ask", fine, pong{}, "labrpc: call clerk.Ask: reply must be a pointer that is not nil, got labrpc.pong"},
		{"clerk.Ask", fine, (*pong)(nil), "labrpc: call clerk.Ask: reply must be a pointer that is not nil, got *labrpc.pong"},
		{"clerk.Ask", nil, &pong{}, "labrpc: call clerk.Ask: nil cannot be sent"},
		{"clerk.Ask", (*ping)(nil), &pong{}, "labrpc: call clerk.Ask: nil cannot be sent"},
		{"clerk.Tell", nil, nil, "labrpc: send clerk.Tell: nil cannot be sent"},
		{"clerk.Ask", make(chan int), &pong{}, "labrpc: call clerk.Ask: a chan int cannot be sent"},
		{"clerk.Ask", &secretive{}, &pong{},
			"labrpc: call clerk.Ask: a labrpc.secretive cannot be sent: it has no exported fields (names that start with a capital letter)"},
		{"clerk.Ask", &answerAny{Any: func() {}}, &pong{}, "labrpc: call clerk.Ask: labrpc.answerAny.Any: a func() cannot be sent"},
		{"clerk.Tell", loop, nil, "labrpc: send clerk.Tell: a *labrpc.node is nested more than 10000 deep; does it contain itself?"},
		{"clerk.TakePicky", picky{7}, &pong{}, "labrpc: call clerk.TakePicky: labrpc.picky: seven is not sent"},
		{"clerk.TakePicky", picky{9}, &pong{}, "labrpc: clerk.TakePicky: decode *labrpc.picky: labrpc.picky: odd"},

		{"clerk.Nothing", fine, &pong{}, `labrpc: replica 1 has no method "clerk.Nothing" of RPC shape, ` +
			shapes + "; it has " + clerksMethods},
		{"clerk.Returns", fine, &pong{}, `labrpc: replica 1 has no method "clerk.Returns" of RPC shape, ` +
			shapes + "; it has " + clerksMethods},
		{"clerk.ReturnsTwo", fine, nil, `labrpc: replica 1 has no method "clerk.ReturnsTwo" of RPC shape, ` +
			shapes + "; it has " + clerksMethods},
		{"clerk.Ask", &note{}, &pong{}, "labrpc: clerk.Ask takes a *labrpc.ping, but was sent a *labrpc.note"},
		{"clerk.Tell", fine, nil, "labrpc: clerk.Tell takes a *labrpc.note, but was sent a *labrpc.ping"},
		{"clerk.Scan", &textscanner.Scanner{}, &pong{}, "labrpc: clerk.Scan takes a *go/scanner.Scanner, but was sent a *text/scanner.Scanner"},
		{"clerk.Ask", fine, &note{}, "labrpc: clerk.Ask answers a *labrpc.pong, but was called for a *labrpc.note"},
		{"clerk.Ask", fine, nil, "labrpc: clerk.Ask answers a *labrpc.pong, so it must be called, but it was sent a datagram"},
		{"clerk.Tell", &note{}, &pong{}, "labrpc: clerk.Tell takes a datagram and answers nothing, but it was called for a *labrpc.pong"},
		{"clerk.AnswerChannel", fine, &answerAny{},
			"labrpc: clerk.AnswerChannel: encode reply *labrpc.answerAny: labrpc.answerAny.Any: a chan int cannot be sent"},
		{"clerk.Panic", fine, &pong{}, "clerk.Panic panicked: out of ink"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			inWorld(t, Config{Conditions: steady}, func(w *world) {
				w.node(1).Halt()
				require.NoError(t, w.Boot(1).Serve(clerk{}))
				if test.reply == nil {
					w.peer(0, 1).Send(test.method, test.args)
				} else {
					begin := w.Now()
					require.False(t, w.peer(0, 1).Call(test.method, test.args, test.reply))
					require.Less(t, w.Now()-begin, time.Second)
				}
				w.Sleep(time.Second)
				require.Equal(t, []string{test.want}, w.takeReports())
			})
		})
	}
}

func TestArgumentsByValue(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		w.node(1).Halt()
		require.NoError(t, w.Boot(1).Serve(clerk{}, w.server(1)))
		for _, args := range []any{ping{Number: 2}, &ping{Number: 2}} {
			var reply pong
			require.True(t, w.peer(0, 1).Call("clerk.AskByValue", args, &reply))
			require.Equal(t, 4, reply.Doubled)
			require.True(t, w.peer(0, 1).Call("server.Ping", args, &reply))
			require.Equal(t, 4, reply.Doubled)
		}
	})
}

func TestReportNamesTheReplicaAtFault(t *testing.T) {
	type report struct {
		replica int
		err     error
	}
	inWorld(t, Config{}, func(w *world) {
		var reports []report
		n := New(Config{Replicas: 2, Report: func(replica int, err error) { reports = append(reports, report{replica, err}) }})
		defer n.Close()
		peer, other := n.Boot(0).Peers()[1], n.Boot(1)
		require.NoError(t, other.Serve(clerk{}))
		peer.Call("clerk.Ask", nil, &pong{})
		peer.Call("clerk.Nothing", &ping{}, &pong{})
		peer.Call("clerk.Panic", &ping{}, &pong{})
		require.Len(t, reports, 3)
		require.Equal(t, 0, reports[0].replica)
		require.Equal(t, 0, reports[1].replica)
		require.Equal(t, 1, reports[2].replica)

		var panicked *PanicError
		require.ErrorAs(t, reports[2].err, &panicked)
		require.Equal(t, "clerk.Panic", panicked.Method)
		require.Equal(t, "out of ink", panicked.Value)
		require.Contains(t, string(panicked.Stack), "labrpc.clerk.Panic(", "the stack does not show the handler")
	})
}

func TestReplicaServesOnAfterPanic(t *testing.T) {
	inWorld(t, Config{Conditions: steady}, func(w *world) {
		w.server(1).onPing = func(args *ping, _ *pong) { _ = args.List[0] }
		_, ok, _ := w.ping(1)
		require.False(t, ok)
		require.Equal(t, []string{"server.Ping panicked: runtime error: index out of range [0] with length 0"}, w.takeReports())
		w.server(1).onPing = nil
		_, ok, _ = w.ping(1)
		require.True(t, ok)
	})
}

func TestFloodStandsStill(t *testing.T) {
	inWorld(t, Config{}, func(w *world) {
		reports := make(chan error, 1)
		n := New(Config{Replicas: 2, Report: func(_ int, err error) { reports <- err }})
		defer n.Close()
		node := n.Boot(0)
		peer := node.Peers()[1]
		returned := 0
		flood := func(most int) {
			for range most {
				peer.Send("clerk.Tell", &ping{})
				returned++
			}
		}
		flood(floodLimit - 1)
		time.Sleep(time.Nanosecond)
		flood(floodLimit - 1)
		require.Empty(t, reports)

		go flood(10)
		synctest.Wait()
		require.Equal(t, 2*floodLimit-1, returned, "after the message that was one too many nobody sends")
		require.EqualError(t, <-reports, "sent 100000 messages in one instant, the latest to clerk.Tell")
		node.Halt()
	})
}

func TestReportIsOptional(t *testing.T) {
	n := New(Config{Replicas: 2})
	require.PanicsWithValue(t, "labrpc: replica 0: labrpc: send clerk.Tell: nil cannot be sent", func() {
		n.Boot(0).Peers()[1].Send("clerk.Tell", nil)
	})
}

func TestMisusedServe(t *testing.T) {
	unnamed := struct{ clerk }{}
	tests := []struct {
		name      string
		receivers []any
		want      string
	}{
		{"nil", []any{nil}, "labrpc: cannot serve nil"},
		{"no type name", []any{&unnamed},
			"labrpc: cannot serve a *struct { labrpc.clerk }: RPC names start with the name of a type, and it has none"},
		{"no method", []any{&secretive{}},
			"labrpc: *labrpc.secretive has no exported method of RPC shape, func(args *Args, reply *Reply) or func(message *Message), which may return an error"},
		{"methods of the pointer", []any{server{}},
			"labrpc: labrpc.server has no exported method of RPC shape, " + shapes},
		{"two of a name", []any{clerk{}, &clerk{}}, "labrpc: two receivers serve clerk.AnswerChannel"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.EqualError(t, New(Config{Replicas: 1}).Boot(0).Serve(test.receivers...), test.want)
		})
	}
	t.Run("twice", func(t *testing.T) {
		node := New(Config{Replicas: 1}).Boot(0)
		require.NoError(t, node.Serve(clerk{}))
		require.EqualError(t, node.Serve(&server{}), "labrpc: replica 0 serves already; give Serve all receivers at once")
	})
	t.Run("nothing", func(t *testing.T) {
		inWorld(t, Config{Conditions: steady}, func(w *world) {
			w.node(1).Halt()
			require.NoError(t, w.Boot(1).Serve())
			_, ok, _ := w.ping(1)
			require.False(t, ok)
			require.Equal(t, []string{`labrpc: replica 1 has no method "server.Ping" of RPC shape, ` +
				shapes + "; it has none"}, w.takeReports())
		})
	})
}

func TestMisusedNetwork(t *testing.T) {
	require.PanicsWithValue(t, "labrpc: Config.Replicas must be at least 1, got 0", func() { New(Config{}) })
	require.PanicsWithValue(t, "labrpc: replica 1 is up already", func() {
		n := New(Config{Replicas: 2})
		n.Boot(1)
		n.Boot(1)
	})

	tests := []struct {
		conditions Conditions
		want       string
	}{
		{Conditions{Loss: 10}, "labrpc: Conditions.Loss is 10, but must be a fraction from 0 to 1"},
		{Conditions{Loss: math.NaN()}, "labrpc: Conditions.Loss is NaN, but must be a fraction from 0 to 1"},
		{Conditions{Duplicate: -0.1}, "labrpc: Conditions.Duplicate is -0.1, but must be a fraction from 0 to 1"},
		{Conditions{Late: 1.5}, "labrpc: Conditions.Late is 1.5, but must be a fraction from 0 to 1"},
		{Conditions{Delay: -1}, "labrpc: Conditions.Delay is -1ns, but must not be negative"},
		{Conditions{Jitter: -1}, "labrpc: Conditions.Jitter is -1ns, but must not be negative"},
		{Conditions{LateBy: -1}, "labrpc: Conditions.LateBy is -1ns, but must not be negative"},
	}
	n := New(Config{Replicas: 2})
	for _, test := range tests {
		require.PanicsWithValue(t, test.want, func() { New(Config{Replicas: 2, Conditions: test.conditions}) })
		require.PanicsWithValue(t, test.want, func() { n.SetConditions(test.conditions) })
		require.PanicsWithValue(t, test.want, func() { n.Link(0, 1).SetConditions(test.conditions) })
	}
	for _, c := range []Conditions{{}, Reliable, Unreliable, Hostile, {Loss: 1, Duplicate: 1, Late: 1}} {
		n.SetConditions(c)
	}
}
