package bubble

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const dump = `goroutine 7 [running, synctest bubble 3]:
example.com/raft.(*Raft).spin(...)
	/home/me/raft/raft.go:10
example.com/raft.(*Raft).loop(0xc000012340, {0x1, 0x2})
	/home/me/raft/raft.go:20 +0x1d
created by example.com/raft.Make in goroutine 5
	/home/me/raft/raft.go:5 +0x10

goroutine 8 gp=0xc000002380 m=3 mp=0xc000080808 [select (no cases), 2 minutes, locked to thread]:
main.main.func1()
	/home/me/main.go:3 +0x10

goroutine 9 [chan send (durable), 12 minutes, synctest bubble 3]:
example.com/raft.(*Raft).apply(0xc000012340?)
	/home/me/raft/apply.go:7 +0x10
created by example.com/raft.Make in goroutine 5
	/home/me/raft/raft.go:6 +0x10

goroutine 10 [sync.Mutex.Lock (scan), synctest bubble 3 labels:{"a": "b, c"}]:
sync.(*Mutex).Lock(0xc000012340)
	/usr/local/go/src/sync/mutex.go:46 +0x10
example.com/raft.(*Raft).GetState(0xc000012340)
	/home/me/raft/raft.go:30 +0x10
github.com/raftcheck/raftcheck/suites/world.(*Cluster).monitor(0xc000099990)
	/home/me/world/monitor.go:30 +0x10
created by sync.(*WaitGroup).Go in goroutine 4
	/usr/local/go/src/sync/waitgroup.go:30 +0x10
`

func TestParseGoroutines(t *testing.T) {
	all := parseGoroutines(dump)
	require.Len(t, all, 4)

	spin := all[0]
	require.Equal(t, 7, spin.id)
	require.Equal(t, "running", spin.state)
	require.Equal(t, 3, spin.bubble)
	require.False(t, spin.durable)
	require.Equal(t, []frame{
		{"example.com/raft.(*Raft).spin", "...", "/home/me/raft/raft.go:10"},
		{"example.com/raft.(*Raft).loop", "0xc000012340, {0x1, 0x2}", "/home/me/raft/raft.go:20"},
	}, spin.stack)
	require.Equal(t, frame{function: "example.com/raft.Make", position: "/home/me/raft/raft.go:5"}, spin.maker)

	require.Equal(t, "select (no cases)", all[1].state)
	require.Zero(t, all[1].bubble)
	require.Equal(t, "chan send", all[2].state)
	require.True(t, all[2].durable)
	require.Equal(t, "sync.Mutex.Lock", all[3].state)
	require.Equal(t, 3, all[3].bubble)

	require.Equal(t, "example.com/raft.(*Raft).GetState", all[3].where().function, "not the standard library's frame")
	require.False(t, all[3].isOwn(), "it is in the implementation, though the harness called it")
	require.Len(t, inBubble(all, 3), 3)
	require.Empty(t, inBubble(all, 0), "0 is no bubble")
}

func TestParseGoroutinesOfThisProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		mu.Lock()
		never := make(chan int)
		go func() { <-never }()
		go func() { mu.Lock() }()
		go func() { time.Sleep(time.Hour) }()
		go func() { outside <- 1 }()
		want := []string{"chan receive (durable)", "chan send", "sleep (durable)", "sync.Mutex.Lock"}
		for range 1_000_000 {
			if slices.Equal(states(bubbleGoroutines()), want) {
				break
			}
			runtime.Gosched()
		}
		require.Equal(t, want, states(bubbleGoroutines()))
		mu.Unlock()
		close(never)
		<-outside
		time.Sleep(2 * time.Hour)
	})
}

// outside is a channel of no bubble, so waiting for it is not durable.
var outside = make(chan int)

// states returns the goroutines' states in order of the alphabet.
func states(all []goroutine) (text []string) {
	for _, g := range all {
		s := g.state
		if g.durable {
			s += " (durable)"
		}
		text = append(text, s)
	}
	slices.Sort(text)
	return text
}

