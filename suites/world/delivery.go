package world

import (
	"fmt"
	"strconv"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// applyLoop receives what the Raft delivers, to the end of the scenario and so
// also after a crash, when it goes nowhere: a Raft that blocks on its apply
// channel cannot notice Kill.
func (in *instance) applyLoop() {
	select {
	case <-in.made:
	case <-in.closing:
		return
	}
	for {
		select {
		case msg, open := <-in.applyCh:
			if !open {
				return
			}
			in.deliver(msg)
		case <-in.closing:
			return
		}
	}
}

func (in *instance) deliver(msg raftiface.ApplyMsg) {
	in.takeTime()
	if in.isDown() {
		return
	}
	switch [3]bool{msg.CommandValid, msg.SnapshotValid, msg.MembershipValid} {
	case [3]bool{true, false, false}:
		in.apply(msg)
	case [3]bool{false, true, false}:
		in.install(msg)
	case [3]bool{false, false, true}:
		in.configure(msg)
	default:
		in.violated(ContractMessages, fmt.Sprintf("replica %d delivered a message with CommandValid %t, SnapshotValid %t and MembershipValid %t (CommandIndex %d, SnapshotIndex %d, MembershipIndex %d)",
			in.number, msg.CommandValid, msg.SnapshotValid, msg.MembershipValid, msg.CommandIndex, msg.SnapshotIndex, msg.MembershipIndex))
	}
}

// takeTime lets the service take its time for a message. If its pace changes
// meanwhile, it is done a moment later, each replica's at an instant of its own.
func (in *instance) takeTime() {
	takes, changed := in.pace.get()
	if takes == 0 {
		return
	}
	done := make(chan struct{})
	cancel := in.net.After(takes, func() { close(done) })
	select {
	case <-done:
	case <-changed:
		cancel()
		in.net.Sleep(time.Duration(in.number+1) * 10 * time.Microsecond)
	}
}

func (in *instance) apply(msg raftiface.ApplyMsg) {
	cmd, ok := msg.Command.(command)
	if !ok {
		in.violated(checker.StartIndex, fmt.Sprintf("replica %d applied at index %d a command that nobody started: %T %v",
			in.number, msg.CommandIndex, msg.Command, msg.Command))
		return
	}
	in.heard(msg.CommandIndex, cmd)
	if in.stopping() {
		return
	}
	in.mu.Lock()
	before := in.service.applied
	output, effect := in.service.apply(msg.CommandIndex, cmd)
	in.attempts.delivered(msg.CommandIndex, cmd.plain().ID, fate{checker.Done, output, effect})
	in.mu.Unlock()
	in.snapshotIfDue(before, msg.CommandIndex)
}

// configure takes a configuration, which says nothing to the service but that it has
// come so far.
func (in *instance) configure(msg raftiface.ApplyMsg) {
	if !in.configured(msg.MembershipIndex, msg.Membership) {
		return
	}
	in.mu.Lock()
	before := in.service.applied
	in.service.applied = msg.MembershipIndex
	in.attempts.delivered(msg.MembershipIndex, noCommand, fate{})
	in.mu.Unlock()
	in.snapshotIfDue(before, msg.MembershipIndex)
}

// heard tells trace, ledger and oracles that the replica delivered a command.
func (in *instance) heard(index int, cmd command) {
	text := in.ledger.text(cmd.plain())
	in.event("apply", in.number, text+" at index "+strconv.Itoa(index))
	in.ledger.applied(index, cmd.plain())
	in.safety.Applied(in.net.Now(), in.number, index, text)
	in.checkSafety()
}

// configured tells trace, ledger and oracles that the replica delivered a
// configuration, and reports whether the run goes on.
func (in *instance) configured(index int, members raftiface.Membership) bool {
	text := fmt.Sprintf("configuration %v", members)
	in.net.Trace().Add(labrpc.Event{At: in.net.Now(), Kind: "members", From: in.number, To: -1,
		Text: fmt.Sprintf("%v at index %d", members, index), Note: steps.Configured{Index: index, Membership: members}})
	if err := members.Validate(in.plan.Replicas); err != nil {
		in.violated(ContractMessages, fmt.Sprintf("replica %d delivered at index %d what is no configuration: %v", in.number, index, err))
		return false
	}
	in.ledger.configured(index)
	in.safety.Configured(in.net.Now(), in.number, index, fmt.Sprintf("%s at index %d", text, index))
	in.checkSafety()
	if wrong := in.roster.applied(index, members); wrong != "" {
		in.violated(ContractMessages, fmt.Sprintf("replica %d delivered %s at index %d: %s", in.number, text, index, wrong))
	}
	return !in.stopping()
}

// carries checks that a snapshot carries the configuration that holds at its index.
func (in *instance) carries(msg raftiface.ApplyMsg) {
	if !in.plan.Implementation.Features.Membership {
		return
	}
	if holds := in.roster.at(msg.SnapshotIndex); !msg.Membership.Equal(holds) {
		in.violated(checker.SnapshotContent, fmt.Sprintf("replica %d delivered a snapshot up to index %d with the configuration %v; at that index it is %v",
			in.number, msg.SnapshotIndex, msg.Membership, holds))
	}
}

// snapshotIfDue takes a snapshot of a service that has gone from one index to a later
// one, if it is its turn.
func (in *instance) snapshotIfDue(from, to int) {
	if in.snapshotDue(from, to) {
		in.takeSnapshot(to)
	}
}

// snapshotDue reports whether a service that goes from one index to a later one
// takes a snapshot. Each replica's service has a turn of its own, and may find
// that the entry at its turn was none of the service's.
func (in *instance) snapshotDue(from, to int) bool {
	every := in.plan.SnapshotEvery
	if every == 0 {
		return false
	}
	turn := in.number * every / in.plan.Replicas
	return (to+turn)/every > (from+turn)/every
}

func (in *instance) takeSnapshot(index int) {
	in.mu.Lock()
	content := in.service.snapshot()
	in.mu.Unlock()
	in.safety.Snapshotted(in.net.Now(), in.number, index, content)
	in.event("snapshot", in.number, "up to index "+strconv.Itoa(index))
	in.calling(in.number, "Snapshot", func() { in.raft.(raftiface.Snapshotter).Snapshot(index, content) })
}

func (in *instance) install(msg raftiface.ApplyMsg) {
	in.event("install", in.number, fmt.Sprintf("snapshot up to index %d", msg.SnapshotIndex))
	in.safety.Installed(in.net.Now(), in.number, msg.SnapshotIndex, msg.Snapshot)
	if in.checkSafety(); in.stopping() {
		return
	}
	in.carries(msg)
	service, err := restore(msg.Snapshot)
	if err != nil || service.applied != msg.SnapshotIndex {
		in.violated(checker.SnapshotContent, fmt.Sprintf("replica %d delivered a snapshot with SnapshotIndex %d of %d bytes that describe index %d (%v)",
			in.number, msg.SnapshotIndex, len(msg.Snapshot), serviceIndex(service), err))
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.service, in.snapshot = service, service.applied
	in.attempts.passedOver(service.applied)
}

func serviceIndex(s *service) int {
	if s == nil {
		return 0
	}
	return s.applied
}
