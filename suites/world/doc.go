// Package world is what a story lives in: replicas of the Raft under test, their
// network and disks, a key-value service on top, its clients, and the judges that
// watch.
//
// [Live] makes the world of a [Plan], lets it live and judges it; its [Account]
// tells what happened. The story is a function that drives the [Cluster] by verbs.
//
// # A life
//
// Replicas boot one after the other, the story is told, and then every life ends
// alike: faults stop, all replicas come back, the cluster must commit on all of
// them, and every key is read. The replicas are killed, and ten seconds later
// none of their goroutines may be left. The real clock judges afterwards.
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
// themselves fail a story in which nobody is elected or nothing is committed in
// time. The first [Failure] ends the story; only a history that is not
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
// Every wait of the world's own has a bound, and the goroutine a run depends on
// never calls into the implementation. So most faults have a verdict in virtual
// time: a call that does not return, a goroutine that is left, a panic in Make,
// Start, GetState, Snapshot, ReadIndex, TransferLeadership, Kill or a handler. Where
// virtual time stands still, package bubble says why; such a run is given up, and its
// history is not given to Porcupine.
//
// # One seed, one trace
//
// Two runs with the same seed see the same events at the same nanoseconds, on any
// number of processors, if the implementation draws its random numbers from
// Env.Rand and keeps the contract. The world has no two events of its own at one
// instant, and the network decides the fate of a message by its content. A story
// does its part if it
//
//   - draws from [Cluster.Rand], and from one goroutine only;
//   - starts goroutines by [Cluster.Go], which gives each an instant of its own;
//   - lets them meet by verbs, not by channels: two that wake at one instant act
//     in an order that the Go scheduler chooses;
//   - waits by [Cluster.Sleep] and [Cluster.Until], not by package time, whose
//     round durations are also the replicas';
//   - does not range over a map.
package world
