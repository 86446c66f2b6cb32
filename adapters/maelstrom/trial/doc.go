// Package trial runs a story: nodes, a network between them that has faults, clients that
// read and write, and what came of it.
//
// It runs on the clock of package time, which is virtual in a testing/synctest bubble: its
// tests run it there, with nodes that are no processes. On the wall clock a seed gives the
// same plan of faults, the same operations and the same fate to the n-th message of a link,
// and not the same run.
//
// Only what travels between nodes gets lost, or arrives twice. Clients and services, as
// lin-kv, are always reachable, as they are in Maelstrom; with them a message may only
// take its time.
package trial
