// Package tester stands in for the lab's package of that name, as far as a Raft
// uses it. Its Persister is in persister.go.
package tester

// Annotate marks an event in the lab's own drawings; there are none here.
func Annotate(tag, desp, details string) {}
