// Command standin runs a command, such as go test, in which chosen packages are
// built with stand-ins for packages sync and time.
//
// Usage:
//
//	go run github.com/raftcheck/raftcheck/standin [-rewrite PATTERNS] -- COMMAND...
//
//	-rewrite PATTERNS  the packages to build with the stand-ins, as package patterns
//	                   with commas between them (./...)
//
// In the bubble in which a Raft is judged, time stands still while a goroutine
// waits for a mutex of package sync, and whoever sleeps wakes at the very instant
// that he slept for. On a real clock time goes on, and he wakes a little later. Code
// may well be correct only there: a mutex that is held while something is sent, a
// loop that looks at the time until a deadline has passed. With the stand-ins
// (packages [github.com/raftcheck/raftcheck/standin/sync] and
// [github.com/raftcheck/raftcheck/standin/time]) it is judged as on a real clock.
//
// A module that requires raftcheck has its own packages and a library judged so by
//
//	go run github.com/raftcheck/raftcheck/standin -rewrite ./...,github.com/hashicorp/raft/... -- go test ./...
//
// No file of the module is changed, and none of the module cache. The command gets
// an overlay (see go help build) by the environment variable GOFLAGS, in which the
// files of the chosen packages import the stand-ins. Modules of the module cache,
// which an overlay cannot reach, are replaced by temporary copies. Positions in
// messages are those of the originals. Raftcheck's own packages stay as they are,
// but for its Raft.
//
// A package that is built with the stand-ins has mutexes, a Once and timers of other
// types than package sync and time have. One that hands them to a package that is
// not chosen does not compile; choose both. All other types are the originals.
//
// It exits with the command's exit status, or with 2 if it could not run it.
package main
