package harness

import (
	"flag"
	"time"
)

// The flags of every test binary that runs scenarios.
var (
	seedFlag      = flag.Uint64("raft.seed", 1, "seed of the (first) run of each scenario")
	seedsFlag     = flag.Int("raft.seeds", 1, "how many seeds to run each scenario with, from -raft.seed on")
	realtimeFlag  = flag.Bool("raft.realtime", false, "run on the wall clock instead of in virtual time")
	artifactsFlag = flag.String("raft.artifacts", "", "directory for what failing scenarios leave (default: a new one in the system's temporary directory)")
	isolateFlag   = flag.Bool("raft.isolate", false, "run each scenario in a process of its own, so that one that ends its process costs only its own verdict")
	procsFlag     = flag.Int("raft.procs", 0, "spread the seeds of a scenario over so many processes, with one processor each (default: as many as there are processors, if there are enough seeds); 1 runs them in this one")
	patienceFlag  = flag.Duration("raft.patience", 8*time.Second, "how long, in real time, virtual time may stand still until a run counts as hung")
	memoryFlag    = flag.Int("raft.memory", 2048, "how much memory, in MiB, a process may hold until a run counts as boundless")
	leaksFlag     = flag.Bool("raft.leaks", true, "fail scenarios whose killed replicas leave goroutines; false only counts them")
	replayFlag    = flag.String("raft.replay", "", "command that replay lines name instead of go test; -run and -seed are appended")
	proveFlag     = flag.Bool("raft.prove", true, "run a seed that failed a second time, to tell whether it replays")
	shrinkFlag    = flag.Duration("raft.shrink", 30*time.Second, "how long to look for a smaller schedule that fails in the same way; 0 does not look")
	alikeFlag     = flag.Int("raft.alike", 3, "stop when so many runs, the first ones, all hang or panic alike; 0 goes on")
	keepFlag      = flag.Bool("raft.keep", false, "write artifacts for passing scenarios too")
)

// failFast reports whether go test is to stop at the first failure. Package
// testing does so between tests; a scenario, between its seeds.
func failFast() bool {
	f := flag.Lookup("test.failfast")
	return f != nil && f.Value.String() == "true"
}

// seedsChosen reports whether the caller says which seeds to run.
func seedsChosen() (chosen bool) {
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "raft.seed" || f.Name == "raft.seeds" })
	return chosen
}
