// Package stalls judges a Raft whose goroutines stand still before they lock, as
// they do on a machine that is busy, that collects garbage, or that moves to another
// host. What one has checked may be otherwise when it acts, if it unlocks in between.
// The locks are those of the stand-in for package sync; without it all scenarios are
// skipped.
package stalls
