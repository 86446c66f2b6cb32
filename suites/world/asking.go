package world

import (
	"fmt"
	"strconv"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
)

// start gives a command to the Raft. decide is called at most once, by whoever
// learns the command's fate; it is not called if Start refuses the command.
func (in *instance) start(cmd command, decide func(fate)) (index, term int, isLeader bool) {
	id, text := cmd.plain().ID, in.ledger.text(cmd.plain())
	in.mu.Lock()
	if in.down {
		in.mu.Unlock()
		return 0, 0, false
	}
	a := &attempt{decide: decide}
	in.attempts[id] = a
	in.mu.Unlock()

	in.safety.Starting(in.net.Now(), in.number, text)
	in.calling(in.number, "Start", func() { index, term, isLeader = in.raft.Start(cmd) })
	in.started(text, index, term, isLeader)

	in.mu.Lock()
	defer in.mu.Unlock()
	_, open := in.attempts[id]
	switch {
	case in.down:
		return index, term, true
	case !isLeader:
		delete(in.attempts, id)
	case open && index <= in.snapshot: // a snapshot came before Start returned
		in.attempts.decide(id, fate{outcome: checker.Unknown})
	case open && index <= in.service.applied:
		in.attempts.decide(id, fate{outcome: checker.NeverHappened})
	case open:
		a.index = index
	}
	return index, term, isLeader
}

// started tells oracles and trace what Start returned. What an instance says
// that crashed meanwhile reaches nobody.
func (in *instance) started(text string, index, term int, isLeader bool) {
	if in.isDown() {
		return
	}
	now := in.net.Now()
	if !isLeader {
		in.safety.Refused(now, in.number, text)
		return
	}
	if index < 1 || term < 0 {
		in.violated(checker.StartIndex, fmt.Sprintf("Start(%s) on replica %d returned index %d, term %d and true; indexes start at 1 and terms are not negative",
			text, in.number, index, term))
		return
	}
	in.event("start", in.number, text+" at index "+strconv.Itoa(index)+" in term "+strconv.Itoa(term))
	in.safety.Started(now, in.number, text, index, term)
	in.checkSafety()
}

// transfer asks the Raft to hand over. What an instance says that crashed meanwhile
// reaches nobody.
func (in *instance) transfer(to int) (taken bool) {
	in.calling(in.number, "TransferLeadership", func() {
		taken = in.raft.(raftiface.LeaderTransferrer).TransferLeadership(to)
	})
	return taken && !in.isDown()
}

// change asks the Raft to change the members of the cluster, and reports whether it
// takes that on.
func (in *instance) change(to raftiface.Membership) (taken bool) {
	in.calling(in.number, "ChangeMembership", func() {
		taken = in.raft.(raftiface.MembershipChanger).ChangeMembership(to)
	})
	return taken && !in.isDown()
}

// readIndex answers a read without the log, for a Raft that declares ReadIndex.
func (in *instance) readIndex(input checker.Input, timeout time.Duration) fate {
	type answer struct {
		index int
		ok    bool
	}
	answered := make(chan answer, 1)
	go in.callingFor(readPatience, in.number, "ReadIndex", func() {
		index, ok := in.raft.(raftiface.ReadIndexer).ReadIndex()
		answered <- answer{index, ok}
	})
	deadline := in.net.Now() + timeout
	late, cancel := in.timer(timeout)
	defer cancel()
	select {
	case a := <-answered:
		if !a.ok {
			return fate{outcome: checker.NeverHappened}
		}
		for in.net.Now() < deadline {
			if output, at, ok := in.readFrom(a.index, input); ok {
				return fate{checker.Done, output, at}
			}
			in.sleep(time.Millisecond)
		}
	case <-late:
	case <-in.stopped:
	}
	return fate{outcome: checker.NeverHappened}
}

// readFrom answers a read if the service has applied the index, and says how
// far it has applied.
func (in *instance) readFrom(index int, input checker.Input) (output checker.Output, at int, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.down || in.service.applied < index {
		return checker.Output{}, 0, false
	}
	return in.service.read(input), in.service.applied, true
}
