package explore

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A script is a plain run: what happens, and when, on a network that does nothing wrong.
type script struct {
	chaos.Schedule
	// stages are the times at which it goes on: a message that is late by more than a
	// moment arrives after the next of them.
	stages []time.Duration
	// gap is how long the cluster took to have another leader.
	gap time.Duration
}

// The pace of the script, by what the implementation itself takes.
const (
	moment = 5 * time.Millisecond
	client = 1
	key    = "a"
)

// write writes the script for an implementation: it plays the story once with the times
// as they come, and takes them down. A leader is elected, and two commands are committed;
// it is cut off with a third one that nobody else has; another one is elected, and commits
// a fourth; the first one comes back, and a fifth is committed. Where not all replicas
// are members, the last one joins before the leader is cut off, and that one is removed
// once it is back. It is not ok if something is wrong as soon as that; the rehearsal
// shows it.
func write(s harness.Search, plain chaos.Schedule) (written script, rehearsal harness.Scenario, ok bool) {
	rehearsal = plain.Scenario()
	rehearsal.Reduce = nil
	rehearsal.Story = func(c *world.Cluster) {
		w := &writer{script: script{Schedule: plain}, client: c.NewClient()}
		w.rehearse(c)
		written = w.script
	}
	ok = s.Play(rehearsal, false).Failure == nil
	return written, rehearsal, ok
}

// A writer takes down what happens when.
type writer struct {
	script
	client *world.Client
}

func (w *writer) rehearse(c *world.Cluster) {
	c.CheckOneLeader()
	w.append(c)
	w.append(c)
	if w.Members > 0 {
		w.change(c, chaos.Join, c.Size()-1, c.Members().WithVoter(c.Size()-1))
	}
	old := c.CheckOneLeader()
	since := c.Now()
	w.propose(c, old)
	w.do(c, chaos.Action{Do: chaos.Isolate, Replica: target(old)}, func() { c.Disconnect(old) })
	others := c.Others(old)
	c.CheckOneLeader(others...)
	w.gap = c.Now() - since
	w.until(c, "a command is applied by all that reach each other", func() bool {
		taken := w.propose(c, c.CheckOneLeader(others...))
		return len(taken) > 0 && c.WaitApplied(taken[0], len(others), c.ElectionTimeout()/2)
	})
	c.Sleep(moment)
	w.do(c, chaos.Action{Do: chaos.Heal}, c.Heal)
	c.Sleep(2 * c.Heartbeat())
	if w.Members > 0 {
		w.change(c, chaos.Remove, old, c.Members().Without(old))
	}
	w.append(c)
	c.Sleep(2 * c.Heartbeat())
	w.Length = chaos.Moment(c.Now())
}

// propose gives a replica a command. A client might still ask the one that is cut off.
func (w *writer) propose(c *world.Cluster, replica int) (taken []world.Proposal) {
	w.do(c, chaos.Action{Do: chaos.Propose, Replica: target(replica), Count: 1}, func() { taken = c.StartMany(replica, 1) })
	return taken
}

// append has the client append a value.
func (w *writer) append(c *world.Cluster) {
	w.until(c, "an append is answered", func() bool {
		c.Sleep(moment)
		value := fmt.Sprintf("%d ", len(w.Operations)+1)
		input := checker.Input{Kind: checker.Append, Key: key, Value: value}
		w.Operations = append(w.Operations, chaos.Operation{At: chaos.Moment(c.Now()), Client: client, Input: input})
		_, answered := w.client.Do(input)
		return answered
	})
	w.stages = append(w.stages, c.Now())
}

// until does something again and again until that succeeds. A leader that has just been
// elected may lose its office to a rival, and with it what it was given.
func (w *writer) until(c *world.Cluster, what string, succeeds func() bool) {
	for deadline := c.Now() + c.Patience(); !succeeds(); {
		c.CheckProgress(c.Now() < deadline, "it takes more than %v until %s, on a network without faults", c.Patience(), what)
		c.Sleep(moment)
	}
}

// change has the leader change the members, and asks again until it has.
func (w *writer) change(c *world.Cluster, kind chaos.Kind, replica int, to raftiface.Membership) {
	changed := func() bool { return c.Members().Equal(to) }
	w.until(c, fmt.Sprintf("the members are %v", to), func() bool {
		c.Sleep(moment)
		w.do(c, chaos.Action{Do: kind, Replica: target(replica)}, func() { c.AskChange(c.CheckOneLeader(), to) })
		return c.Until(2*c.Heartbeat(), changed)
	})
}

// do does an action.
func (w *writer) do(c *world.Cluster, a chaos.Action, do func()) {
	a.At = chaos.Moment(c.Now())
	w.Actions = append(w.Actions, a)
	do()
	w.stages = append(w.stages, c.Now())
}

func target(replica int) *chaos.Target {
	t := chaos.Target(replica)
	return &t
}
