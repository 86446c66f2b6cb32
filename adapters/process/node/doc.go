// Package node has a program of any language be a replica, in the same virtual time as
// a Raft in Go.
//
// The program, a node, has no clock and no network: it reads an event from its
// standard input, a line of JSON, and answers with a line that has its term, whether it
// leads, and the actions that it takes. The adapter carries them out. So the time that
// a node thinks is no time in the bubble, and one seed gives one run. The protocol is
// in docs/plugging-in/process.md, in as many words as it takes to write a node.
//
// # Inside and outside of the bubble
//
// A replica's goroutines are in a bubble, those that deal with its process are not:
// they wait on the real clock for pipes, and for the process to end. The two meet on
// channels that are made outside. Whoever waits for one of those in a bubble keeps its
// time from passing, and that is what is wanted while a node thinks.
//
//	Raft ──event──▶ process ──line──▶ the node's program
//	  ▲               │
//	  └────answer─────┘
//
// # A node that does what it should not
//
// What is no answer, or none in time, ends the process. [Raft] panics then in the call
// from outside, or in the next one if there was none, with what was expected, what came
// and where, and the last lines that the node wrote to its standard error. If it was the
// answer to the first event, Make returns that as its error.
package node
