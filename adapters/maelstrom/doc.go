// Command maelstrom judges nodes that were written for Maelstrom
// (github.com/jepsen-io/maelstrom), as they are, by its workload lin-kv: a key-value store
// that has to be linearizable. It runs them itself, on the wall clock, and needs neither
// Maelstrom nor a JVM.
//
// Usage:
//
//	go run github.com/raftcheck/raftcheck/adapters/maelstrom -bin ./node [flags] [-- ARGUMENTS]
//
//	-bin PATH       the node's program; what follows -- are its arguments
//	-nodes N        how many nodes (3)
//	-run PATTERN    only stories that match: Steady, Delays, Losses, Duplicates,
//	                Partitions, Pauses, Kills, Everything
//	-seed N         seed of the first run of each story (1)
//	-seeds N        how many seeds to run each story with (1)
//	-time D         how long the faults of each story go on (default: some seconds, as the
//	                story needs)
//	-persists       what a node has answered for outlives its process: kill nodes and start
//	                them again; each has a working directory of its own, which stays
//	-duplicates     messages between nodes may arrive twice
//	-artifacts DIR  where stories that are not valid leave what they have
//	-v              tell the faults of valid stories, too
//
// It exits as Jepsen does: with 0 if all is valid, with 1 if something is invalid, with 2
// if that is not known (also if it was interrupted), with 254 if the arguments are wrong
// and with 255 if the command itself failed. What is judged is in
// docs/plugging-in/maelstrom.md.
package main
