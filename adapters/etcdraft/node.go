package etcdraft

import (
	"fmt"
	"runtime/debug"

	"go.etcd.io/raft/v3"
)

// do has the node to itself while f runs, and then handles what came of it. It
// does nothing once the replica is killed.
//
// The library panics where its invariants are broken. The node is not used
// again then: whoever calls next panics with the same.
func (r *Raft) do(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mustBeWhole()
	if r.isKilled() {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			r.broken = fmt.Errorf("etcd-raft: %v\n%s", v, debug.Stack())
			panic(v)
		}
	}()
	f()
	r.handleReady()
}

// mustBeWhole expects r.mu to be held.
func (r *Raft) mustBeWhole() {
	if r.broken != nil {
		panic(r.broken)
	}
}

// doSafely is do for the replica's own goroutines. A panic there would end the
// process, and every other scenario with it; so it is left to the next call from
// outside, where it is caught and reported.
func (r *Raft) doSafely(f func()) {
	defer func() { _ = recover() }() // do keeps it
	r.do(f)
}

// handleReady does what the node asks for until it asks for nothing more: save,
// then send, then apply. It expects r.mu to be held.
func (r *Raft) handleReady() {
	var readable []raft.ReadState
	for r.node.HasReady() {
		ready := r.node.Ready()
		r.disk.save(ready)
		for _, m := range ready.Messages {
			r.send(m)
		}
		r.queue.add(r.apply(ready)...)
		readable = append(readable, ready.ReadStates...)
		r.node.Advance(ready)
	}
	r.reads.answer(readable, r.queue.lastIndex())
}

// must panics for errors that the library returns only if it is misused.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("etcdraft: %v", err))
	}
}

// logger gives a node's log to the replica's. It leaves out what the library
// logs for debugging, which is a line or more for every message.
type logger struct {
	logf func(format string, args ...any)
}

var _ raft.Logger = logger{}

func (logger) Debug(...any)          {}
func (logger) Debugf(string, ...any) {}

func (l logger) Info(v ...any)                 { l.logf("%s", fmt.Sprint(v...)) }
func (l logger) Infof(format string, v ...any) { l.logf(format, v...) }

func (l logger) Warning(v ...any)                 { l.Info(v...) }
func (l logger) Warningf(format string, v ...any) { l.logf(format, v...) }

func (l logger) Error(v ...any)                 { l.Info(v...) }
func (l logger) Errorf(format string, v ...any) { l.logf(format, v...) }

// A default logger's Fatal ends the process.
func (l logger) Fatal(v ...any)                 { l.Panic(v...) }
func (l logger) Fatalf(format string, v ...any) { l.Panicf(format, v...) }

func (l logger) Panic(v ...any)                 { panic(fmt.Sprint(v...)) }
func (l logger) Panicf(format string, v ...any) { panic(fmt.Sprintf(format, v...)) }
