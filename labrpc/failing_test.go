package labrpc

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An official serves methods of net/rpc's shape. It declines odd numbers.
type official struct{ asked, told atomic.Int32 }

var errOdd = errors.New("odd")

func (o *official) Ask(args *ping, reply *pong) error {
	o.asked.Add(1)
	reply.Doubled = 2 * args.Number
	if args.Number%2 == 1 {
		return errOdd
	}
	return nil
}

func (o *official) AskByValue(args ping, reply *pong) error { return o.Ask(&args, reply) }

func (o *official) Tell(n *note) error {
	o.told.Add(1)
	return errOdd
}

// inOffice runs f in a world in which replica 1 serves an official.
func inOffice(t *testing.T, config Config, f func(w *world, o *official)) {
	inWorld(t, config, func(w *world) {
		w.node(1).Halt()
		o := &official{}
		require.NoError(t, w.Boot(1).Serve(o))
		f(w, o)
	})
}

func TestHandlerThatReturnsAnError(t *testing.T) {
	const there, andBack = time.Millisecond, 2 * time.Millisecond
	lossy := func(w *world) { w.Link(1, 0).SetConditions(Conditions{Loss: 1}) }
	tests := []struct {
		name    string
		arrange func(w *world)
		number  int
		ok      bool
		story   string
		longest time.Duration
	}{
		{"returns nil", func(*world) {}, 2, true, "send deliver (send) (deliver)", andBack},
		{"returns an error", func(*world) {}, 3, false, "send deliver (send) (deliver)", andBack},
		{"returns an error that is lost", lossy, 3, false, "send deliver (send) (lost)", there + defaultFailWithin},
	}
	for _, method := range []string{"official.Ask", "official.AskByValue"} {
		for _, test := range tests {
			t.Run(method+" "+test.name, func(t *testing.T) {
				inOffice(t, Config{Conditions: steady}, func(w *world, o *official) {
					test.arrange(w)
					begin := w.Now()
					reply := pong{Doubled: -1}
					ok := w.peer(0, 1).Call(method, &ping{Number: test.number}, &reply)
					took := w.Now() - begin

					require.Equal(t, test.ok, ok)
					require.EqualValues(t, 1, o.asked.Load())
					require.Equal(t, test.story, w.story())
					require.Greater(t, took, there)
					require.LessOrEqual(t, took, test.longest+slack)
					if test.longest == andBack {
						require.GreaterOrEqual(t, took, andBack, "the caller knew before the reply came")
					}
					if !ok {
						require.Equal(t, -1, reply.Doubled, "the reply of a handler that failed was used")
					}
				})
			})
		}
	}
}

// The first copy of a reply decides, also if the handler failed.
func TestErrorReplyIsDuplicated(t *testing.T) {
	inOffice(t, Config{Conditions: Conditions{Delay: time.Millisecond, Duplicate: 1}}, func(w *world, o *official) {
		require.False(t, w.peer(0, 1).Call("official.Ask", &ping{Number: 3}, &pong{}))
		w.Sleep(time.Second)
		require.EqualValues(t, 2, o.asked.Load())
	})
}

func TestDatagramHandlerThatReturnsAnError(t *testing.T) {
	inOffice(t, Config{Conditions: steady}, func(w *world, o *official) {
		w.peer(0, 1).Send("official.Tell", &note{"hello"})
		w.Sleep(time.Second)
		require.EqualValues(t, 1, o.told.Load())
		require.Equal(t, "send deliver", w.story())
	})
}

func TestErrorIsInTheTracesContents(t *testing.T) {
	replies := func(contents bool) (texts []string, hash uint64) {
		inOffice(t, Config{Conditions: steady, Contents: contents}, func(w *world, _ *official) {
			for number := range 2 {
				w.peer(0, 1).Call("official.Ask", &ping{Number: number}, &pong{})
			}
			for _, e := range w.Trace().Events() {
				if e.Reply && e.Kind == EventSend {
					texts = append(texts, e.Content)
				}
			}
			hash = w.Trace().Hash()
		})
		return texts, hash
	}
	texts, hash := replies(true)
	require.Equal(t, []string{"{Doubled:0 List:[]}", "error: odd"}, texts)
	_, without := replies(false)
	require.Equal(t, without, hash)
}
