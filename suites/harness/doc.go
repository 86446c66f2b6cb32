// Package harness runs scenarios: it lets a cluster of the Raft under test live
// through a story and judges what it did.
//
// A suite is a table of [Scenario] values, and [Run] judges an implementation by
// one. A story is a function that reads as what happens to the cluster, in the
// verbs of [Cluster]:
//
//	func leaderLoss(c *harness.Cluster) {
//		c.Commit(3)
//		leader := c.CheckOneLeader()
//		c.Disconnect(leader)
//		c.CheckOneLeader()
//		c.Commit(2)
//	}
//
// # A run
//
// A run is one scenario with one seed. It lives in a bubble of package
// testing/synctest, in virtual time. Replicas boot one after the other, the story
// is told, and then every story ends alike: faults stop, all replicas come back,
// the cluster must commit on all of them, and every key is read. The replicas
// are killed, and ten seconds later none of their goroutines may be left. The
// real clock judges afterwards.
//
//	story ──verbs──▶ Cluster ──▶ Network, disks: faults
//	  │                 │
//	clients ──Start──▶ replica ──apply channel──▶ service ──▶ clients' answers
//	  │                 │                            │
//	Recorder          GetState                 applied commands
//	  │                 │                            │
//	Porcupine           └──────────▶ Safety ◀────────┘
//
// Three judges watch. What clients called and were answered is a history, and
// Porcupine says whether it is linearizable. What replicas say and deliver goes
// to the safety oracles, which know the paper's properties. And the verbs
// themselves fail a scenario in which nobody is elected or nothing is committed
// in time. The first failure ends the story; only a history that is not
// linearizable displaces a lesser one.
//
// A client learns one of three things of an operation: its result; that it
// certainly never happened, because the replica refused it or another command
// was applied at its index; or nothing, and then the operation may take effect
// any time later. What the log shows in the end is added to the history: that an
// operation did take effect, at which index, or that it never will.
//
// A [Client] leaves it at that. A [Session] asks again until it is answered, and
// the service does what it asks for once, so the history has one operation then:
// its index is that of its first command in the log.
//
// # What hangs, spins, leaks and panics
//
// Every wait of the harness has a bound, and the goroutine a run depends on never
// calls into the implementation. So most faults have a verdict in virtual time:
// a call that does not return, a goroutine that is left, a panic in Make, Start,
// GetState, Snapshot, ReadIndex, Kill or a handler.
//
// Virtual time passes only while every goroutine of the bubble waits for it, or
// for another one of the bubble. It stands still for ever if a goroutine spins,
// if one waits for a mutex whose holder waits for something else, or if one waits
// for real I/O or for a channel from outside the bubble. A watchdog outside looks
// at the clock, and when it has stood still for the time of -raft.patience, it
// says which of these it is, and where. The bubble is abandoned with all that is
// in it: its memory stays, and if it spins, a processor. What such a run did is
// not given to Porcupine. A run whose process holds more than -raft.memory is
// ended, too.
//
// A panic in a goroutine of the implementation's own ends the process, and so do
// os.Exit, log.Fatal and a race for a map. The scenarios after it do not run
// then, and only go test -v tells which one it was. With -raft.isolate each
// scenario has a process of its own. One that dies is a verdict, with what the
// runtime said and the implementation's frames; the seeds and scenarios after it
// still run. It costs a few milliseconds a scenario. What the implementation
// prints is then shown only if its process dies.
//
// On the wall clock, with -raft.realtime, there is no watchdog and nobody looks
// for goroutines that are left.
//
// # One seed, one trace
//
// Two runs with the same seed see the same events at the same nanoseconds, on any
// number of processors, if the implementation draws its random numbers from
// Env.Rand and keeps the contract. The harness has no two events of its own at
// one instant, and the network decides the fate of a message by its content. A
// story does its part if it
//
//   - draws from [Cluster.Rand], and from one goroutine only;
//   - starts goroutines by [Cluster.Go], which gives each an instant of its own;
//   - lets them meet by verbs, not by channels: two that wake at one instant act
//     in an order that the Go scheduler chooses;
//   - waits by [Cluster.Sleep] and [Cluster.Until], not by package time, whose
//     round durations are also the replicas';
//   - does not range over a map.
//
// A run that fails is run a second time at once, and the report says whether it
// replayed or where the two runs part. What messages say is recorded in the
// second run only.
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
//	-raft.isolate       run each scenario in a process of its own
//	-raft.patience=D    real time for which virtual time may stand still (8s)
//	-raft.memory=N      how many MiB of memory the process may hold (2048)
//	-raft.realtime      run on the wall clock
//	-raft.leaks=false   count goroutines that are left, but let them pass
//	-raft.replay=CMD    what replay lines name instead of go test
//	-raft.artifacts=DIR where failing runs leave trace, history and report
//	-raft.keep          write artifacts for passing runs, too
package harness
