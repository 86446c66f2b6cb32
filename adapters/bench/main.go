package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/adapters/etcdraft"
	"github.com/raftcheck/raftcheck/adapters/hashicorpraft"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// commands is how many commands a throughput run commits more than an idle
	// run of the same kind, which is subtracted.
	commands = 4000
	// inFlight is how many clients the concurrent runs have.
	inFlight = 64
	// rounds is how often each figure is taken; the median counts.
	rounds = 5
	// deaths is how many leaders die.
	deaths = 20
)

var output = flag.String("o", "", "file to write the table to (required)")

// main opens a test, because only a test can open a synctest bubble.
func main() {
	all := func(_, _ string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "Bench", F: compare}}, nil, nil)
}

func compare(t *testing.T) {
	if *output == "" {
		t.Fatal("-o is missing: the file to write the table to")
	}
	runtime.GOMAXPROCS(1)
	var b strings.Builder
	fmt.Fprint(&b, "# Rafts side by side\n\nMade by `go -C adapters/bench run . -o ../../docs/bench.md`: three replicas on the reliable simulated network, one processor, medians of ",
		rounds, " runs.\n\n",
		"| implementation | commits/s of wall time, one at a time | commits/s, 64 in flight | RPCs a commit | bytes a commit | virtual time to a new leader, median | longest |\n",
		"|---|---|---|---|---|---|---|\n")
	for _, impl := range []raftiface.Implementation{raft.Implementation(), etcdraft.Implementation(), hashicorpraft.Implementation()} {
		f := measure(t, impl)
		fmt.Fprintf(&b, "| %s %s | %.0f | %.0f | %.2f | %.0f | %v | %v |\n", impl.Name, impl.Version,
			f.sequential, f.concurrent, f.messages, f.bytes, f.election.Round(time.Millisecond), f.longest.Round(time.Millisecond))
	}
	fmt.Fprint(&b, "\nA request and its reply are one RPC, and so is a datagram. RPCs and bytes are those of one client's commands, heartbeats included. ",
		"Leaders die one after the other, ", deaths, " times; the time is from the crash until another replica says it leads.\n")
	if err := os.WriteFile(*output, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// figures are what one implementation came to.
type figures struct {
	sequential, concurrent float64 // commits a second
	messages, bytes        float64 // a commit, one at a time
	election, longest      time.Duration
}

func measure(t *testing.T, impl raftiface.Implementation) (f figures) {
	var sequential, concurrent []float64
	for range rounds {
		one, many := throughput(t, impl, 1), throughput(t, impl, inFlight)
		sequential, concurrent = append(sequential, one.perSecond), append(concurrent, many.perSecond)
		f.messages, f.bytes = one.messages, one.bytes
	}
	f.sequential, f.concurrent = median(sequential), median(concurrent)
	took := elections(t, impl)
	f.election, f.longest = median(took), slices.Max(took)
	return f
}

type rate struct{ perSecond, messages, bytes float64 }

// throughput returns what commands cost with a number of clients, less what the
// run costs without any.
func throughput(t *testing.T, impl raftiface.Implementation, clients int) rate {
	idle, busy := run(t, impl, putting(clients, 0)), run(t, impl, putting(clients, commands))
	return rate{
		perSecond: commands / (busy.Wall - idle.Wall).Seconds(),
		messages:  float64(busy.Messages-idle.Messages) / commands,
		bytes:     float64(busy.Bytes-idle.Bytes) / commands,
	}
}

// putting is a story in which clients put n values altogether, each its next
// one as soon as the last is committed.
func putting(clients, n int) func(*world.Cluster) {
	return func(c *world.Cluster) {
		c.CheckOneLeader()
		for i := range clients {
			client := c.NewClient()
			c.Go(func() {
				for j := range n / clients {
					client.Put(fmt.Sprint("key ", i%16), fmt.Sprint(i, ".", j))
				}
			})
		}
	}
}

// elections returns how long it took, in virtual time, to have a new leader
// after the old one died.
func elections(t *testing.T, impl raftiface.Implementation) (took []time.Duration) {
	run(t, impl, func(c *world.Cluster) {
		for range deaths {
			leader := c.CheckOneLeader()
			c.Commit(c.Size())
			c.Crash(leader)
			died := c.Now()
			c.CheckOneLeader()
			took = append(took, c.Now()-died)
			c.Restart(leader)
			c.Commit(c.Size())
		}
	})
	return took
}

// run runs a story once.
func run(t *testing.T, impl raftiface.Implementation, story func(*world.Cluster)) harness.Result {
	sc := harness.Scenario{Name: "Bench", Claim: "It works.", Paper: "§5", Replicas: 3, Story: story}
	result, _ := harness.RunSeed(t, impl, "bench", sc, 1)
	if result.Failure != nil {
		t.Fatalf("%s: %v", impl.Name, result.Failure)
	}
	return result
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
