// Package harness runs scenarios: it lets a world live through the story of each,
// with the seeds that the flags ask for, and reports what came of it.
//
// A suite is a table of [Scenario] values, and [Run] judges an implementation by
// one. A story is a function that reads as what happens to the cluster, in the
// verbs of [world.Cluster]:
//
//	func leaderLoss(c *world.Cluster) {
//		c.Commit(3)
//		leader := c.CheckOneLeader()
//		c.Disconnect(leader)
//		c.CheckOneLeader()
//		c.Commit(2)
//	}
//
// # A run
//
// A run is one scenario with one seed, in virtual time: package world says how it
// goes, and package bubble what happens to one that hangs.
//
//	Suite ──Run──▶ seeds ──Live──▶ world ──Account──▶ Result, report, run.json
//
// A run that fails is run a second time at once, and the report says whether it
// replayed or where the two runs part. What messages say is recorded in the
// second run only. If the scenario can be reduced, a smaller one is looked for
// that fails in the same way.
//
// # Many seeds
//
// The goroutines of a world take turns, and a processor that is theirs alone runs
// them faster than several do. So the seeds of a scenario, if there are four or
// more, are spread over processes with one processor each, as many as there are
// processors: runs are told of in the order of their seeds and to the same
// letter, whichever process they were in. One that dies is a verdict, as below,
// and what the implementation prints is shown only then. -raft.procs=1 runs all
// seeds in the process of the test, and so does go test with a profile or
// -cover, which would measure nothing else.
//
// # Implementations that end their process
//
// A panic in a goroutine of the implementation's own ends the process, and so do
// os.Exit, log.Fatal and a race for a map. The scenarios after it do not run
// then, and only go test -v tells which one it was. With -raft.isolate each
// scenario has a process of its own. One that dies is a verdict, with what the
// runtime said and the implementation's frames; the seeds and scenarios after it
// still run. It costs a few milliseconds a scenario. What the implementation
// prints is then shown only if its process dies.
//
// # Flags
//
// They are the test binary's, so they follow the package: go test
// ./suites/election -raft.seeds=100.
//
//	-raft.seed=N        seed of the first run of each scenario (1)
//	-raft.seeds=N       how many seeds to run, from there on (1)
//	-raft.prove=false   do not run a seed that failed a second time
//	-raft.shrink=D      how long to look for a smaller schedule that fails in the
//	                    same way, where a scenario can be reduced (30s)
//	-raft.procs=N       over how many processes to spread the seeds of a scenario
//	                    (as many as there are processors, if there are enough
//	                    seeds); 1 stays in this one
//	-raft.isolate       run each scenario in a process of its own
//	-raft.patience=D    real time for which virtual time may stand still (8s)
//	-raft.memory=N      how many MiB of memory a process may hold (2048)
//	-raft.realtime      run on the wall clock
//	-raft.leaks=false   count goroutines that are left, but let them pass
//	-raft.replay=CMD    what replay lines name instead of go test
//	-raft.artifacts=DIR where failing runs leave trace, history and report
//	-raft.alike=N       stop when the first N runs all hang or panic alike (3)
//	-raft.keep          write artifacts for passing runs, too
package harness