func TestIsStandard(t *testing.T) {
	for function, want := range map[string]bool{
		"sync.(*Mutex).Lock":                        true,
		"time.Sleep":                                true,
		"internal/poll.(*FD).Read":                  true,
		"encoding/gob.(*Encoder).Encode":            true,
		"main.main":                                 false,
		"example.com/raft.(*Raft).tick":             false,
		"github.com/me/sync.Wait":                   false,
		"raft.(*Raft).tick":                         false,
		"6.5840/raft1.(*Raft).ticker":               false,
		"synctest/raft.Make":                        false,
		"github.com/raftcheck/raftcheck/raft.New.1": false,
		"github.com/raftcheck/raftcheck/standin/lock.(*waiter).wait": true,
	} {
		require.Equal(t, want, isStandard(function), function)
	}
}

// A goroutine is the implementation's wherever it is at the moment.
func TestForeign(t *testing.T) {
	all := parseGoroutines(dump + `
goroutine 11 [chan receive (durable), synctest bubble 3]:
github.com/raftcheck/raftcheck/labrpc.(*Peer).Call(0xc000012340)
	/home/me/labrpc/call.go:7 +0x10
example.com/raft.(*Raft).ask(0xc000012340)
	/home/me/raft/raft.go:40 +0x10
created by example.com/raft.(*Raft).elect in goroutine 5
	/home/me/raft/raft.go:41 +0x10

goroutine 12 [sleep (durable), synctest bubble 3]:
time.Sleep(0x1)
	/usr/local/go/src/runtime/time.go:30 +0x10
created by example.com/raft.Make in goroutine 5
	/home/me/raft/raft.go:42 +0x10

goroutine 13 [chan receive (durable), synctest bubble 3]:
github.com/raftcheck/raftcheck/suites/world.(*instance).applyLoop(0xc000012340)
	/home/me/world/delivery.go:7 +0x10
created by sync.(*WaitGroup).Go in goroutine 4
	/usr/local/go/src/sync/waitgroup.go:30 +0x10
`)
	at := func(i int) string { f, _ := all[i].foreign(); return f.position }
	require.Equal(t, "/home/me/raft/apply.go:7", at(2))
	require.Equal(t, "/home/me/raft/raft.go:40", at(4), "in a call")
	require.Equal(t, "/home/me/raft/raft.go:42", at(5), "by who made it")
	_, ok := all[6].foreign()
	require.False(t, ok, "the world's own")
}

func TestDescribeGroups(t *testing.T) {
	all := parseGoroutines(dump)
	text := describe([]goroutine{all[2], all[0], all[2]})
	require.Equal(t, `2 goroutine(s) [chan send]
    example.com/raft.(*Raft).apply
        /home/me/raft/apply.go:7
    created by example.com/raft.Make
        /home/me/raft/raft.go:6
1 goroutine(s) [running]
    example.com/raft.(*Raft).spin
        /home/me/raft/raft.go:10
    example.com/raft.(*Raft).loop
        /home/me/raft/raft.go:20
    created by example.com/raft.Make
        /home/me/raft/raft.go:5
`, text)
}

// A call is under way where the implementation's method is the next frame to that of
// raftcheck which called it.
func TestIsCalledIn(t *testing.T) {
	const dump = `goroutine 9 [chan send (durable), synctest bubble 3]:
example.com/raft.(*Raft).apply(0xc000010000)
	/src/raft/raft.go:50 +0x1
example.com/raft.(*Raft).Start(0xc000010000)
	/src/raft/raft.go:10 +0x1
github.com/raftcheck/raftcheck/suites/world.(*ground).callingFor(0xc000020000)
	/src/suites/world/ground.go:117 +0x1
`
	g := parseGoroutines(dump)[0]
	require.True(t, g.isCalledIn("Start"))
	require.False(t, g.isCalledIn("apply"))
	require.False(t, g.isCalledIn("art"))
	require.Equal(t, "example.com/raft.(*Raft).apply (/src/raft/raft.go:50)\n  called by example.com/raft.(*Raft).Start (/src/raft/raft.go:10)", g.foreignPath())
	require.Equal(t, g.foreignPath(), Foreign(dump))
	g.stack = g.stack[2:]
	require.False(t, g.isCalledIn("Start"), "it has returned")
	require.Empty(t, g.foreignPath())
	require.Empty(t, Foreign("no dump"))
}
