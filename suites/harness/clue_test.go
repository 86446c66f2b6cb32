package harness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/runfile"
	"github.com/raftcheck/raftcheck/suites/world"
)

const panicStack = `goroutine 71 [running]:
runtime/debug.Stack()
	/usr/local/go/src/runtime/debug/stack.go:26 +0x5e
github.com/raftcheck/raftcheck/suites/world.(*ground).callingFor.func2()
	/src/raftcheck/suites/world/ground.go:110 +0x45
panic({0x7a3a20?, 0xc0001b2048?})
	/usr/local/go/src/runtime/panic.go:783 +0x132
example.com/x/raft.(*log).at(...)
	/home/a student/raft/log.go:12
example.com/x/raft.(*Raft).Start(0xc0001ae000, {0x6f5a20, 0xc000012345})
	/home/a student/raft/raft.go:345 +0x1a5
example.com/x/raft.(*Raft).more(0xc0001ae000)
	/home/a student/raft/raft.go:400 +0x1a5
github.com/raftcheck/raftcheck/suites/world.(*ground).callingFor(0xc0001b6000)
	/src/raftcheck/suites/world/ground.go:113 +0x9c
`

// What failures show has no addresses, arguments, times and numbers of goroutines.
func TestClues(t *testing.T) {
	for _, c := range []struct {
		property checker.Property
		fact     string
		detail   string
		want     string
	}{
		{world.NoPanic, "replica 1 panicked in Start: no", panicStack, "panic in raft.(*log).at (log.go:12), called by raft.(*Raft).Start (raft.go:345)"},
		{world.NoPanic, "replica 1 panicked in Start: no", "panic: no\n\n" + panicStack, "panic in raft.(*log).at (log.go:12), called by raft.(*Raft).Start (raft.go:345)"},
		{world.NoPanic, "replica 1 panicked in Start: no", "", ""},
		{world.ContractWaiting, "a goroutine spins: it runs without ever waiting, in a/raft.(*Raft).tick (/x y/raft.go:7)\n  called by a/raft.Make.func1 (/x y/raft.go:9)\n  called by a/b.c (/d.go:1)", "",
			"waiting in raft.(*Raft).tick (raft.go:7), called by raft.Make.func1 (raft.go:9)"},
		{world.ContractWaiting, "a mutex is held by a goroutine that waits:\n  12 goroutine(s) wait for a mutex, such as in raft.(*Raft).GetState (/raft.go:1)\n  the holder is likely one in \"chan send\" at raft.(*Raft).apply (/raft.go:2)\n  or in \"select\" at raft.(*Raft).send (/raft.go:3)", "",
			"waiting in raft.(*Raft).apply (raft.go:2)"},
		{world.CommitLiveness, "a mutex is held since Lock in raft.(*Raft).vote (/raft.go:4)\n  a goroutine has waited for it for 2s in raft.(*Raft).tick (/raft.go:5)", "",
			"waiting in raft.(*Raft).vote (raft.go:4)"},
		{world.CommitLiveness, "no agreement on #7 within 10s", "", ""},
	} {
		f := &runfile.File{Suite: "s", Scenario: "S", Seed: 3, Numbers: runfile.Numbers{Events: 80},
			Failure: &runfile.Failure{Property: string(c.property), At: time.Second, Facts: []string{c.fact}, Detail: c.detail}}
		var want *Clue
		if c.want != "" {
			want = &Clue{"s", "S", 3, c.want, time.Second, 80}
		}
		require.Equal(t, want, ClueOf(f), c.fact)

		f.Course = &runfile.Course{First: &runfile.Step{Rule: "one vote", Place: 42, Event: runfile.Event{At: 7}}}
		require.Equal(t, &Clue{"s", "S", 3, "one vote", 7, 42}, ClueOf(f), "the first wrong step tells more")
	}
	require.Nil(t, ClueOf(&runfile.File{}), "it passed")
}
