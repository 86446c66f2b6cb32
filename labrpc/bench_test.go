package labrpc

import (
	"testing"
	"testing/synctest"
)

// appendEntriesArgs and its like have the size of the messages that fill a Raft
// cluster's network.
type appendEntriesArgs struct {
	Term, LeaderID, PrevLogIndex, PrevLogTerm, LeaderCommit int
	Entries                                                 []benchEntry
}

type benchEntry struct {
	Term    int
	Command any
}

type appendEntriesReply struct {
	Term    int
	Success bool
	XTerm   int
	XIndex  int
	XLen    int
}

type benchCommand struct {
	ID         int
	Key, Value string
}

type benchServer struct{}

func (benchServer) AppendEntries(args *appendEntriesArgs, reply *appendEntriesReply) {
	reply.Term, reply.Success = args.Term, true
}

// BenchmarkCall measures round trips of AppendEntries with one entry in a
// bubble; the goal is 50,000 a second on one core.
func BenchmarkCall(b *testing.B) {
	b.ReportAllocs()
	args := appendEntriesArgs{Term: 3, PrevLogIndex: 100, PrevLogTerm: 3, LeaderCommit: 99,
		Entries: []benchEntry{{3, benchCommand{7, "key-1", "value-123"}}}}
	inBubble(b, func() {
		n := New(Config{Replicas: 2, Conditions: Reliable})
		defer n.Close()
		client, server := n.Boot(0), n.Boot(1)
		if err := server.Serve(benchServer{}); err != nil {
			b.Fatal(err)
		}
		peer := client.Peers()[1]
		for i := range b.N {
			args.PrevLogIndex = i
			var reply appendEntriesReply
			if !peer.Call("benchServer.AppendEntries", &args, &reply) || reply.Term != 3 {
				b.Error("call failed on a reliable network")
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

// inBubble runs f in a synctest bubble, which only a test can open.
func inBubble(b *testing.B, f func()) {
	done := false // -count and -cpu repeat the test too, not only the benchmark
	test := testing.InternalTest{Name: b.Name(), F: func(t *testing.T) {
		if !done {
			done = true
			synctest.Test(t, func(*testing.T) { f() })
		}
	}}
	all := func(_, _ string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{test}) {
		b.Fatal("the bubble failed")
	}
}
