// Package chaos judges a Raft by random worlds. From one seed comes a cluster of
// three to seven replicas, clients with their operations, and faults of
// every kind that network and disks know: loss, duplication, delay, reordering,
// one-way cuts, partitions, bridges, held links, crashes, crash points, the crash
// of all replicas, pauses, slow disks and slow services.
//
// Each seed chooses a random subset of the kinds of faults and gives them random
// weights (Groce et al., Swarm Testing, 2012), so that rare combinations get whole
// runs: a fault that never lets up hides others.
//
// Where the implementation is built with the stand-in for package sync, the same
// worlds are run once more with times in which locks stall.
//
// What is drawn is a [Schedule]: a list of timed actions and client operations.
// It is data. It can be written to a file and run again with -raft.schedule=FILE,
// and what runs it does not know the generator. A schedule that fails is reduced
// to a smaller one that breaks the same property, see [Schedule.Reduce].
//
// A run has two phases. In the first one the schedule does what it likes, in half of
// the worlds up to the end, in the others with a calm stretch before it, and
// safety must hold. Then, as in every scenario, faults stop, all replicas come
// back and the cluster must commit again.
//
// Files in testdata/regressions are schedules that failed once; they are run
// first, in this package and in any other that runs the suite.
package chaos
