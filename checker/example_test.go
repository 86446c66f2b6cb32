package checker_test

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

// A put has returned, and a later read answers what was there before.
func ExampleCheck() {
	var now time.Duration
	r := checker.NewRecorder(func() time.Duration { now += 100 * time.Millisecond; return now })
	do := func(client int, in checker.Input, out checker.Output) {
		id := r.Call(client, 0, in)
		r.Return(id, out, 0)
	}
	do(0, checker.Input{Kind: checker.Put, Key: "x", Value: "a"}, checker.Output{})
	do(1, checker.Input{Kind: checker.Put, Key: "x", Value: "b"}, checker.Output{})
	do(2, checker.Input{Kind: checker.Get, Key: "x"}, checker.Output{Value: "a", Found: true})

	result := checker.Check(r.History(), checker.Limits{})
	fmt.Println(result.Verdict)
	fmt.Println(result.Explain())
	// Output:
	// illegal
	// key x is not linearizable: it must have held "a" from 0.200s to 0.500s, but "b" at a moment from 0.300s to 0.400s
	// these cannot all be true:
	//   #1 put(x, "a") by client 0 on replica 0, [0.100s, 0.200s], returned
	//   #2 put(x, "b") by client 1 on replica 0, [0.300s, 0.400s], returned
	//   #3 get(x) by client 2 on replica 0, [0.500s, 0.600s], answered "a"
}

// The client of a put gave up. The put may still take effect, and does.
func ExampleRecorder() {
	var now time.Duration
	r := checker.NewRecorder(func() time.Duration { now += 100 * time.Millisecond; return now })
	id := r.Call(0, 2, checker.Input{Kind: checker.Put, Key: "x", Value: "a"})
	r.Unknown(id)
	id = r.Call(1, 0, checker.Input{Kind: checker.Get, Key: "x"})
	r.Return(id, checker.Output{}, 0)
	id = r.Call(1, 0, checker.Input{Kind: checker.Get, Key: "x"})
	r.Return(id, checker.Output{Value: "a", Found: true}, 0)

	fmt.Println(checker.Check(r.History(), checker.Limits{}).Verdict)
	// Output: ok
}

// Two replicas say that they lead the same term.
func ExampleSafety() {
	s := checker.NewSafety(3)
	s.Observe(1200*time.Millisecond, 0, 4, true)
	s.Observe(1300*time.Millisecond, 1, 4, false)
	s.Observe(1400*time.Millisecond, 2, 4, true)
	fmt.Println(s.First())
	// Output:
	// Election Safety violated: at most one leader is elected in a term (§5.2)
	//   1.200s  replica 0 said it is the leader of term 4
	//   1.400s  replica 2 said it is the leader of term 4
}
